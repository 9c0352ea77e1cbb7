import { nameOf, resourceKey } from "../egress/resource-id.ts";
import type { Cluster, EgressPath, OutboundRule, PathKind } from "../egress/topology.ts";
import { lacksAddresses } from "../egress/unread.ts";
import type { Difference } from "./difference.ts";

/** Paths whose public addresses are the device's own: those of nodes come and go with the nodes. */
const ADDRESSED: ReadonlySet<PathKind> = new Set(["loadBalancer", "natGateway", "firewall", "egressGateway"]);

/** In which path, address or allocation two looks at a cluster differ. */
export function networkDifferences(old: Cluster, now: Cluster): Difference[] {
  return [
    ...pathDifferences(old.paths, now.paths),
    ...addressDifferences(old, now),
    ...ruleDifferences(old, now),
    ...gatewayDifferences(old, now),
  ];
}

/** `natGateway ng-payments`. */
export function describePath({ kind, resourceId }: EgressPath): string {
  return resourceId === null ? kind : `${kind} ${nameOf(resourceId)}`;
}

/** A path that can be seen again is a change: another one than before may have come while nobody could look. */
function pathDifferences(old: readonly EgressPath[], now: readonly EgressPath[]): Difference[] {
  if (now.length === 0 || now.some(({ kind }) => kind === "unknown")) return [];
  const was = byPool(old);
  const is = byPool(now);
  // A pool that is new, or gone, is told as such unless it brought or took a path.
  const moved = [...is].some(([pool, path]) => was.has(pool) && was.get(pool) !== path);
  const [before, after] = [keysOf(old), keysOf(now)];
  if (!moved && before.length === after.length && before.every((key) => after.includes(key))) return [];
  const tell = (paths: readonly EgressPath[]) => paths.map(describePath).toSorted();
  const [from, to] = [tell(old), tell(now)];
  const none = now.every(({ kind }) => kind === "none");
  return [
    {
      change: "egressPath",
      before: listed(old),
      after: listed(now),
      title: `egress: ${from.join(", ") || "unknown"} before, ${to.join(", ")} now`,
      detail: now
        .map((path) => `${describePath(path)} for ${path.pools.join(", ")}: ${path.reason}`)
        .join("; "),
      severity: none ? "warning" : "info",
    },
  ];
}

function addressDifferences(old: Cluster, now: Cluster): Difference[] {
  // Single addresses may be read and a prefix not: what is known of either look is a part then.
  if (lacksAddresses(old.problems) || lacksAddresses(now.problems)) return [];
  const known = new Map(old.paths.map((path) => [keyOf(path), path]));
  return now.paths.flatMap((path): Difference[] => {
    const before = known.get(keyOf(path));
    // A device that carries traffic has an address: where none is known, it could not be read.
    if (!ADDRESSED.has(path.kind) || before === undefined) return [];
    if (before.publicIps.length === 0 || path.publicIps.length === 0) return [];
    const added = missingIn(before.publicIps, path.publicIps);
    const removed = missingIn(path.publicIps, before.publicIps);
    if (added.length + removed.length === 0) return [];
    const news = [
      ...(added.length > 0 ? [`${added.join(", ")} added`] : []),
      ...(removed.length > 0 ? [`${removed.join(", ")} removed`] : []),
    ].join("; ");
    return [
      {
        change: "publicIps",
        subject: path.resourceId ?? path.kind,
        before: before.publicIps.toSorted(),
        after: path.publicIps.toSorted(),
        title: `public addresses of ${describePath(path)}: ${before.publicIps.length} before, ${path.publicIps.length} now`,
        detail: news,
      },
    ];
  });
}

function ruleDifferences(old: Cluster, now: Cluster): Difference[] {
  const known = new Map(old.loadBalancer?.outboundRules.map((rule) => [rule.name.toLowerCase(), rule]));
  return (now.loadBalancer?.outboundRules ?? []).flatMap((rule): Difference[] => {
    const before = known.get(rule.name.toLowerCase());
    if (before === undefined) return [];
    const found: Difference[] = [];
    if (before.allocatedPorts !== rule.allocatedPorts) {
      found.push({
        change: "allocatedPorts",
        subject: rule.name,
        before: before.allocatedPorts,
        after: rule.allocatedPorts,
        title: `SNAT ports for each node: ${portsText(before)} before, ${portsText(rule)} now`,
        detail: `outbound rule ${rule.name}`,
      });
    }
    const [from, to] = [before.idleTimeoutMinutes, rule.idleTimeoutMinutes];
    return [...found, ...idleDifference(rule.name, `outbound rule ${rule.name}`, from, to)];
  });
}

function gatewayDifferences(old: Cluster, now: Cluster): Difference[] {
  const known = new Map(old.network.natGateways.map((gateway) => [resourceKey(gateway.id), gateway]));
  return now.network.natGateways.flatMap(({ id, name, idleTimeoutMinutes }) => {
    const before = known.get(resourceKey(id))?.idleTimeoutMinutes ?? null;
    return idleDifference(id, `NAT gateway ${name}`, before, idleTimeoutMinutes);
  });
}

function idleDifference(
  subject: string,
  what: string,
  before: number | null,
  after: number | null,
): Difference[] {
  if (before === null || after === null || before === after) return [];
  const title = `idle time-out: ${before} minutes before, ${after} now`;
  return [{ change: "idleTimeout", subject, before, after, title, detail: what }];
}

function portsText({ allocatedPorts }: OutboundRule): string {
  return allocatedPorts === 0 ? "by Azure's tiers" : String(allocatedPorts);
}

function keyOf({ kind, resourceId }: EgressPath): string {
  return `${kind} ${resourceId === null ? "" : resourceKey(resourceId)}`;
}

function keysOf(paths: readonly EgressPath[]): string[] {
  return [...new Set(paths.map(keyOf))];
}

function byPool(paths: readonly EgressPath[]): Map<string, string> {
  return new Map(
    paths.flatMap((path) => path.pools.map((pool) => [pool.toLowerCase(), keyOf(path)] as const)),
  );
}

/** `natGateway /subscriptions/...`, for a machine. */
function listed(paths: readonly EgressPath[]): readonly string[] {
  return paths
    .map(({ kind, resourceId }) => (resourceId === null ? kind : `${kind} ${resourceId}`))
    .toSorted();
}

/** Those of the second list that are not in the first, in any case (IPv6). */
function missingIn(list: readonly string[], others: readonly string[]): string[] {
  const known = new Set(list.map((each) => each.toLowerCase()));
  return others.filter((each) => !known.has(each.toLowerCase()));
}
