import * as z from "zod";
import { LIMIT_RANGES } from "#core/checks/cluster-limits.ts";
import { choice, count, duration, flag, type Kind, list, number, text, webAddress } from "./kinds.ts";

// A schema of this app reads a handful of texts, most of them once: to compile a parser for it costs more than that saves.
z.config({ jitless: true });

/** What the table of settings says of one setting. */
export interface SettingAbout {
  readonly meaning: string;
  readonly format: string;
  readonly range: string;
  /** As a user would write it; empty where absence has its own meaning. */
  readonly defaultText: string;
  /** True if the value must never be printed. */
  readonly secret: boolean;
}

/** The words that belong to each schema of {@link VARIABLES}. */
export const ABOUT = z.registry<SettingAbout>();

/** A setting with a default, written as a user would write it. */
function setting<T>(kind: Kind<T>, defaultText: string, meaning: string) {
  const { format, range } = kind;
  return kind.schema
    .prefault(defaultText)
    .register(ABOUT, { meaning, format, range, defaultText, secret: false });
}

/** A setting whose absence has a meaning of its own. */
function optional<T>(kind: Kind<T>, meaning: string, secret = false) {
  const { format, range } = kind;
  return kind.schema.optional().register(ABOUT, { meaning, format, range, defaultText: "", secret });
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NAME_PATTERN = /^[\w*?.-]+$/;
const patterns = () =>
  list(
    NAME_PATTERN,
    "names, comma-separated",
    "`*` any text, `?` one character",
    "a cluster name, * and ? allowed",
  );

/** Every app setting of the product, in the order of the README. */
export const VARIABLES = z.object({
  SNATWATCH_SUBSCRIPTIONS: setting(
    list(GUID, "ids, comma-separated", "subscription ids", "a subscription id (a GUID)"),
    "",
    "Subscriptions to watch. Empty: all that the identity can read.",
  ),
  SNATWATCH_CLOUD: setting(choice("public", "usgovernment", "china"), "public", "The Azure cloud to ask."),
  SNATWATCH_INCLUDE: setting(patterns(), "", "Clusters to watch, by name. Empty: all."),
  SNATWATCH_EXCLUDE: setting(
    patterns(),
    "",
    "Clusters to leave out, by name; wins over `SNATWATCH_INCLUDE`.",
  ),

  SNATWATCH_WARN_RATIO: setting(
    number("ratio", LIMIT_RANGES.warnRatio),
    "0.75",
    "Used / allocated SNAT ports of a node at which `snat-ports` warns; below `SNATWATCH_FAIL_RATIO`.",
  ),
  SNATWATCH_FAIL_RATIO: setting(
    number("ratio", LIMIT_RANGES.failRatio),
    "0.9",
    "Used / allocated SNAT ports of a node at which `snat-ports` fails.",
  ),
  SNATWATCH_FAILED_RATIO: setting(
    number("ratio", LIMIT_RANGES.failedRatio),
    "0.05",
    "Failed / attempted outbound connections of a node at which `snat-failures` fails.",
  ),
  SNATWATCH_SKEW_FACTOR: setting(
    number("factor", LIMIT_RANGES.skewFactor),
    "3",
    "How many times the median node's ports one node may use before `snat-skew` warns.",
  ),
  SNATWATCH_STALE_AFTER: setting(
    duration("1m", "1h"),
    "5m",
    "Age of the newest data, beyond the collection lag, at which `data-freshness` is unknown.",
  ),

  SNATWATCH_ALERT_FOR: setting(
    duration("0s", "1d"),
    "2m",
    "How long a breach must last before its alert fires. Where it is left at its default, ports that are used up with connections failing are told at once.",
  ),
  SNATWATCH_KEEP_FIRING_FOR: setting(
    duration("0s", "1d"),
    "5m",
    "How long the breach must be over before the alert resolves.",
  ),
  SNATWATCH_REPEAT_INTERVAL: setting(
    duration("5m", "30d"),
    "4h",
    "How long an open incident stays silent before it is told again.",
  ),

  SNATWATCH_RETENTION_RAW: setting(duration("1d", "400d"), "14d", "How long samples of one minute are kept."),
  SNATWATCH_RETENTION_HOURLY: setting(
    duration("1d", "3650d"),
    "400d",
    "How long hourly and daily roll-ups, events and clusters that are gone are kept; at least `SNATWATCH_RETENTION_RAW`.",
  ),
  SNATWATCH_RETENTION_5M: setting(
    duration("1d", "400d"),
    "93d",
    "How long roll-ups of five minutes are kept; never shorter than `SNATWATCH_RETENTION_RAW`.",
  ),
  SNATWATCH_HISTORY_IMPORT: setting(
    duration("0d", "93d"),
    "30d",
    "How much history to import from Azure Monitor on first sight of a cluster; Azure keeps 93 days. Of what is older than `SNATWATCH_RETENTION_RAW` the roll-ups stay.",
  ),
  SNATWATCH_COLLECT_LAG: setting(
    duration("1m", "15m"),
    "3m",
    "How far behind the clock the newest minute is read; Azure's metrics come late.",
  ),
  SNATWATCH_INLINE_SHARDS: setting(
    count("shards", 0, 100),
    "1",
    "Internal: how many shards the timer collects itself before it uses the queue.",
  ),

  SNATWATCH_BASE_URL: optional(
    webAddress(),
    "Address of this app, for links in messages. Empty: the app's host name as Azure gives it.",
  ),
  SNATWATCH_HEARTBEAT_URL: optional(
    text("address", "https, public host"),
    "Dead-man switch, fetched (GET) every minute while every cluster's shard is being collected; silent otherwise. A secret.",
    true,
  ),
  SNATWATCH_CHANNELS: optional(
    text(
      "JSON",
      "array of `{name, kind, url?, secret?, minSeverity?, clusters?}`; kind `teams`, `slack`, `pagerduty` or `webhook`",
    ),
    "Where incidents are told. A secret: use a Key Vault reference for the whole value.",
    true,
  ),
  SNATWATCH_ALLOW_PRIVATE_WEBHOOKS: setting(
    flag(),
    "false",
    "Lets channels use plain http and private addresses. True in the local environment.",
  ),

  SNATWATCH_AUTH: setting(
    choice("key", "entra", "none"),
    "key",
    "Who may ask: Functions keys, App Service authentication, or everybody (local environment only).",
  ),
  SNATWATCH_HEALTH_ACCESS: setting(
    choice("key", "anonymous"),
    "key",
    "`anonymous` opens `/api/health` and the badges without a key; they then tell status and counts, no names.",
  ),
  SNATWATCH_WRITE_ACCESS: setting(
    choice("same", "own", "none"),
    "same",
    "Who may silence and send test messages: whoever may read; only who has a right of its own (the Functions master key, behind Entra the app role `Snatwatch.Write`); nobody.",
  ),
});

/** What the settings are once each has been read by itself. */
export type Variables = z.output<typeof VARIABLES>;
export type VariableName = keyof Variables;
