import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { parseSettings } from "#config/settings.ts";
import { SettingsError } from "#config/settings-error.ts";
import { errorText } from "#core/error-text.ts";
import type { ReplayChange } from "#core/replay/change.ts";
import { Replay } from "#core/replay/replay.ts";
import { DAY_MS } from "#core/time.ts";
import { ArgumentError } from "./argument-error.ts";
import { parseOptions } from "./parse-options.ts";
import { BadRow, readCsvRows } from "./replay/csv-rows.ts";

/** Exit code of anything that kept us from running. */
const COULD_NOT_RUN = 4;

const HELP = `What would have been told: the checks and the alert lifecycle over a recorded history, minute by minute.

  npm run replay -- --in FILE.csv [--out FILE.ndjson] [--set NAME=VALUE ...]

  --in FILE        time,cluster,node,frontendIp,protocol,usedPorts,allocatedPorts,failedConnections,attemptedConnections
                   rows of one cluster together and in the order of time; an empty field is no value, an absent row a
                   missing minute
  --out FILE       one JSON line for each change; without it, to stdout
  --set NAME=VALUE a setting, such as SNATWATCH_WARN_RATIO=0.8; may be given more than once
  --help           this text

Judged are snat-ports, snat-failures, snat-forecast, snat-skew, allocation-drift and data-freshness: the others need more
than a file of ports. Exit code 0, or 4 where it could not run: a row that is wrong is named by line, column and value.`;

/** Settings that must be there to be read and that a replay makes no use of. */
const UNUSED = { AzureWebJobsStorage: "UseDevelopmentStorage=true" };

interface Arguments {
  readonly input: string;
  readonly output: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

/** @returns `null` where the text of the help is wanted */
function readArguments(args: readonly string[]): Arguments | null {
  const { values } = parse(args);
  if (values.help === true) return null;
  if (values.in === undefined) throw new ArgumentError("--in: expected a file (see --help)");
  const settings = (values.set ?? []).map((text): [string, string] => {
    const at = text.indexOf("=");
    if (at < 1) throw new ArgumentError(`--set ${text}: expected NAME=VALUE`);
    const name = text.slice(0, at).trim();
    if (!name.startsWith("SNATWATCH_")) {
      throw new ArgumentError(`--set ${text}: expected a setting of the README, SNATWATCH_...`);
    }
    return [name, text.slice(at + 1)];
  });
  return { input: values.in, output: values.out, settings: Object.fromEntries(settings) };
}

function parse(args: readonly string[]) {
  return parseOptions({
    args: [...args],
    allowPositionals: false,
    options: {
      in: { type: "string" },
      out: { type: "string" },
      set: { type: "string", multiple: true },
      help: { type: "boolean", short: "h" },
    },
  });
}

async function run({ input, output, settings }: Arguments): Promise<void> {
  const given = parseSettings({ ...UNUSED, ...settings }, { local: true });
  const out = output === undefined ? process.stdout : createWriteStream(output);
  const failed = once(out, "error").then(([error]) => Promise.reject(error));
  const written = write(input, given, out);
  await Promise.race([written, failed]);
}

async function write(
  input: string,
  given: ReturnType<typeof parseSettings>,
  out: NodeJS.WritableStream,
): Promise<void> {
  let pending = "";
  const replay = new Replay(
    {
      limits: given.limits,
      forMs: given.alertForMs,
      keepFiringForMs: given.keepFiringForMs,
      repeatIntervalMs: given.repeatIntervalMs,
      resolvedRetentionMs: DAY_MS,
    },
    (change) => {
      pending += lineOf(change);
    },
  );
  const flush = async () => {
    const full = pending !== "" && !out.write(pending);
    pending = "";
    if (full) await once(out, "drain");
  };
  try {
    for await (const rows of readCsvRows(input)) {
      for (const row of rows) {
        const misplaced = replay.add(row);
        if (misplaced === undefined) continue;
        throw new BadRow(row.line, misplaced.column, row[misplaced.column], misplaced.expected);
      }
      await flush();
    }
    replay.end();
  } finally {
    await flush();
    if (out !== process.stdout) await new Promise<void>((resolve) => out.end(() => resolve()));
  }
}

function lineOf({ minuteMs, ...change }: ReplayChange): string {
  return `${JSON.stringify({ time: new Date(minuteMs).toISOString().replace(".000Z", "Z"), ...change })}\n`;
}

function explain(error: unknown): string {
  if (error instanceof ArgumentError || error instanceof SettingsError || error instanceof BadRow)
    return error.message;
  return `could not run: ${errorText(error)}`;
}

try {
  const args = readArguments(process.argv.slice(2));
  if (args === null) process.stdout.write(`${HELP}\n`);
  else await run(args);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = COULD_NOT_RUN;
}
