import type { SourceProblem } from "../failure.ts";
import type { NetworkList } from "./network.ts";
import { failureOf, type NetworkIndex } from "./network-index.ts";
import { nameOf, subscriptionKeyOf } from "./resource-id.ts";

/** The name of our evidence for what discovery could not read. */
export const TOPOLOGY_SOURCE = "topology";

/**
 * Why a resource that another one refers to is not there.
 *
 * Azure lists only what the identity may read, so a missing resource whose list was read whole is most likely a missing
 * permission on its resource group: AKS would not run with a subnet or an address that is gone.
 */
export function whyUnread(network: NetworkIndex, id: string, list: NetworkList): SourceProblem {
  const subscription = subscriptionKeyOf(id);
  const failure = failureOf(network, subscription, list);
  if (failure !== undefined) {
    return { source: TOPOLOGY_SOURCE, reason: failure.reason, message: failure.message };
  }
  const what = `'${nameOf(id)}' (${id})`;
  return {
    source: TOPOLOGY_SOURCE,
    reason: "forbidden",
    message: network.subscriptions.has(subscription)
      ? `${what} is not in ${list} of its subscription: the identity may not read it; grant ${readerGrant(subscription)}`
      : `${what} lies in a subscription that is not read; add it to the subscriptions and grant ${readerGrant(subscription)}`,
  };
}

/** The command that gives an identity what discovery needs in one subscription. */
export function readerGrant(subscriptionId: string, identity = "<identity>"): string {
  return `az role assignment create --assignee ${identity} --role Reader --scope /subscriptions/${subscriptionId}`;
}

/** Collects problems of one cluster, each once. */
export class ProblemList {
  readonly #byMessage = new Map<string, SourceProblem>();

  add(problem: SourceProblem): void {
    this.#byMessage.set(problem.message, problem);
  }

  get all(): readonly SourceProblem[] {
    return [...this.#byMessage.values()];
  }
}
