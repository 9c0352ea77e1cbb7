import type { CheckLimits, GivenLimit } from "#core/checks/limits.ts";
import { type Channel, parseChannels } from "./channels.ts";
import { findContradictions } from "./contradictions.ts";
import { ABOUT, VARIABLES, type VariableName, type Variables } from "./schema.ts";
import { SettingsError } from "./settings-error.ts";
import { type Cloud, parseStorage, STORAGE_NAMES, type StorageSettings } from "./storage.ts";
import { findUnknownNames } from "./unknown-names.ts";
import { faultOfReceiver } from "./web-address.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The app settings, read and checked. Durations are milliseconds. */
export interface Settings {
  /** Empty: all that the identity can read. Lower case. */
  readonly subscriptions: readonly string[];
  readonly cloud: Cloud;
  /** Patterns of cluster names, `*` and `?`; empty `include` means all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly limits: CheckLimits;
  readonly alertForMs: number;
  readonly keepFiringForMs: number;
  readonly repeatIntervalMs: number;
  readonly retentionRawMs: number;
  readonly retentionHourlyMs: number;
  /** Of roll-ups of five minutes; at least `retentionRawMs`. */
  readonly retentionFivesMs: number;
  readonly historyImportMs: number;
  readonly collectLagMs: number;
  /** Shards that the collect timer works on itself before it uses the queue. */
  readonly inlineShards: number;
  /** For links in messages, without a trailing slash; `null` where nothing says it. */
  readonly baseUrl: string | null;
  /** A secret. */
  readonly heartbeatUrl: string | null;
  readonly channels: readonly Channel[];
  readonly allowPrivateWebhooks: boolean;
  readonly auth: "key" | "entra" | "none";
  readonly healthAccess: "key" | "anonymous";
  readonly writeAccess: "same" | "own" | "none";
  readonly storage: StorageSettings;
}

/** What is different on a developer's machine, for settings that are not given. */
const LOCAL_DEFAULTS: Environment = { SNATWATCH_ALLOW_PRIVATE_WEBHOOKS: "true" };

/**
 * Reads the app settings whole.
 *
 * @param options `local`: we run in the local environment, where everybody may ask and channels may be on this machine
 * @throws SettingsError that names every fault at once; the user's to mend
 */
export function parseSettings(
  environment: Environment,
  options: { readonly local?: boolean } = {},
): Settings {
  const local = options.local ?? false;
  const given = withoutBlanks(local ? { ...LOCAL_DEFAULTS, ...withoutBlanks(environment) } : environment);
  const unresolved = findUnresolvedReferences(given);
  // What the platform left unresolved has its fault already; a second one about the same text would only confuse.
  const env = withoutNames(given, unresolved);
  const faults = [...findUnknownNames(env), ...unresolved.map(describeUnresolved)];

  const read = VARIABLES.safeParse(env);
  for (const { path, message } of read.error?.issues ?? []) faults.push(describeFault(env, path, message));
  faults.push(...findContradictions(env, local));

  const allowPrivate = /^true$/i.test(env["SNATWATCH_ALLOW_PRIVATE_WEBHOOKS"]?.trim() ?? "");
  const channels = parseChannels(env["SNATWATCH_CHANNELS"] ?? "[]", allowPrivate);
  faults.push(...channels.faults.map((fault) => `SNATWATCH_CHANNELS: ${fault}`));
  faults.push(...findHeartbeatFaults(env["SNATWATCH_HEARTBEAT_URL"], allowPrivate));

  const storage = parseStorage(env, read.data?.SNATWATCH_CLOUD ?? "public");
  const storageUnresolved = unresolved.some((name) => STORAGE_NAMES.includes(name));
  if (storage.kind === "fault" && !storageUnresolved) faults.push(storage.fault);

  if (!read.success || storage.kind === "fault" || faults.length > 0) throw new SettingsError(faults);
  return toSettings(read.data, givenLimits(env), channels.channels, storage, env["WEBSITE_HOSTNAME"]);
}

/** An app setting with an empty value is one that is not given. */
function withoutBlanks(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}

function describeFault(env: Environment, path: readonly PropertyKey[], message: string): string {
  const name = String(path[0]);
  return isSecret(name) ? `${name}: ${message}` : `${name}=${JSON.stringify(env[name])}: ${message}`;
}

