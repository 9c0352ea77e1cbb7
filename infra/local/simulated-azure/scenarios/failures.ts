import { daily, during, onNode, steady } from "../world/curves.ts";
import type { Moment } from "../world/moment.ts";
import type { NodeView, Scenario } from "../world/spec.ts";
import { cluster, estate, pool } from "./parts.ts";

/** Every hour, five minutes before the full hour of the anchor. */
const SYN_EVERY = 60;
const SYN_AT = -5;

function isSynMinute(rel: number): boolean {
  return (((rel - SYN_AT) % SYN_EVERY) + SYN_EVERY) % SYN_EVERY === 0;
}

export const singleFailedSyn: Scenario = {
  name: "single-failed-syn",
  description:
    "baseline H: 400 nodes, one failed connection on node 137 at -5 min and each hour; other minutes of that series are null: no alarm",
  plan: () =>
    estate([
      cluster("grid-prod-weu", {
        pools: [pool(400, { name: "workers" })],
        traffic: {
          tcp: steady(30, 0.1),
          failed: (node, at) => (node.index === 137 && isSynMinute(at.rel) ? 1 : 0),
          sparseFailures: true,
        },
      }),
    ]),
};

/** Node 2 fails a fifth of its attempts: one failure for each four that work. */
function fifthFails(node: NodeView, at: Moment): number {
  return node.index === 2 ? Math.round((200 * 1.6 * at.day) / 4) : 0;
}

export const failuresWithoutPorts: Scenario = {
  name: "failures-without-ports",
  description:
    "a fifth of the connections of node 2 fails from -12 to +3 min while a fifth of its ports is in use: fails, ports ruled out",
  plan: () =>
    estate([
      cluster("orders-prod-weu", {
        traffic: {
          tcp: onNode(2, (_, at) => 200 * at.day, daily(200)),
          failed: during(-12, 3, fifthFails, () => 0),
        },
      }),
    ]),
};

export const datapathDown: Scenario = {
  name: "datapath-down",
  description: "data path availability of the load balancer at 60 from -20 min on: fails",
  plan: () =>
    estate([
      cluster("shop-prod-weu", {
        traffic: { tcp: daily(200), vipAvailability: ({ rel }) => (rel >= -20 ? 60 : 100) },
        services: [{ name: "ingress-nginx/ingress-nginx-controller", port: 443, policy: "Cluster" }],
      }),
    ]),
};

export const probeLocalPolicy: Scenario = {
  name: "probe-local-policy",
  description:
    "HTTP /healthz probe on a node port with 2 of 8 backends up: the expected picture of externalTrafficPolicy Local, no alarm",
  plan: () =>
    estate([
      cluster("shop-prod-weu", {
        pools: [pool(8)],
        services: [
          {
            name: "ingress-nginx/ingress-nginx-controller",
            port: 443,
            policy: "Local",
            backendUp: (node) => (node.index === 1 || node.index === 6 ? 100 : 0),
          },
        ],
      }),
    ]),
};

export const probeDown: Scenario = {
  name: "probe-down",
  description: "a TCP probe answers on no backend from -20 min on, its frontend at 0: fails",
  plan: () =>
    estate([
      cluster("shop-prod-weu", {
        services: [
          {
            name: "ingress-nginx/ingress-nginx-controller",
            port: 443,
            policy: "Cluster",
            backendUp: (_, { rel }) => (rel >= -20 ? 0 : 100),
          },
        ],
      }),
    ]),
};
