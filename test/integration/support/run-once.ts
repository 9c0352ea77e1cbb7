import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { createService } from "#shared/composition.ts";
import type { FleetDocument } from "../../../infra/local/fleet-document.ts";
import { readFleet } from "../../../infra/local/fleet-document.ts";
import { createStandInHttpClient, standInCredential } from "../../../infra/local/stand-in/http-client.ts";
import { quietLogger } from "./quiet-logger.ts";

const START = fileURLToPath(new URL("../../../infra/local/start.ts", import.meta.url));
const DEADLINE_MS = 120_000;

/** What `npm start -- --once` does, in this process: one discovery, collection and delivery. */
export async function runOnceHere(azure: string, storage: string): Promise<FleetDocument> {
  const service = createService({
    env: { AzureWebJobsStorage: storage, SNATWATCH_AUTH: "none" },
    local: true,
    single: true,
    credential: standInCredential,
    httpClient: createStandInHttpClient(azure),
  });
  const signal = AbortSignal.timeout(DEADLINE_MS);
  await service.discover(quietLogger, signal);
  const report = await service.collect(quietLogger, signal);
  if (report.failed > 0) throw new Error(`${report.failed} shards failed`);
  await service.deliverDue(quietLogger, signal);
  return await readFleet(service);
}

/** `npm start -- --once --json --azure ADDRESS` as a user runs it. */
export async function runOnceAsCommand(
  azure: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly fleet: FleetDocument }> {
  const child = spawn(process.execPath, [START, "--once", "--json", "--azure", azure], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (stdout === "") throw new Error(`nothing printed, exit code ${code}: ${stderr}`);
  return { code, fleet: JSON.parse(stdout) };
}
