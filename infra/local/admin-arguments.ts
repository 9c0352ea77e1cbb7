import { type Instant, instantParameter } from "#api/history/instant.ts";
import { EXPORT_FORMATS, type ExportFormat } from "#shared/admin.ts";
import { ArgumentError } from "./argument-error.ts";
import { parseOptions } from "./parse-options.ts";

interface Common {
  /** Local data to work on; `null` when the user did not say. */
  readonly data: string | null;
}

export interface ForgetArguments extends Common {
  readonly command: "forget";
  readonly cluster: string;
  readonly yes: boolean;
}

export interface ExportArguments extends Common {
  readonly command: "export";
  readonly cluster: string;
  readonly format: ExportFormat;
  /** `null`: from the first sample on. */
  readonly from: Instant | null;
  readonly to: Instant;
  /** `null`: to stdout. */
  readonly out: string | null;
}

export interface CheckArguments extends Common {
  readonly command: "check";
}

export type AdminArguments = ForgetArguments | ExportArguments | CheckArguments;

export const ADMIN_HELP = `What an administrator does with the stored data.

  npm run admin -- forget CLUSTER [--yes]
  npm run admin -- export CLUSTER [--format csv|ndjson|replay] [--from TIME] [--to TIME] [--out FILE]
  npm run admin -- check

  CLUSTER          an ARM id, SUBSCRIPTION/RESOURCE_GROUP/NAME, or a name that only one cluster has
  forget           deletes everything that is kept of the cluster: state, samples, roll-ups, denials, messages, events,
                   the silences that name it. Killed half-way it is simply run again
  --yes            delete; without it only tells how much there is
  export           every stored sample, oldest first, as far back as minutes are kept
  --format         csv (default): a header, then a line for each sample; ndjson: the same as JSON lines; replay: ports and
                   connections as "npm run replay -- --in" takes them
  --from, --to     RFC 3339 (2026-11-21T10:00:00Z), epoch seconds, now, or a time before now such as -24h; --to is exclusive
  --out FILE       without it, to stdout
  check            reads everything there is, verifies checksums, and names what cannot be read
  --data DIR       local data to work on (default: that below .local); that of a running npm start is shared with it
  --help           this text

The storage is that of AzureWebJobsStorage (a connection string), or of AzureWebJobsStorage__accountName with your own sign-in
(az login; Storage Table Data Contributor). If neither is set, it is the data of npm start.
Exit code 0; 1 where stored parts cannot be read, each named on stderr (check: on stdout); 4 where it could not run.`;

/**
 * @returns `null` where the text of the help is wanted
 * @throws ArgumentError for anything that is not in {@link ADMIN_HELP}
 */
export function readAdminArguments(args: readonly string[]): AdminArguments | null {
  const { values, positionals } = parse(args);
  if (values.help === true) return null;
  const [command, ...names] = positionals;
  const data = values.data ?? null;
  switch (command) {
    case "forget":
      refuseOthers(values, command, ["yes"]);
      return { command, data, cluster: readCluster(names), yes: values.yes ?? false };
    case "export":
      refuseOthers(values, command, ["format", "from", "to", "out"]);
      return {
        command,
        data,
        cluster: readCluster(names),
        format: readFormat(values.format ?? "csv"),
        from: values.from === undefined ? null : readInstant("--from", values.from),
        to: readInstant("--to", values.to ?? "now"),
        out: values.out ?? null,
      };
    case "check":
      refuseOthers(values, command, []);
      if (names.length > 0) throw new ArgumentError(`check ${names.join(" ")}: expected nothing after check`);
      return { command, data };
    default:
      throw new ArgumentError(`${command ?? "no command"}: expected forget, export or check (see --help)`);
  }
}

function parse(args: readonly string[]) {
  return parseOptions({
    args: joinTimes(args),
    allowPositionals: true,
    options: {
      yes: { type: "boolean" },
      format: { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      out: { type: "string" },
      data: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
}

/** `--from -24h` as `--from=-24h`: alone, what begins with a dash would be an option. */
function joinTimes(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1) ?? "";
    if (/^--(from|to)$/.test(last) && /^-\d/.test(arg)) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function refuseOthers(values: object, command: string, own: readonly string[]): void {
  const other = Object.keys(values).find((name) => name !== "data" && !own.includes(name));
  if (other !== undefined) throw new ArgumentError(`--${other}: not an option of ${command} (see --help)`);
}

function readCluster(names: readonly string[]): string {
  const [name = "", ...others] = names;
  if (name.trim() !== "" && others.length === 0) return name;
  throw new ArgumentError(`${names.join(" ") || "no cluster"}: expected one CLUSTER (see --help)`);
}

function readFormat(text: string): ExportFormat {
  const format = EXPORT_FORMATS.find((each) => each === text);
  if (format !== undefined) return format;
  throw new ArgumentError(`--format ${text}: expected ${EXPORT_FORMATS.join(", ")}`);
}

function readInstant(flag: string, text: string): Instant {
  const { data, error } = instantParameter.safeParse(text);
  if (data !== undefined) return data;
  throw new ArgumentError(`${flag} ${text}: expected ${error?.issues[0]?.message}`);
}
