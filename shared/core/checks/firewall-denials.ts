import type { RememberedDenial } from "../denials/denial-memory.ts";
import { REST_REASON } from "../denials/log-row.ts";
import { formatCount } from "../format.ts";
import { durationText, utcText } from "../notify/time-text.ts";
import { HOUR_MS } from "../time.ts";
import type { Check, CheckResult, Evidence, Facts, Finding } from "./check.ts";
import {
  deniedBy,
  destinationText,
  knownUntilMs,
  notByFirewall,
  presentCount,
  whyUntold,
} from "./denial-reading.ts";
import { andMore, found, notApplicable, pass, unknown } from "./result.ts";

const ID = "firewall-denials";

/** With less of the past, everything would be new. */
const LEAST_PAST_MS = 6 * HOUR_MS;
/** Packets are retried: fewer than this in 15 minutes is somebody's single attempt. */
const LEAST_NEW = 10;
/** In the last hour, against the mean hour of the day before. */
const RISING_FACTOR = 5;
const LEAST_RISING = 50;
const DAY_HOURS = 24;

/** Each is an alert of its own: the rest stands in the evidence. */
const MOST_FINDINGS = 3;
const MOST_EVIDENCE = 10;

/** Is the firewall denying what it did not deny before? */
export const firewallDenials: Check = {
  id: ID,
  question: "Are denials new or rising?",
  judgesTraffic: false,
  judge,
};

/** Denials of one destination, port and protocol by whatever rule. */
interface Line {
  readonly denials: readonly [RememberedDenial, ...RememberedDenial[]];
  /** In the newest 15 minutes read. */
  readonly present: number;
  readonly lastHour: number;
  /** Of the day before the last hour. */
  readonly dayBefore: number;
}

function judge(facts: Facts, earlier: ReadonlyMap<string, CheckResult>): CheckResult {
  const reason = notByFirewall(facts.cluster);
  if (reason !== null) return notApplicable(ID, reason);
  const untoldReason = whyUntold(facts);
  if (untoldReason !== null) return unknown(ID, `cannot tell: ${untoldReason}`);

  const lines = linesOf(facts);
  const evidence = evidenceOf(facts, lines);
  const { sinceMs, throughMs } = facts.denials;
  const spannedMs = (throughMs ?? 0) - (sinceMs ?? 0);
  const total = lines.reduce((sum, line) => sum + line.lastHour, 0) + facts.denials.others;
  const counted =
    total === 0 ? "nothing denied in the last hour" : `${formatCount(total)} denials in the last hour`;
  if (spannedMs < LEAST_PAST_MS) {
    const read = durationText(spannedMs);
    return pass(ID, `${counted}${topText(lines)}; logs of ${read} are too few to tell what is new`, {
      evidence,
    });
  }

  const hours = Math.min(DAY_HOURS, (spannedMs - HOUR_MS) / HOUR_MS);
  const standing = lines.flatMap((line) => describe(line, hours));
  if (standing.length === 0) return pass(ID, `${counted}, none of them new or rising`, { evidence });

  const needed = new Set(
    earlier.get("required-endpoints")?.findings.map(({ subject }) => subject.destination),
  );
  const unexplained = standing.filter(({ line }) => !isNeeded(line, needed));
  const told = unexplained.length > 0 ? unexplained : standing;
  const findings = told.slice(0, MOST_FINDINGS).map(({ finding }) => finding);
  const explained = unexplained.length === 0;
  return found(ID, andMore(findings[0]?.summary ?? "", told.length - 1), findings, {
    evidence,
    explainedBy: explained ? "required-endpoints" : null,
    remedy: explained
      ? { text: "AKS needs what is denied: see required-endpoints.", commands: [] }
      : {
          text: "Find who asks: the sources in the evidence are nodes or pods. A destination that is wanted needs a rule on the firewall; one that is not is a workload to change, or to look into.",
          commands: ["kubectl get pods --all-namespaces --output wide", "kubectl get nodes --output wide"],
        },
  });
}

