import type { ListedEndpoint } from "../egress/cluster-network.ts";
import type { Cluster } from "../egress/topology.ts";
import { documentedEndpoints, type EgressEndpoint } from "./documented-endpoints.ts";
import { matchEndpoint, transportOf } from "./match-endpoint.ts";

/** Categories of Azure's list that are for add-ons and updates, whatever their endpoints are. */
const OPTIONAL_CATEGORY = /optional|gpu|windows|monitor|policy|defender|time-?sync/i;

/** Sizes with GPUs begin with N (Azure docs, "GPU accelerated virtual machine sizes"). */
const GPU_SIZE = /^(standard_)?n/i;

/**
 * The endpoints of one cluster: what Azure lists for it decides what is required; the documented list says what breaks and what
 * is optional. Without Azure's list the documented one counts.
 */
export function endpointsOf(cluster: Pick<Cluster, "ref" | "pools" | "network">): readonly EgressEndpoint[] {
  const documented = documentedEndpoints({
    location: cluster.ref.location,
    windows: cluster.pools.some((pool) => pool.osType.toLowerCase() === "windows"),
    gpu: cluster.pools.some((pool) => GPU_SIZE.test(pool.vmSize)),
  });
  const listed = cluster.network.requiredEndpoints;
  if (listed === null || listed.length === 0) return documented;
  return [
    ...listed.filter(({ destination }) => destination !== "").map((each) => fromListed(each, documented)),
    ...documented.filter(({ need }) => need !== "required"),
  ];
}

function fromListed(listed: ListedEndpoint, documented: readonly EgressEndpoint[]): EgressEndpoint {
  const { category, port, description } = listed;
  const destination = listed.destination.toLowerCase();
  const protocol = listed.protocol ?? "";
  const transport = transportOf(protocol);
  const known =
    documented.find((each) => each.destination === destination && each.port === port) ??
    matchEndpoint({ kind: "network", destination, port, protocol }, documented);
  return {
    destination,
    port,
    protocol: transport === "tcp" || transport === "udp" ? transport : null,
    need: known?.need ?? (OPTIONAL_CATEGORY.test(category) ? "optional" : "required"),
    breaks: known?.breaks ?? describe(category, description),
  };
}

/** Azure's own words for an endpoint that is not documented. */
function describe(category: string, description: string | null): string {
  const words = description?.trim().replace(/\.$/, "") ?? "";
  return `what Azure lists under '${category}' does not work${words === "" ? "" : ` (${words})`}`;
}
