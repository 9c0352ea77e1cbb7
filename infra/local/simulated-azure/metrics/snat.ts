// Ports and connections of a load balancer, from the traffic of each node.

import type { ClusterModel, NodeModel } from "../world/model.ts";
import type { Moment } from "../world/moment.ts";
import { noise, unit } from "../world/random.ts";
import { allocationPerFrontend, usedOnFrontend } from "../world/snat.ts";
import type { BaseSeries } from "./source.ts";
import { type Egress, inUse, nodesIn, recorded, type View } from "./view.ts";

type Protocol = "TCP" | "UDP";

const PROTOCOLS: readonly Protocol[] = ["TCP", "UDP"];

/** DNS and time: most of it stays inside the VNet. */
const IDLE_UDP_PORTS = 12;

/** New connections a minute for each port in use. */
const CHURN = 1.6;

/** Share of the failing connections that are still waiting at the end of the minute. */
const PENDING_SHARE = 1 / 20;

const NONE = Number.NaN;

/** What each address lends to a node, in the order they are used up. */
type Allocation = readonly number[];

/** Ports a node wants. */
function demandOf(
  cluster: ClusterModel,
  node: NodeModel,
  at: Moment,
  protocol: Protocol,
  family: 4 | 6,
): number {
  const { traffic } = cluster.spec;
  if (family === 4 && node.pool.bypassesLoadBalancer) return 0;
  if (family === 6) return protocol === "TCP" ? (traffic.tcp6?.(node, at) ?? 0) : IDLE_UDP_PORTS / 2;
  if (protocol === "TCP") return Math.max(0, traffic.tcp(node, at));
  const idle = IDLE_UDP_PORTS * at.day * (1 + 0.2 * noise(node.seed ^ 0x0dd, at.minute));
  return Math.max(0, traffic.udp?.(node, at) ?? idle);
}

/** A mean over the samples of a minute: whole most of the time, with decimals now and then. */
function sampled(value: number, seed: number, minute: number): number {
  return unit(seed ^ 0x3c3c, minute) < 0.7 ? Math.round(value) : Math.round(value * 60) / 60;
}

/**
 * The allocation in each minute, worked out once for all nodes: it follows the size of the pool and the settings.
 * Undefined in a minute in which the address is not on the load balancer.
 */
function allocations(
  { cluster, loadBalancer }: View,
  moments: readonly Moment[],
  egress: Egress,
): (Allocation | undefined)[] {
  const known = new Map<string, Allocation>();
  return moments.map((at) => {
    if (!inUse(egress, at.rel)) return undefined;
    const nodes = cluster.nodesAt(at.rel);
    const siblings = egress.siblingsAt(at.rel);
    const { portsPerNode } = loadBalancer.settingsAt(at.rel);
    const key = `${nodes}/${siblings}/${portsPerNode}`;
    const made = known.get(key) ?? allocationPerFrontend(portsPerNode, siblings, nodes);
    known.set(key, made);
    return made;
  });
}

/** Ports in use on one address. A full one reads full: no rounding, no decimals. */
function usedPorts(
  demand: number,
  allocation: Allocation,
  { position }: Egress,
  seed: number,
  minute: number,
): number {
  const limit = allocation[position] ?? 0;
  const used = usedOnFrontend(demand, allocation, position);
  return used >= limit ? limit : Math.min(limit, sampled(used, seed, minute));
}

/** `UsedSnatPorts` or `AllocatedSnatPorts`: one series for each address, node and protocol. */
export function portSeries(
  view: View,
  moments: readonly Moment[],
  which: "used" | "allocated",
): BaseSeries[] {
  const { cluster } = view;
  if (moments.every((at) => cluster.spec.traffic.absent?.(at.rel))) return [];
  const nodes = nodesIn(view, moments);
  return view.egress.flatMap((egress) => {
    const table = allocations(view, moments, egress);
    if (table.every((allocation) => allocation === undefined)) return [];
    return nodes.flatMap((node) =>
      PROTOCOLS.map(
        (protocol): BaseSeries => ({
          dimensions: [egress.address, addressOf(node, egress), protocol, node.draining ? "True" : "False"],
          // A part of the samples says the same about an allocation as all of them.
          mayBePartial: which === "used",
          value: (index) => {
            const at = moments[index];
            const allocation = table[index];
            if (at === undefined || allocation === undefined || !recorded(view, node, at)) return NONE;
            if (which === "allocated") return allocation[egress.position] ?? 0;
            const demand = demandOf(cluster, node, at, protocol, egress.family);
            return usedPorts(demand, allocation, egress, node.seed, at.minute);
          },
        }),
      ),
    );
  });
}

function addressOf(node: NodeModel, { family }: Egress): string {
  return family === 4 ? node.address : node.address6;
}

/** New connections of one node on one address in a minute. */
interface Connections {
  readonly successful: number;
  readonly failed: number;
}

/**
 * Ports wanted beyond the allocation are connections that fail. They are told on the last address: the load
 * balancer gets there after it has used up the others.
 */
function connectionsOf(
  view: View,
  node: NodeModel,
  at: Moment,
  egress: Egress,
  allocation: Allocation,
): Connections {
  const { cluster } = view;
  const tcp = demandOf(cluster, node, at, "TCP", egress.family);
  const udp = demandOf(cluster, node, at, "UDP", egress.family);
  const used =
    usedOnFrontend(tcp, allocation, egress.position) + usedOnFrontend(udp, allocation, egress.position);
  const successful = Math.round(used * CHURN * (1 + 0.1 * noise(node.seed ^ 0x51, at.minute)));
  if (egress.position !== allocation.length - 1) return { successful, failed: 0 };

  const total = allocation.reduce((sum, ports) => sum + ports, 0);
  const missing = Math.max(0, tcp - total) + Math.max(0, udp - total);
  const other =
    egress.family === 4 && !node.pool.bypassesLoadBalancer
      ? (cluster.spec.traffic.failed?.(node, at) ?? 0)
      : 0;
  return { successful, failed: Math.ceil(missing * CHURN) + Math.round(other) };
}

/** `SnatConnectionCount`. A state that did not occur in the whole span has no series: that is Azure's zero. */
export function connectionSeries(view: View, moments: readonly Moment[]): BaseSeries[] {
  const sparse = view.cluster.spec.traffic.sparseFailures ?? false;
  const nodes = nodesIn(view, moments);
  return view.egress.flatMap((egress) => {
    const table = allocations(view, moments, egress);
    return nodes.flatMap((node) => {
      const seen = moments.map((at, index) => {
        const allocation = table[index];
        const there = allocation !== undefined && recorded(view, node, at);
        return there ? connectionsOf(view, node, at, egress, allocation) : undefined;
      });
      const count = (state: string, of: (connections: Connections) => number): BaseSeries => ({
        dimensions: [egress.address, addressOf(node, egress), state],
        mayBePartial: true,
        value: (index) => {
          const connections = seen[index];
          return connections ? of(connections) : NONE;
        },
      });
      const most = seen.reduce((max, item) => Math.max(max, item?.failed ?? 0), 0);
      const occurs = {
        successful: seen.some((item) => item),
        failed: most > 0,
        pending: most * PENDING_SHARE >= 1,
      };
      return [
        ...(occurs.successful ? [count("Successful", (item) => item.successful)] : []),
        ...(occurs.failed ? [count("Failed", ({ failed }) => (sparse && failed === 0 ? NONE : failed))] : []),
        ...(occurs.pending ? [count("Pending", ({ failed }) => Math.floor(failed * PENDING_SHARE))] : []),
      ];
    });
  });
}
