import { answerBatch, type LoadOf } from "./batch-answer.ts";
import { recordedLists, SUBSCRIPTION } from "./recorded-fleet.ts";
import { type StandIn, type StandInReply, type StandInRequest, startStandIn } from "./stand-in-server.ts";

/** Serves the recorded subscription, with this load on the nodes of its load balancers. */
export function startRecordedAzure(loadOf: LoadOf): Promise<StandIn> {
  const lists = recordedLists();
  const root = `/subscriptions/${SUBSCRIPTION}`;

  function answer(request: StandInRequest): StandInReply | undefined {
    const { host, path } = request;
    if (host.endsWith(".metrics.monitor.azure.com")) {
      return path === `${root}/metrics:getbatch` ? { body: answerBatch(request, loadOf) } : undefined;
    }
    if (host !== "management.azure.com") return undefined;
    if (path === "/subscriptions")
      return { body: { value: [{ subscriptionId: SUBSCRIPTION, state: "Enabled" }] } };
    const items = path.startsWith(root) ? lists.get(path.slice(root.length)) : undefined;
    return items && { body: { value: items } };
  }

  return startStandIn(answer);
}
