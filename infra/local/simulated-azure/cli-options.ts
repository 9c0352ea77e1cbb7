// Reads the command line. Every mistake is one sentence: the flag, the value, what was expected.

import { scenarioList } from "./scenarios/registry.ts";

export interface CliOptions {
  readonly port: number;
  readonly scenario: string;
  readonly seed: number;
  readonly anchorMs: number | undefined;
  readonly clockStartMs: number | undefined;
  readonly speed: number;
  readonly clusters: number;
  readonly nodes: number;
  readonly clustersPerSubscription: number;
  readonly frontends: number;
  readonly exitWithStdin: boolean;
  readonly help: boolean;
}

/** A command line that cannot be understood. */
export class CliError extends Error {
  override readonly name = "CliError";
}

export const USAGE = `usage: node infra/local/simulated-azure/main.ts [options]

  --port N            port on 127.0.0.1 (default 0: any free one)
  --scenario NAME     what the simulated estate looks like (default demo)
  --seed N            another world of the same scenario (default 1)
  --anchor TIME       the instant scenarios count from, ISO 8601 (default: the clock's start)
  --clock-start TIME  where the clock starts, ISO 8601 (default: now)
  --speed N           how many times faster than real time the clock runs (default 1)
  --clusters N        size of the scenario large (default 100)
  --nodes N           nodes of each of its clusters (default 10)
  --clusters-per-subscription N
                      how its clusters are spread (default 50)
  --frontends N       outbound addresses of each of its clusters (default 1)
  --exit-with-stdin   stop when standard input closes
  --help              this text

Prints one line {"address":"http://127.0.0.1:PORT"} when it is ready.`;

const MAX_PORT = 65_535;
const MAX_CLUSTERS = 10_000;
const MAX_NODES = 1_000;
/** What AKS gives a load balancer at most. */
const MAX_FRONTENDS = 100;
const MAX_SPEED = 100_000;
const MAX_SEED = 2 ** 31 - 1;

const FLAGS_WITH_VALUE = [
  "--port",
  "--scenario",
  "--seed",
  "--anchor",
  "--clock-start",
  "--speed",
  "--clusters",
  "--nodes",
  "--clusters-per-subscription",
  "--frontends",
] as const;

type Flag = (typeof FLAGS_WITH_VALUE)[number];

/** Reads the arguments after the script. @throws CliError naming flag, value and expectation */
export function readCliOptions(args: readonly string[]): CliOptions {
  const values = new Map<Flag, string>();
  const switches = new Set<string>();
  for (let at = 0; at < args.length; at += 1) {
    const [name = "", inline] = splitOnce(args[at] ?? "");
    if (name === "--exit-with-stdin" || name === "--help") {
      if (inline !== undefined) throw new CliError(`${name}: no value is expected: ${inline}`);
      switches.add(name);
      continue;
    }
    const flag = FLAGS_WITH_VALUE.find((known) => known === name);
    if (flag === undefined) {
      const known = [...FLAGS_WITH_VALUE, "--exit-with-stdin", "--help"].join(", ");
      throw new CliError(`unknown argument ${args[at]}: one of ${known} is expected`);
    }
    let value = inline;
    if (value === undefined) {
      at += 1;
      value = args[at];
    }
    if (value === undefined) throw new CliError(`${flag}: a value is expected`);
    values.set(flag, value);
  }
  return {
    port: whole(values, "--port", 0, 0, MAX_PORT),
    scenario: scenario(values.get("--scenario") ?? "demo"),
    seed: whole(values, "--seed", 1, 0, MAX_SEED),
    anchorMs: instant(values, "--anchor"),
    clockStartMs: instant(values, "--clock-start"),
    speed: number(values, "--speed", 1, MAX_SPEED),
    clusters: whole(values, "--clusters", 100, 1, MAX_CLUSTERS),
    nodes: whole(values, "--nodes", 10, 1, MAX_NODES),
    clustersPerSubscription: whole(values, "--clusters-per-subscription", 50, 1, MAX_CLUSTERS),
    frontends: whole(values, "--frontends", 1, 1, MAX_FRONTENDS),
    exitWithStdin: switches.has("--exit-with-stdin"),
    help: switches.has("--help"),
  };
}

function splitOnce(argument: string): [string, string?] {
  const at = argument.indexOf("=");
  return at < 0 ? [argument] : [argument.slice(0, at), argument.slice(at + 1)];
}

function whole(
  values: ReadonlyMap<Flag, string>,
  flag: Flag,
  fallback: number,
  least: number,
  most: number,
): number {
  const text = values.get(flag);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new CliError(`${flag}: a whole number from ${least} to ${most} is expected: ${text}`);
}

function number(values: ReadonlyMap<Flag, string>, flag: Flag, fallback: number, most: number): number {
  const text = values.get(flag);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= most) return value;
  throw new CliError(`${flag}: a number above 0 and up to ${most} is expected: ${text}`);
}

function instant(values: ReadonlyMap<Flag, string>, flag: Flag): number | undefined {
  const text = values.get(flag);
  if (text === undefined) return undefined;
  const value = Date.parse(text);
  if (/^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(value)) return value;
  throw new CliError(`${flag}: a time such as 2026-11-21T10:00:00Z is expected: ${text}`);
}

function scenario(name: string): string {
  const names = scenarioList().map((item) => item.name);
  if (names.includes(name)) return name;
  throw new CliError(`--scenario: one of ${names.join(", ")} is expected: ${name}`);
}
