/** What was found of a node a minute ago and holds on: its severity, by {@link raisedKey}. */
export type RaisedNodes = ReadonlyMap<string, RaisedSeverity>;

type RaisedSeverity = "warning" | "critical";

const NONE_RAISED: RaisedNodes = new Map();

export function raisedKey(check: string, backendIp = "", protocol = ""): string {
  return `${check}|${backendIp}|${protocol}`;
}

/** The part of an alert that counts. */
interface Raised {
  readonly check: string;
  readonly subject: { readonly backendIp?: string; readonly protocol?: string };
  readonly phase: string;
  readonly severity: RaisedSeverity;
}

/** The nodes that alerts are about: a check that looks at them again needs a clear end, not only the absence of a beginning. */
export function raisedNodes(alerts: readonly Raised[]): RaisedNodes {
  if (alerts.length === 0) return NONE_RAISED;
  const raised = new Map<string, RaisedSeverity>();
  for (const { check, subject, phase, severity } of alerts) {
    if (phase !== "resolved") raised.set(raisedKey(check, subject.backendIp, subject.protocol), severity);
  }
  return raised;
}
