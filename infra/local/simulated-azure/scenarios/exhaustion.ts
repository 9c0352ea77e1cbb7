import { daily, from, onNode, steady } from "../world/curves.ts";
import type { Scenario } from "../world/spec.ts";
import { cluster, estate, ONSET, pool } from "./parts.ts";

export const exhaustedNode: Scenario = {
  name: "exhausted-node",
  description:
    "baseline A: 60 nodes with 512 ports each, node 17 at 512/512 with failed connections from -15 min on: critical",
  plan: () =>
    estate([
      cluster("batch-prod-weu", {
        pools: [pool(60, { name: "workers" })],
        traffic: { tcp: onNode(17, from(ONSET, steady(700), steady(100)), steady(100)) },
      }),
    ]),
};

export const tcpFull: Scenario = {
  name: "tcp-full",
  description:
    "baseline J: TCP at 1,024/1,024 with failures from -15 min on, UDP idle on node 1 of 5: critical (TCP)",
  plan: () =>
    estate([
      cluster("orders-prod-weu", {
        traffic: { tcp: onNode(1, from(ONSET, steady(1300), daily(200)), daily(200)), udp: steady(6) },
      }),
    ]),
};

export const skewedNode: Scenario = {
  name: "skewed-node",
  description: "node 3 of 10 carries seven times its share, far from its limit: warns of skew only",
  plan: () =>
    estate([
      cluster("search-prod-weu", {
        pools: [pool(10)],
        traffic: { tcp: onNode(3, steady(620), steady(85, 0.1)) },
      }),
    ]),
};

export const drainingNodes: Scenario = {
  name: "draining-nodes",
  description:
    "three nodes left the pool but their series keep coming, full, with IsAwaitingRemoval True: healthy",
  plan: () =>
    estate([
      cluster("shop-prod-weu", {
        draining: 3,
        // Only the nodes that left are past the pool of five.
        traffic: { tcp: (node, at) => (node.index >= 5 ? steady(980)(node, at) : daily(180)(node, at)) },
      }),
    ]),
};

export const topTruncation: Scenario = {
  name: "top-truncation",
  description:
    "120 nodes with 256 ports each, node 93 at 250: critical, for who asks for enough series; the default top of 10 misses it",
  plan: () =>
    estate([
      cluster("grid-prod-weu", {
        pools: [pool(120, { name: "workers" })],
        traffic: { tcp: onNode(93, steady(250, 0.004), steady(60, 0.1)) },
      }),
    ]),
};
