import type { SourceProblem } from "../failure.ts";
import type { FailedList, NetworkList } from "./network.ts";
import { failureOf, type NetworkIndex } from "./network-index.ts";
import { nameOf, subscriptionKeyOf } from "./resource-id.ts";

/** The name of our evidence for what discovery could not read. */
export const TOPOLOGY_SOURCE = "topology";

/** Lists that only name things: without them addresses and node names are missing, and every judgement still stands. */
const NAMING: ReadonlySet<NetworkList> = new Set([
  "publicIPAddresses",
  "publicIPPrefixes",
  "networkInterfaces",
]);

/**
 * Lists that decide something only where a resource of theirs is referred to; where one is, its absence is a problem of its own.
 */
const REFERRED_TO: ReadonlySet<NetworkList> = new Set([...NAMING, "azureFirewalls", "routeTables"]);

/** Lists that no path depends on, and no judgement but those that find them missing themselves. */
const BESIDE: ReadonlySet<NetworkList> = new Set(["networkSecurityGroups"]);

/** A list that failed, as a problem of a cluster in its subscription. */
export function listProblem({ list, reason, message }: FailedList): SourceProblem {
  return {
    source: TOPOLOGY_SOURCE,
    reason,
    message,
    ...(REFERRED_TO.has(list) || BESIDE.has(list) ? { minor: true } : {}),
  };
}

/**
 * Why a resource that another one refers to is not there.
 *
 * Azure lists only what the identity may read, so a missing resource whose list was read whole is most likely a missing
 * permission on its resource group: AKS would not run with a subnet or an address that is gone.
 */
export function whyUnread(network: NetworkIndex, id: string, list: NetworkList): SourceProblem {
  const subscription = subscriptionKeyOf(id);
  const failure = failureOf(network, subscription, list);
  const weight = NAMING.has(list) || BESIDE.has(list) ? { minor: true as const } : {};
  if (failure !== undefined) {
    return { source: TOPOLOGY_SOURCE, reason: failure.reason, message: failure.message, ...weight };
  }
  const what = `'${nameOf(id)}' (${id})`;
  return {
    source: TOPOLOGY_SOURCE,
    reason: "forbidden",
    ...weight,
    message: network.subscriptions.has(subscription)
      ? `${what} is not in ${list} of its subscription: the identity may not read it; grant ${readerGrant(subscription)}`
      : `${what} lies in a subscription that is not read; add it to the subscriptions and grant ${readerGrant(subscription)}`,
  };
}

/** Lists that bring public addresses. */
const ADDRESS_LISTS: readonly NetworkList[] = ["publicIPAddresses", "publicIPPrefixes"];

/** Whether public addresses of a cluster are missing or only a part, by its problems: each names the lists that it is about. */
export function lacksAddresses(problems: readonly SourceProblem[]): boolean {
  return problems.some(
    ({ source, message }) =>
      source === TOPOLOGY_SOURCE && ADDRESS_LISTS.some((list) => message.includes(list)),
  );
}

/** The command that gives an identity what discovery needs in one subscription. */
export function readerGrant(subscriptionId: string, identity = "<identity>"): string {
  return `az role assignment create --assignee ${identity} --role Reader --scope /subscriptions/${subscriptionId}`;
}

/** The command that lets an identity query a Log Analytics workspace. */
export function logReaderGrant(workspaceId: string, identity = "<identity>"): string {
  return `az role assignment create --assignee ${identity} --role "Log Analytics Reader" --scope ${workspaceId}`;
}

/** Collects problems of one cluster, each once; one that matters in any way matters. */
export class ProblemList {
  readonly #byMessage = new Map<string, SourceProblem>();

  add(problem: SourceProblem): void {
    const known = this.#byMessage.get(problem.message);
    if (known === undefined || known.minor) this.#byMessage.set(problem.message, problem);
  }

  get all(): readonly SourceProblem[] {
    return [...this.#byMessage.values()];
  }
}
