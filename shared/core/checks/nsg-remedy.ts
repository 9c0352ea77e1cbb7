import type { SecurityGroup } from "../egress/cluster-network.ts";
import { groupKey, groupKeyOf } from "../egress/resource-id.ts";
import type { Cluster } from "../egress/topology.ts";
import type { Block } from "../nsg/judge-group.ts";
import { shellWord } from "./az-command.ts";
import type { Remedy } from "./check.ts";
import { commandTarget } from "./command-target.ts";

/** What a custom rule may have (Azure docs, "Network security groups"). */
const PRIORITIES = { first: 100, last: 4_096 } as const;

/** The rules that let through what a group blocks: before the rule that denies, on a free priority. */
export function ruleRemedy(
  cluster: Cluster,
  group: SecurityGroup,
  blocks: readonly [Block, ...Block[]],
): Remedy {
  const { scope, name } = commandTarget(group.id);
  const denying = blocks.reduce(
    (first, { rule }) => (rule.priority < first.priority ? rule : first),
    blocks[0].rule,
  );
  const own =
    groupKeyOf(group.id) === groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup)
      ? " The group lies in the node resource group, which AKS manages: it may put its own rules back."
      : "";
  const allow = protocolsOf(blocks).map((protocol, index) => ({ protocol, index }));
  const free = freeBefore(group, denying.priority, allow.length);
  const move =
    free === undefined
      ? [
          `az network nsg rule update ${scope} --nsg-name ${name} --name ${shellWord(denying.name)} --priority ${freeAfter(group, denying.priority + allow.length)}`,
        ]
      : [];
  const priority = free ?? denying.priority;
  const destinations = blocks[0].tags?.join(" ") ?? "Internet";
  const create = allow.map(({ protocol, index }) => {
    const ports = blocks.filter(({ port }) => port.protocol === protocol).map(({ port }) => port.port);
    const word = protocol === "tcp" ? "Tcp" : "Udp";
    return `az network nsg rule create ${scope} --nsg-name ${name} --name AllowAksEgress${word} --priority ${priority + index} --direction Outbound --access Allow --protocol ${word} --source-address-prefixes '*' --destination-address-prefixes ${destinations} --destination-port-ranges ${[...new Set(ports)].join(" ")}`;
  });
  const first = free === undefined ? "No priority is free before it, so that it moves first. " : "";
  return {
    text: `Allow it before rule ${denying.name} (priority ${denying.priority}). ${first}To keep the rest of the internet closed, name the service tags that the cluster needs in place of Internet, or leave the choice of names to a firewall. The change is in force within minutes, for new connections.${own}`,
    commands: [...move, ...create],
  };
}

function protocolsOf(blocks: readonly Block[]): readonly ("tcp" | "udp")[] {
  return [...new Set(blocks.map(({ port }) => port.protocol))];
}

/** Where `count` free priorities in a row begin, as near before a rule as can be; `undefined`: nowhere. */
function freeBefore({ rules }: SecurityGroup, priority: number, count: number): number | undefined {
  const taken = new Set(rules.map((rule) => rule.priority));
  for (let at = Math.min(priority - 1, PRIORITIES.last) - count + 1; at >= PRIORITIES.first; at -= 1) {
    if (Array.from({ length: count }, (_, index) => at + index).every((each) => !taken.has(each))) return at;
  }
  return undefined;
}

function freeAfter({ rules }: SecurityGroup, priority: number): number {
  const taken = new Set(rules.map((rule) => rule.priority));
  let at = priority;
  while (taken.has(at)) at += 1;
  return at;
}
