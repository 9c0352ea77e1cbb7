// node serve.ts: runs the package in the working directory in the local host, and prints its address.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { startHost } from "../../infra/local/host/host.ts";

const { main } = JSON.parse(readFileSync("package.json", "utf8"));
const startedMs = performance.now();
let loadedMs = startedMs;
const host = await startHost({
  port: 0,
  functions: async () => {
    await import(pathToFileURL(resolve(main)).href);
    loadedMs = performance.now();
  },
  hostJson: JSON.parse(readFileSync("host.json", "utf8")),
  keys: { function: "a-function-key", admin: "an-admin-key" },
  nowMs: () => Date.now(),
  timers: false,
  log: () => {},
});
process.stdout.write(`${JSON.stringify({ address: host.address, loadMs: loadedMs - startedMs })}\n`);
process.stdin.once("end", () => void host.close({ drainMs: 0 }).then(() => process.exit(0)));
process.stdin.resume();