function linesOf({ denials: memory }: Facts): Line[] {
  const { denials } = memory;
  const untilMs = knownUntilMs(memory);
  const groups = new Map<string, [RememberedDenial, ...RememberedDenial[]]>();
  for (const denial of denials) {
    const key = `${denial.destination}|${denial.port ?? ""}|${denial.protocol}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [denial]);
    else group.push(denial);
  }
  return [...groups.values()]
    .map((group) => ({
      denials: group,
      present: group.reduce((sum, denial) => sum + presentCount(denial, untilMs), 0),
      lastHour: group.reduce((sum, { recent }) => sum + sumOf(recent), 0),
      dayBefore: group.reduce((sum, { day }) => sum + sumOf(day), 0),
    }))
    .toSorted((a, b) => b.lastHour - a.lastHour || b.dayBefore - a.dayBefore);
}

function sumOf(counts: RememberedDenial["recent"]): number {
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

/** What is new or rising about a line; empty for neither. */
function describe(line: Line, hours: number): { readonly line: Line; readonly finding: Finding }[] {
  const { present, lastHour, dayBefore } = line;
  const mean = dayBefore / hours;
  const fresh = dayBefore === 0 && present >= LEAST_NEW;
  // A rise that is over is history: it must still be going on.
  const rising = dayBefore > 0 && present > 0 && lastHour >= LEAST_RISING && lastHour >= RISING_FACTOR * mean;
  const [first] = line.denials;
  // The row that stands for many kinds says nothing of any of them.
  if ((!fresh && !rising) || first.reason === REST_REASON) return [];
  const name = destinationText(first);
  const from = first.sourceCount === 1 ? first.sources[0] : `${formatCount(first.sourceCount)} sources`;
  const told = fresh
    ? `${name} is denied since ${utcText(firstSeen(line))}, ${formatCount(present)} times in 15 minutes`
    : `${name} was denied ${formatCount(lastHour)} times in the last hour, ${formatCount(mean)} in the mean hour before`;
  return [
    {
      line,
      finding: {
        subject: {
          destination: first.port === null ? first.destination : `${first.destination}:${first.port}`,
          ...(first.protocol === "" ? {} : { protocol: first.protocol }),
        },
        severity: "warn",
        summary: `${told}, from ${from ?? "unknown sources"}, by ${deniedBy(first)}`,
      },
    },
  ];
}

function firstSeen({ denials }: Line): number {
  return Math.min(...denials.map((denial) => denial.firstSeenMs));
}

function isNeeded(
  { denials: [{ destination, port }] }: Line,
  needed: ReadonlySet<string | undefined>,
): boolean {
  return needed.has(destination) || needed.has(`*:${port ?? ""}`);
}

function topText(lines: readonly Line[]): string {
  const top = lines.filter(({ lastHour }) => lastHour > 0).slice(0, MOST_FINDINGS);
  if (top.length === 0) return "";
  return `, most of ${top.map(({ denials: [first] }) => destinationText(first)).join(", ")}`;
}

function evidenceOf({ denials }: Facts, lines: readonly Line[]): Evidence[] {
  const recent = lines.filter(({ lastHour }) => lastHour > 0);
  return [
    ...recent.slice(0, MOST_EVIDENCE).map(({ denials: [first], lastHour, dayBefore }) => ({
      name: destinationText(first),
      value: `${formatCount(lastHour)} in the last hour, ${formatCount(dayBefore)} in the day before, by ${deniedBy(first)}, from ${sourcesText(first)}`,
    })),
    ...topSources(recent),
    ...(denials.others > 0 ? [{ name: "denialsNotListed", value: denials.others, unit: "denials" }] : []),
    ...(denials.throughMs === null ? [] : [{ name: "logsReadThrough", value: utcText(denials.throughMs) }]),
  ];
}

function sourcesText({ sources, sourceCount }: RememberedDenial): string {
  const shown = sources.slice(0, MOST_FINDINGS);
  const more = sourceCount - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

/** Addresses that most kinds of denials come from: counts are not known by source. */
function topSources(lines: readonly Line[]): Evidence[] {
  const kinds = new Map<string, number>();
  for (const { denials } of lines) {
    for (const source of new Set(denials.flatMap((denial) => denial.sources))) {
      kinds.set(source, (kinds.get(source) ?? 0) + 1);
    }
  }
  return [...kinds]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST_FINDINGS)
    .map(([source, count]) => ({ name: `source ${source}`, value: count, unit: "destinations" }));
}
