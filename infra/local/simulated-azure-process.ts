import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { readKept, writeKept } from "./kept-json.ts";

export interface SimulatedAzureProcess {
  readonly address: string;
  close(): void;
}

const MAIN = fileURLToPath(new URL("./simulated-azure/main.ts", import.meta.url));

/**
 * Starts the simulated Azure in a process of its own: it must not share our event loop, or its work would look like ours.
 *
 * The world counts from an instant that is kept with the data, so that a second start sees the same world go on.
 *
 * @param folder where that instant is kept; `null` to count from now
 * @throws Error with what the process said, if it does not come up
 */
export async function startSimulatedAzureProcess(options: {
  readonly scenario: string;
  readonly seed: number;
  readonly clock: { readonly startMs: number; readonly speed: number };
  readonly folder: string | null;
}): Promise<SimulatedAzureProcess> {
  const { scenario, seed, clock, folder } = options;
  const child = spawn(
    process.execPath,
    [
      MAIN,
      ...["--port", "0", "--scenario", scenario, "--seed", String(seed)],
      ...["--anchor", new Date(anchorOf(folder, scenario, seed, clock.startMs)).toISOString()],
      ...["--clock-start", new Date(clock.startMs).toISOString(), "--speed", String(clock.speed)],
      "--exit-with-stdin",
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (data: Buffer) => {
    said += data.toString();
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(said.trim() || `the simulated Azure ended with ${code}`)));
    child.once("error", reject);
    createInterface({ input: child.stdout }).once("line", (line) => resolve(addressIn(line)));
  });
  return { address, close: () => child.kill("SIGTERM") };
}

function addressIn(line: string): string {
  const ready: unknown = JSON.parse(line);
  if (
    typeof ready === "object" &&
    ready !== null &&
    "address" in ready &&
    typeof ready.address === "string"
  ) {
    return ready.address;
  }
  throw new Error(`the simulated Azure did not tell its address: ${line}`);
}

function anchorOf(folder: string | null, scenario: string, seed: number, startMs: number): number {
  if (folder === null) return startMs;
  const path = join(folder, "world.json");
  const kept = readKept(path);
  if (kept?.["scenario"] === scenario && kept["seed"] === seed && typeof kept["anchorMs"] === "number") {
    return kept["anchorMs"];
  }
  writeKept(path, { scenario, seed, anchorMs: startMs });
  return startMs;
}
