import type { ClusterRow } from "#api/answers/clusters.ts";

export const STATUSES = ["critical", "unknown", "warning", "healthy"] as const;
export type Status = (typeof STATUSES)[number];

export const SORTS = ["worst", "name", "used", "exhaustion", "nodes", "age"] as const;
export type Sort = (typeof SORTS)[number];

/** What the reader wants to see; an empty text or list means everything. */
export interface FleetFilter {
  readonly text: string;
  readonly statuses: readonly string[];
  readonly subscription: string;
  readonly path: string;
  readonly sort: Sort;
}

export function filterOf(query: URLSearchParams): FleetFilter {
  const wanted = query.get("sort");
  return {
    text: query.get("q") ?? "",
    statuses: (query.get("status") ?? "").split(",").filter((status) => status !== ""),
    subscription: query.get("subscription") ?? "",
    path: query.get("path") ?? "",
    sort: SORTS.find((sort) => sort === wanted) ?? "worst",
  };
}

/** The clusters that the reader wants to see, in the order wanted. */
export function selectRows(rows: readonly ClusterRow[], filter: FleetFilter): readonly ClusterRow[] {
  const terms = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term !== "");
  return rows
    .filter(
      (row) =>
        (filter.statuses.length === 0 || filter.statuses.includes(row.status)) &&
        (filter.subscription === "" || row.subscriptionId === filter.subscription) &&
        (filter.path === "" || row.paths.some((kind) => kind === filter.path)) &&
        holdsTerms(row, terms),
    )
    .toSorted((a, b) => ORDERS[filter.sort](a, b) || byName(a, b));
}

/** What a row is found by, and its name as it is ordered: worked out once for each row, not with each key that is typed. */
const lowered = new WeakMap<ClusterRow, { readonly text: string; readonly name: string }>();

function inLowerCase(row: ClusterRow) {
  const known = lowered.get(row);
  if (known !== undefined) return known;
  const { name, resourceGroup, subscriptionId, location, headline } = row;
  const made = {
    text: `${name} ${resourceGroup} ${subscriptionId} ${location} ${headline}`.toLowerCase(),
    name: name.toLowerCase(),
  };
  lowered.set(row, made);
  return made;
}

function holdsTerms(row: ClusterRow, terms: readonly string[]): boolean {
  if (terms.length === 0) return true;
  const { text } = inLowerCase(row);
  return terms.every((term) => text.includes(term));
}

type Order = (a: ClusterRow, b: ClusterRow) => number;

const byName: Order = (a, b) => compare(inLowerCase(a).name, inLowerCase(b).name) || compare(a.id, b.id);
const bySoonest: Order = (a, b) =>
  compare(a.exhaustionInSeconds ?? Infinity, b.exhaustionInSeconds ?? Infinity);
const byFullest: Order = (a, b) => compare(b.worstUsedRatio ?? -1, a.worstUsedRatio ?? -1);

const ORDERS: Readonly<Record<Sort, Order>> = {
  worst: (a, b) =>
    compare(STATUSES.indexOf(a.status), STATUSES.indexOf(b.status)) || bySoonest(a, b) || byFullest(a, b),
  name: byName,
  used: byFullest,
  exhaustion: bySoonest,
  nodes: (a, b) => compare(b.nodes, a.nodes),
  age: (a, b) => compare(a.dataThrough ?? "", b.dataThrough ?? ""),
};

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}

/** How many clusters have each status, whatever the filter. */
export function countStatuses(rows: readonly ClusterRow[]): Readonly<Record<Status, number>> {
  const counts = { critical: 0, unknown: 0, warning: 0, healthy: 0 };
  for (const { status } of rows) counts[status] += 1;
  return counts;
}
