import { MINUTE_MS } from "../time.ts";

/** Denials are counted in spans of this length: a log's rows come minutes late, and each span is read again until they are in. */
export const DENIAL_SPAN_MS = 5 * MINUTE_MS;

/** What denied: a rule (or the lack of one) for addresses or for names, the DNS proxy, threat intelligence, intrusion detection. */
export type DenialKind =
  | "network"
  | "application"
  | "dns"
  | "threatIntelligence"
  | "idps"
  /** A log line that nobody foresaw: kept as text. */
  | "unparsed";

/** Denials of one cluster that are alike, within one span. */
export interface Denial {
  /** Start of the span, epoch ms; a multiple of {@link DENIAL_SPAN_MS}. */
  readonly spanMs: number;
  /** Key of the firewall's ARM id. */
  readonly firewall: string;
  readonly kind: DenialKind;
  /** A domain in lower case or an address; for `unparsed` the text, cut to 500 characters; empty where the log has neither. */
  readonly destination: string;
  /** `null` where there is none (ICMP, DNS). */
  readonly port: number | null;
  /** In lower case: `tcp`, `udp`, `icmp`, `http`, `https`, `mssql`, `dns`, ...; empty where the log does not say. */
  readonly protocol: string;
  /** The rule that denied, as `policy/group/collection/rule` of the parts that are known; `null`: no rule matched. */
  readonly rule: string | null;
  /** What the log says beside the action (`SNI TLS extension was missing.`); `null` for nothing. */
  readonly reason: string | null;
  readonly count: number;
  /** Up to {@link MOST_SOURCES} source addresses. */
  readonly sources: readonly string[];
  /** How many there were; at least the length of `sources`. */
  readonly sourceCount: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

export const MOST_SOURCES = 10;

/** What names a denial within a span: equal for rows that are one line on a list. */
export function denialKey(
  denial: Pick<Denial, "kind" | "destination" | "port" | "protocol" | "rule">,
): string {
  return `${denial.kind}|${denial.destination}|${denial.port ?? ""}|${denial.protocol}|${denial.rule ?? ""}`;
}
