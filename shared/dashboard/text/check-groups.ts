import type { CheckRow } from "#api/answers/cluster.ts";

export interface CheckGroup {
  readonly title: string;
  readonly checks: readonly CheckRow[];
  /** The reader came for these: their evidence is open at once. */
  readonly open: boolean;
}

/** Found, cannot tell, ruled out, does not apply: what was found first, and of that the causes before what they explain. */
export function groupChecks(checks: readonly CheckRow[]): readonly CheckGroup[] {
  const of = (...outcomes: readonly CheckRow["outcome"][]) =>
    checks.filter(({ outcome }) => outcomes.includes(outcome));
  const groups: readonly CheckGroup[] = [
    { title: "Found", checks: of("fail", "warn").toSorted(byCause), open: true },
    { title: "Cannot tell", checks: of("unknown"), open: false },
    { title: "Ruled out", checks: of("pass"), open: false },
    { title: "Does not apply", checks: of("notApplicable"), open: false },
  ];
  return groups.filter((group) => group.checks.length > 0);
}

/** The check that names the cause of what is wrong; none where nothing was found. */
export function causeOf(checks: readonly CheckRow[]): CheckRow | undefined {
  return groupChecks(checks).find(({ title }) => title === "Found")?.checks[0];
}

function byCause(a: CheckRow, b: CheckRow): number {
  return (
    Number(a.explainedBy !== null) - Number(b.explainedBy !== null) ||
    Number(b.outcome === "fail") - Number(a.outcome === "fail") ||
    Date.parse(a.since) - Date.parse(b.since)
  );
}
