import * as z from "zod";
import { limitsForCluster } from "#core/checks/cluster-limits.ts";
import type { CapacityPlan, PlanPoint } from "#core/plan/plan.ts";
import { planCapacity, planCurves } from "#core/plan/plan-capacity.ts";
import { PORT_BLOCK, PORTS_PER_FRONTEND_IP } from "#core/snat/limits.ts";
import { PlanAnswer } from "./answers/plan.ts";
import { findCluster } from "./find-cluster.ts";
import { jsonResponse } from "./http.ts";
import { wholeNumber } from "./parameters.ts";
import { problem } from "./problem.ts";
import { defineRoute } from "./route.ts";

const query = z.object({
  nodes: wholeNumber(1, 5_000).optional().describe("Nodes at once, those of an upgrade included."),
  portsPerNode: wholeNumber(0, PORTS_PER_FRONTEND_IP)
    .multipleOf(PORT_BLOCK, `a multiple of ${PORT_BLOCK} from 0 to ${PORTS_PER_FRONTEND_IP}`)
    .optional()
    .describe("Ports of each node on a load balancer; 0: Azure's tiers."),
  outboundIps: wholeNumber(1, 100).optional().describe("IPv4 addresses of the device."),
});

export const planRoute = defineRoute({
  summary: "Capacity arithmetic from the stored peak: what fits, what does not, what to change.",
  query,
  responses: { 200: { description: "The plan.", content: { "application/json": PlanAnswer } } },
  async handle(context, question) {
    const entry = await findCluster(context);
    if (entry === undefined) return problem("not-found", "no such cluster is known", context.instance);
    const { cluster, shard } = entry;
    const state = await context.states.load(shard, cluster.ref.key);
    const { limits } = limitsForCluster(context.settings.limits, cluster.tags);
    const history = { dailyPeaks: state?.dailyPeaks ?? [], peaks: state?.peaks ?? [] };
    const { key: _, ...ref } = cluster.ref;
    const { warnRatio } = limits;
    const plan = planCapacity(cluster, history, question, warnRatio);
    const curves = planCurves(cluster, history, question, warnRatio);
    return jsonResponse(toAnswer(ref, plan, curves, warnRatio));
  },
});

function toAnswer(
  cluster: PlanAnswer["cluster"],
  plan: CapacityPlan,
  curves: readonly (readonly PlanPoint[])[],
  warnRatio: number,
): PlanAnswer {
  return {
    cluster,
    assumed: { ...plan.assumed, warnRatio },
    peak: { ...plan.peak },
    paths: plan.paths.map((path, i) => ({
      ...path,
      pools: [...path.pools],
      assumed: { ...path.assumed },
      arithmetic: path.arithmetic.map((term) => ({ ...term })),
      changes: path.changes.map(({ text, commands }) => ({ text, commands: [...commands] })),
      curve: (curves[i] ?? []).map((point) => ({ ...point })),
    })),
  };
}