function isSecret(name: string): boolean {
  const schemas: Readonly<Partial<Record<string, (typeof VARIABLES.shape)[VariableName]>>> = VARIABLES.shape;
  const schema = schemas[name];
  return schema === undefined || (ABOUT.get(schema)?.secret ?? true);
}

function withoutNames(env: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}

/** The platform hands the reference itself to the app when it cannot resolve it. */
function findUnresolvedReferences(env: Environment): string[] {
  return [...Object.keys(VARIABLES.shape), ...STORAGE_NAMES].filter((name) =>
    env[name]?.includes("@Microsoft.KeyVault("),
  );
}

function describeUnresolved(name: string): string {
  return (
    `${name}: a Key Vault reference that the platform did not resolve; expected it to be the whole value, and the app's ` +
    'identity to have the role "Key Vault Secrets User" on the vault'
  );
}

function findHeartbeatFaults(url: string | undefined, allowPrivate: boolean): string[] {
  const fault = url === undefined ? undefined : faultOfReceiver(url.trim(), allowPrivate);
  return fault === undefined ? [] : [`SNATWATCH_HEARTBEAT_URL: ${fault}`];
}

/** Limits whose default a user did not leave to us. */
function givenLimits(env: Environment): GivenLimit[] {
  const names: readonly (readonly [GivenLimit, VariableName])[] = [
    ["warnRatio", "SNATWATCH_WARN_RATIO"],
    ["failRatio", "SNATWATCH_FAIL_RATIO"],
    ["alertFor", "SNATWATCH_ALERT_FOR"],
  ];
  return names.flatMap(([limit, name]) => (env[name] === undefined ? [] : [limit]));
}

function toSettings(
  given: Variables,
  obeyed: readonly GivenLimit[],
  channels: readonly Channel[],
  storage: StorageSettings,
  hostName: string | undefined,
): Settings {
  return {
    subscriptions: [...new Set(given.SNATWATCH_SUBSCRIPTIONS.map((id) => id.toLowerCase()))],
    cloud: given.SNATWATCH_CLOUD,
    include: given.SNATWATCH_INCLUDE,
    exclude: given.SNATWATCH_EXCLUDE,
    limits: {
      warnRatio: given.SNATWATCH_WARN_RATIO,
      failRatio: given.SNATWATCH_FAIL_RATIO,
      failedRatio: given.SNATWATCH_FAILED_RATIO,
      skewFactor: given.SNATWATCH_SKEW_FACTOR,
      staleAfterMs: given.SNATWATCH_STALE_AFTER,
      collectLagMs: given.SNATWATCH_COLLECT_LAG,
      ...(obeyed.length === 0 ? {} : { given: obeyed }),
    },
    alertForMs: given.SNATWATCH_ALERT_FOR,
    keepFiringForMs: given.SNATWATCH_KEEP_FIRING_FOR,
    repeatIntervalMs: given.SNATWATCH_REPEAT_INTERVAL,
    retentionRawMs: given.SNATWATCH_RETENTION_RAW,
    retentionHourlyMs: given.SNATWATCH_RETENTION_HOURLY,
    retentionFivesMs: Math.max(given.SNATWATCH_RETENTION_5M, given.SNATWATCH_RETENTION_RAW),
    historyImportMs: given.SNATWATCH_HISTORY_IMPORT,
    collectLagMs: given.SNATWATCH_COLLECT_LAG,
    inlineShards: given.SNATWATCH_INLINE_SHARDS,
    baseUrl: given.SNATWATCH_BASE_URL ?? addressOfHost(hostName),
    heartbeatUrl: given.SNATWATCH_HEARTBEAT_URL ?? null,
    channels,
    allowPrivateWebhooks: given.SNATWATCH_ALLOW_PRIVATE_WEBHOOKS,
    auth: given.SNATWATCH_AUTH,
    healthAccess: given.SNATWATCH_HEALTH_ACCESS,
    writeAccess: given.SNATWATCH_WRITE_ACCESS,
    storage,
  };
}

/** Azure sets `WEBSITE_HOSTNAME`, and so do the Functions Core Tools, where it is this machine. */
function addressOfHost(hostName: string | undefined): string | null {
  if (hostName === undefined) return null;
  return /^(localhost|127\.)/.test(hostName) ? `http://${hostName}` : `https://${hostName}`;
}
