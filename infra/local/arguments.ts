import { ArgumentError } from "./argument-error.ts";
import { parseOptions } from "./parse-options.ts";

/** What the command line asks for. */
export interface Arguments {
  /** Where Azure is: our own simulation, the real one, or a stand-in's address. */
  readonly azure:
    | { readonly kind: "simulated" }
    | { readonly kind: "live" }
    | { readonly kind: "standIn"; readonly url: string };
  readonly port: number;
  /** Where data is kept; `null` when the user did not say. */
  readonly data: string | null;
  readonly fresh: boolean;
  readonly scenario: string;
  readonly seed: number;
  readonly speed: number;
  readonly once: boolean;
  readonly json: boolean;
  readonly keys: boolean;
  readonly help: boolean;
}

export const HELP = `Snatwatch on one machine, with no cloud.

  npm start -- [options]

  --azure simulated     a simulated Azure with a fleet (default)
  --azure live          your subscriptions, through your own sign-in; storage stays local
  --azure http://HOST   any stand-in: https://HOST/PATH is asked for as http://STAND-IN/HOST/PATH
  --scenario NAME       which simulated fleet (default demo; a wrong name lists them)
  --seed N              another world of the same scenario (default 1)
  --speed N             the app's clock starts at now and runs N times faster (default 1)
  --port N              port of the API (default 7071; 0: any free one)
  --data DIR            where data is kept (default .local)
  --fresh               forget what is kept
  --keys                ask for function keys, as the cloud does
  --once                discover, collect and deliver once, print the verdicts, and exit:
                        0 healthy, 1 warning, 2 critical, 3 unknown, 4 could not run.
                        Keeps nothing unless --data or AzureWebJobsStorage says where
  --json                with --once: one JSON document {health, clusters} on stdout, logs on stderr
  --help                this text

Settings (SNATWATCH_...) are taken from the environment; SNATWATCH_CHANNELS adds to the inbox.
If AzureWebJobsStorage is set, that storage is used and Azurite is not started.
Ctrl-C stops everything and loses nothing.`;

/** @throws ArgumentError for anything that is not in {@link HELP} */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parse(args);
  if (values.json === true && values.once !== true)
    throw new ArgumentError("--json: expected together with --once");
  return {
    azure: readAzure(values.azure ?? "simulated"),
    port: readNumber("--port", values.port ?? "7071", 0, 65_535, true),
    data: values.data ?? null,
    fresh: values.fresh ?? false,
    scenario: values.scenario ?? "demo",
    seed: readNumber("--seed", values.seed ?? "1", 0, 2 ** 31 - 1, true),
    speed: readNumber("--speed", values.speed ?? "1", 1, 1_000, false),
    once: values.once ?? false,
    json: values.json ?? false,
    keys: values.keys ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  return parseOptions({
    args: [...args],
    allowPositionals: false,
    options: {
      azure: { type: "string" },
      scenario: { type: "string" },
      seed: { type: "string" },
      speed: { type: "string" },
      port: { type: "string" },
      data: { type: "string" },
      fresh: { type: "boolean" },
      keys: { type: "boolean" },
      once: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
}

function readAzure(value: string): Arguments["azure"] {
  if (value === "simulated" || value === "live") return { kind: value };
  const url = URL.parse(value);
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:")) {
    return { kind: "standIn", url: value.replace(/\/+$/, "") };
  }
  throw new ArgumentError(
    `--azure ${value}: expected simulated, live, or an address such as http://127.0.0.1:9000`,
  );
}

function readNumber(flag: string, value: string, least: number, most: number, whole: boolean): number {
  const number = Number(value);
  if (value.trim() !== "" && number >= least && number <= most && (!whole || Number.isInteger(number)))
    return number;
  throw new ArgumentError(
    `${flag} ${value}: expected a ${whole ? "whole " : ""}number from ${least} to ${most}`,
  );
}
