import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

// Azure Storage on this machine for the tests of one file: a process of its own, in memory, on free ports.

/** Azurite's well-known account; not a secret. */
const ACCOUNT = "devstoreaccount1";
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

export interface Azurite {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** Starts Azurite; call it in `beforeAll`, and `stop` in `afterAll`. */
export async function startAzurite(): Promise<Azurite> {
  const folder = await mkdtemp(join(tmpdir(), "azurite-"));
  const main = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const flags = ["--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry"];
  const ports = ["--blobPort", "0", "--queuePort", "0", "--tablePort", "0"];
  const child = spawn(process.execPath, [main, ...flags, ...ports], {
    // It puts its list of containers where it runs even so.
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  // A worker that is ended without `afterAll` leaves nothing behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const addresses = await listening(child);
  const endpoints = [...addresses].map(([service, address]) => `${service}Endpoint=${address}/${ACCOUNT};`);
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};${endpoints.join("")}`,
    async stop() {
      process.off("exit", kill);
      if (child.exitCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

let prefixes = 0;

/** A start for names of tables that no other test uses. */
export function uniquePrefix(): string {
  prefixes += 1;
  return `T${process.pid}x${Date.now().toString(36)}x${prefixes}`;
}

/** Addresses by service, once all three listen. */
async function listening(child: ChildProcess): Promise<Map<string, string>> {
  const addresses = new Map<string, string>();
  if (child.stdout === null) throw new Error("azurite without an output");
  for await (const line of createInterface({ input: child.stdout })) {
    const [, service, address] = line.match(/Azurite (\w+) service is successfully listening at (\S+)/) ?? [];
    if (service !== undefined && address !== undefined) addresses.set(service, address);
    if (addresses.size === 3) break;
  }
  if (addresses.size < 3) throw new Error("azurite did not start");
  child.stdout.resume();
  return addresses;
}
