import { spawn } from "node:child_process";
import { join } from "node:path";
import type { RegisteredInfo } from "../../infra/local/host/host.ts";

export interface Loaded {
  /** Null: the app did not load. */
  readonly functions: readonly RegisteredInfo[] | null;
  readonly loadMs: number;
  readonly stderr: string;
}

/** The fewest settings with which the app starts. */
export const LEAST_SETTINGS = { AzureWebJobsStorage: "UseDevelopmentStorage=true" };

/**
 * Loads an app in a process of its own, as the Functions host does.
 *
 * @param settings all that the app finds in its environment
 */
export async function loadApp(file: string, settings: Readonly<Record<string, string>>): Promise<Loaded> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "load.ts"), file], {
    env: settings,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  return code === 0 ? { ...JSON.parse(stdout), stderr } : { functions: null, loadMs: 0, stderr };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk.toString();
  return text;
}

/** A function in one line: `collect: timer 0 * * * * *`. */
export function inOneLine({ name, type, ...rest }: RegisteredInfo): string {
  switch (type) {
    case "timerTrigger":
      return `${name}: timer ${rest.schedule}`;
    case "queueTrigger":
      return `${name}: queue ${rest.queueName} in ${rest.trigger["connection"]}`;
    case "httpTrigger":
      return `${name}: ${rest.methods?.join(",")} ${rest.route} (${rest.authLevel})`;
  }
}

const CLUSTER = "clusters/{subscriptionId}/{resourceGroup}/{name}";

/** Every function of the app, with its default settings. A new one is added here on purpose. */
export const EXPECTED_FUNCTIONS: readonly string[] = [
  "alerts: GET alerts (function)",
  `badge: GET ${CLUSTER}/badge.svg (function)`,
  "channelTest: POST channels/{name}/test (function)",
  "channels: GET channels (function)",
  `cluster: GET ${CLUSTER} (function)`,
  "clusters: GET clusters (function)",
  "collect: timer 0 * * * * *",
  "collectShard: queue snatwatch-collect in AzureWebJobsStorage",
  "compact: timer 0 7 * * * *",
  "createSilence: POST silences (function)",
  "dashboard: GET dashboard/{*path} (anonymous)",
  "deliver: queue snatwatch-deliver in AzureWebJobsStorage",
  `denials: GET ${CLUSTER}/denials (function)`,
  "discover: timer 0 */15 * * * *",
  "endSilence: DELETE silences/{id} (function)",
  `events: GET ${CLUSTER}/events (function)`,
  "health: GET health (function)",
  `history: GET ${CLUSTER}/history (function)`,
  "import: timer 30 * * * * *",
  "incidents: GET incidents (function)",
  "metrics: GET metrics (function)",
  "openapi: GET openapi.json (function)",
  `plan: GET ${CLUSTER}/plan (function)`,
  `replay: GET ${CLUSTER}/replay (function)`,
  "silences: GET silences (function)",
  "sweep: timer 15 * * * * *",
];
