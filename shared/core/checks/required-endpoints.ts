import type { RememberedDenial } from "../denials/denial-memory.ts";
import type { EgressEndpoint } from "../denials/documented-endpoints.ts";
import { matchEndpoint } from "../denials/match-endpoint.ts";
import { endpointsOf } from "../denials/required-endpoints.ts";
import { formatCount } from "../format.ts";
import { utcText } from "../notify/time-text.ts";
import type { Check, CheckResult, Evidence, Facts, Finding, Subject } from "./check.ts";
import {
  deniedBy,
  destinationText,
  knownUntilMs,
  notByFirewall,
  presentCount,
  whyUntold,
} from "./denial-reading.ts";
import { endpointRemedy } from "./endpoint-remedy.ts";
import { andMore, found, notApplicable, pass, unknown, withOthers } from "./result.ts";

const ID = "required-endpoints";
const MOST_EVIDENCE = 10;

/** Were endpoints denied that AKS needs? */
export const requiredEndpoints: Check = {
  id: ID,
  question: "Were endpoints denied that AKS needs?",
  judgesTraffic: false,
  judge,
};

/** Denials of one endpoint, with all rules, ports and addresses that they had. */
interface Denied {
  readonly subject: Subject;
  readonly endpoint: EgressEndpoint;
  /** Most frequent first. */
  readonly denials: readonly RememberedDenial[];
  /** In the newest 15 minutes read. */
  readonly count: number;
}

function judge(facts: Facts, earlier: ReadonlyMap<string, CheckResult>): CheckResult {
  const reason = notByFirewall(facts.cluster);
  if (reason !== null) return notApplicable(ID, reason);

  const untoldReason = whyUntold(facts);
  const all = deniedEndpoints(facts);
  const present = all.filter(({ count }) => count > 0).toSorted(worstFirst);
  // Where the logs fell silent, an endpoint that was denied before may still be.
  const untold =
    untoldReason === null ? [] : all.filter(({ count }) => count === 0).map(({ subject }) => subject);
  const worst = present[0];
  if (worst === undefined) {
    if (untoldReason !== null) return unknown(ID, `cannot tell: ${untoldReason}`, { untold });
    return pass(ID, passSummary(facts), { evidence: readThrough(facts) });
  }
  const findings = present.map(toFinding);
  return found(ID, andMore(findings[0]?.summary ?? "", findings.length - 1), findings, {
    evidence: [
      ...present.slice(0, MOST_EVIDENCE).map(toEvidence),
      ...readThrough(facts),
      ...(untoldReason === null ? [] : [{ name: "notRead", value: untoldReason }]),
    ],
    untold,
    remedy: endpointRemedy(facts.cluster, worst.endpoint, worst.denials),
    // Traffic that a missing route sends astray is denied for want of the way, not of a rule.
    explainedBy: earlier.get("default-route")?.outcome === "fail" ? "default-route" : null,
  });
}

/** Everything of the last hour that AKS needs, by destination. */
function deniedEndpoints({ cluster, denials: memory }: Facts): Denied[] {
  const { denials } = memory;
  const untilMs = knownUntilMs(memory);
  const endpoints = endpointsOf(cluster);
  const groups = new Map<string, { endpoint: EgressEndpoint; denials: RememberedDenial[] }>();
  for (const denial of denials) {
    if (denial.recent.length === 0) continue;
    const endpoint = matchEndpoint(denial, endpoints);
    if (endpoint === undefined || endpoint.need === "benign") continue;
    const name = subjectName(endpoint, denial);
    const group = groups.get(name) ?? { endpoint, denials: [] };
    // A destination may be needed on one port and optional on another: the gravest names it.
    if (endpoint.need === "required") group.endpoint = endpoint;
    group.denials.push(denial);
    groups.set(name, group);
  }
  return [...groups].map(([destination, group]) => ({
    ...group,
    subject: { destination },
    denials: group.denials.toSorted((a, b) => presentCount(b, untilMs) - presentCount(a, untilMs)),
    count: group.denials.reduce((sum, denial) => sum + presentCount(denial, untilMs), 0),
  }));
}

/** Addresses that are told by their port alone are one subject: else every time server would be an alert. */
function subjectName(endpoint: EgressEndpoint, denial: RememberedDenial): string {
  return endpoint.destination === "*" ? `*:${endpoint.port ?? ""}` : denial.destination;
}

function worstFirst(a: Denied, b: Denied): number {
  const graver = Number(b.endpoint.need === "required") - Number(a.endpoint.need === "required");
  return graver || b.count - a.count;
}

function toFinding({ subject, endpoint, denials, count }: Denied): Finding {
  const [first, ...others] = denials;
  if (first === undefined) return { subject, severity: "warn", summary: "" };
  const last = Math.max(...denials.map((denial) => denial.lastSeenMs));
  const named = withOthers(destinationText(first), new Set(others.map(destinationText)).size);
  const times = count === 1 ? "once" : `${formatCount(count)} times`;
  return {
    subject,
    severity: endpoint.need === "required" ? "fail" : "warn",
    summary: `${named} was denied ${times} in 15 minutes, last at ${utcText(last)}, by ${deniedBy(first)}: ${endpoint.breaks}`,
  };
}

function toEvidence({ denials, count, endpoint }: Denied): Evidence {
  const first = denials[0];
  const name = first === undefined ? endpoint.destination : destinationText(first);
  return { name: `${endpoint.need} ${name}`, value: count, unit: "denials" };
}

function readThrough({ denials: { throughMs }, cluster }: Facts): Evidence[] {
  if (throughMs === null) return [];
  const own = (cluster.network.requiredEndpoints ?? []).length > 0;
  return [
    { name: "logsReadThrough", value: utcText(throughMs) },
    { name: "listOfEndpoints", value: own ? "Azure's own for this cluster" : "the documented one" },
  ];
}

function passSummary({ denials: memory }: Facts): string {
  const { denials } = memory;
  const untilMs = knownUntilMs(memory);
  const others = denials.reduce((sum, denial) => sum + presentCount(denial, untilMs), 0);
  const told = "nothing that AKS needs was denied in 15 minutes";
  return others === 0 ? told : `${told}; ${formatCount(others)} denials of other destinations`;
}
