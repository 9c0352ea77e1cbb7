import { resourceKey } from "./resource-id.ts";
import type { EgressPath, PathKind } from "./topology.ts";

/** A path before pools are put together: what one subnet's traffic takes. */
export interface ResolvedPath extends Omit<EgressPath, "pools"> {
  /** Two pools with the same key share a path. */
  readonly mergeKey: string;
}

type PathDetails = Partial<Pick<EgressPath, "resourceId" | "publicIps" | "portBudget" | "nextHop">> & {
  /** What tells two paths of one kind apart where no resource does. */
  readonly tell?: string;
  readonly protocols?: EgressPath["protocols"];
};

/** Only these carry ICMP to the internet: SNAT of load balancer, gateway and firewall is for TCP and UDP. */
const ICMP_KINDS: ReadonlySet<PathKind> = new Set(["nodePublicIp", "virtualAppliance"]);

/** A path of this kind; what is not given is unknown, or none. */
export function path(kind: PathKind, reason: string, details: PathDetails = {}): ResolvedPath {
  const { tell, resourceId = null, protocols, ...rest } = details;
  const sends = kind !== "none";
  return {
    kind,
    resourceId,
    publicIps: [],
    protocols: protocols ?? { tcp: sends, udp: sends, icmp: ICMP_KINDS.has(kind) },
    portBudget: null,
    ...rest,
    reason,
    mergeKey: `${kind}|${resourceId === null ? (tell ?? "") : resourceKey(resourceId)}`,
  };
}

/** Puts the pools that share a path together, in the order of the pools. The first one's reason stands for all. */
export function mergePaths(
  resolved: readonly { readonly pool: string | null; readonly path: ResolvedPath }[],
): readonly EgressPath[] {
  const merged = new Map<string, { readonly path: EgressPath; readonly pools: Set<string> }>();
  for (const { pool, path: found } of resolved) {
    const { mergeKey, ...rest } = found;
    let group = merged.get(mergeKey);
    if (group === undefined) {
      group = { path: { ...rest, pools: [] }, pools: new Set() };
      merged.set(mergeKey, group);
    }
    if (pool !== null) group.pools.add(pool);
  }
  return [...merged.values()].map((group) => ({ ...group.path, pools: [...group.pools] }));
}
