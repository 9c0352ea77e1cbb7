import type { FleetCluster } from "../../../infra/local/fleet-document.ts";

/** A check as the API answers it, as far as verdicts are held against it. */
interface JudgedCheck {
  readonly id: string;
  readonly outcome: string;
  readonly summary: string;
  readonly explainedBy?: string | null;
  readonly evidence: readonly { readonly name: string; readonly value: unknown }[];
  readonly subjects: readonly Readonly<Record<string, unknown>>[];
  readonly remedy: { readonly text: string; readonly commands: readonly string[] } | null;
}

/** The checks of a cluster; they have been through the API, whose own tests hold their shape. */
export function checksOf(cluster: FleetCluster): readonly JudgedCheck[] {
  const checks: unknown = cluster["checks"];
  if (!Array.isArray(checks)) throw new Error(`${cluster.name} has no checks`);
  return checks;
}

export function checkOf(cluster: FleetCluster, id: string): JudgedCheck {
  const found = checksOf(cluster).find((check) => check.id === id);
  if (found === undefined) throw new Error(`${cluster.name} has no check ${id}`);
  return found;
}

/** `id=outcome` of every check that says something is wrong by itself, not in the wake of another one. */
export function findingsOf(cluster: FleetCluster): readonly string[] {
  return checksOf(cluster)
    .filter(
      ({ outcome, explainedBy }) => ["warn", "fail"].includes(outcome) && (explainedBy ?? null) === null,
    )
    .map(({ id, outcome }) => `${id}=${outcome}`);
}

/** Rows of an answer's list. */
export function rowsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value : [];
}
