// The product: its real functions in the local host, in a process that a trial kills.

import { readFileSync } from "node:fs";
import { configureService } from "#shared/composition.ts";
import { startHost } from "../../infra/local/host/host.ts";
import { createStandInHttpClient, standInCredential } from "../../infra/local/stand-in/http-client.ts";
import { appTimeMs, type SharedClock } from "./clock.ts";
import { announce, argument } from "./process-talk.ts";

const { azure, clock, collect }: { azure: string; clock: SharedClock; collect: boolean } = argument();
const nowMs = () => appTimeMs(clock);

configureService({
  env: process.env,
  local: true,
  clock: { nowMs },
  speed: clock.speed,
  credential: standInCredential,
  httpClient: createStandInHttpClient(azure),
});
const host = await startHost({
  port: 0,
  functions: () => import("../../functions/main.ts"),
  hostJson: JSON.parse(readFileSync(new URL("../../host.json", import.meta.url), "utf8")),
  nowMs,
  speed: clock.speed,
  env: process.env,
  pollQueuesMs: 200,
  log: (level, message) => {
    if (level === "warning" || level === "error") process.stderr.write(`${level} ${message}\n`);
  },
});
announce(host.address);
// Where there is no Azure to read, failing collections would only be noise.
if (collect) await host.invoke("collect").catch(() => {});
