import type { NodeView } from "../world/curve.ts";
import { daily, during, onNode, steady } from "../world/curves.ts";
import type { Moment } from "../world/moment.ts";
import type { Scenario } from "../world/spec.ts";
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
