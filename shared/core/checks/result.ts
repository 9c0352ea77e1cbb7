import type { CheckResult, Evidence, Facts, Finding, Remedy, Subject } from "./check.ts";

/** The parts of a result that a check need not name. */
interface Extras {
  readonly evidence?: readonly Evidence[];
  readonly untold?: readonly Subject[];
  readonly remedy?: Remedy | null;
  readonly explainedBy?: string | null;
}

function result(id: string, outcome: CheckResult["outcome"], summary: string, extras: Extras): CheckResult {
  return {
    id,
    outcome,
    summary,
    findings: [],
    untold: extras.untold ?? [],
    evidence: extras.evidence ?? [],
    remedy: extras.remedy ?? null,
    explainedBy: extras.explainedBy ?? null,
  };
}

export function pass(id: string, summary: string, extras: Extras = {}): CheckResult {
  return result(id, "pass", summary, extras);
}

export function unknown(id: string, summary: string, extras: Extras = {}): CheckResult {
  return result(id, "unknown", summary, extras);
}

export function notApplicable(id: string, reason: string): CheckResult {
  return result(id, "notApplicable", reason, {});
}

/** `warn` or `fail`, by the worst finding; findings come worst first. */
export function found(
  id: string,
  summary: string,
  findings: readonly Finding[],
  extras: Extras = {},
): CheckResult {
  const outcome = findings.some((finding) => finding.severity === "fail") ? "fail" : "warn";
  return { ...result(id, outcome, summary, extras), findings };
}

/** A node as a subject: with its name where it is known. */
export function nodeSubject(facts: Facts, backendIp: string, protocol?: string): Subject {
  const node = facts.names.get(backendIp);
  return {
    ...(node === undefined ? {} : { node }),
    backendIp,
    ...(protocol === undefined ? {} : { protocol }),
  };
}

/** How a sentence names a node: by its name, else by its address. */
export function nodeLabel(facts: Facts, backendIp: string): string {
  const node = facts.names.get(backendIp);
  return node === undefined ? `node at ${backendIp}` : `node ${node}`;
}

/** `name`, `name and one other`, `name and 3 others`. */
export function withOthers(name: string, others: number): string {
  if (others <= 0) return name;
  return others === 1 ? `${name} and one other` : `${name} and ${others} others`;
}

/** A sentence about the first finding, and how many more there are. */
export function andMore(sentence: string, more: number): string {
  return more <= 0 ? sentence : `${sentence}; and ${more} more`;
}

/** Orders failures before warnings. */
export function bySeverity(a: Finding, b: Finding): number {
  return Number(b.severity === "fail") - Number(a.severity === "fail");
}
