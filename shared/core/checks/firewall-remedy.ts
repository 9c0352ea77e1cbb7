import { parseResourceId } from "../egress/resource-id.ts";
import type { ClusterFirewall } from "../firewall/cluster-firewalls.ts";
import { FIREWALL_LEAST_INSTANCES, FIREWALL_MAX_IPS, FIREWALL_PORTS_PER_IP } from "../firewall/limits.ts";
import { formatCount } from "../format.ts";
import { NAT_PORTS_PER_IP } from "../nat/limits.ts";
import type { Remedy } from "./check.ts";

/** More new addresses than these are shown as one example: nobody pastes a hundred lines. */
const MOST_COMMANDS = 10;

const SIDE_EFFECT =
  "The firewall picks an address at random for each connection: destinations that list allowed addresses must know the new ones first.";

/**
 * How to give a firewall more SNAT ports, with the commands for this one.
 *
 * @param usedRatio part of its ports in use, 0..1
 * @param targetRatio what it may be afterwards
 */
export function morePorts(firewall: ClusterFirewall, usedRatio: number, targetRatio: number): Remedy {
  const now = Math.max(1, firewall.addresses);
  const wanted = Math.min(
    FIREWALL_MAX_IPS,
    Math.max(now + 1, Math.ceil((now * Math.min(1, usedRatio)) / targetRatio)),
  );
  const each = formatCount(FIREWALL_PORTS_PER_IP * FIREWALL_LEAST_INSTANCES);
  const gain = `each adds ${formatCount(FIREWALL_PORTS_PER_IP)} ports for each instance, at least ${each}`;
  const parts = parseResourceId(firewall.id);
  const text = `Give ${firewall.name} ${wanted} public addresses instead of ${now} (at most ${FIREWALL_MAX_IPS}): ${gain}. ${SIDE_EFFECT}`;
  if (parts === null) return { text, commands: [] };

  const { subscriptionId, resourceGroup, name } = parts;
  const place = `--subscription ${subscriptionId} --resource-group "${resourceGroup}"`;
  if (firewall.hub) {
    return {
      text,
      commands: [`az network firewall update ${place} --name ${name} --public-ip-count ${wanted}`],
    };
  }
  const location = firewall.location === null ? "" : ` --location ${firewall.location}`;
  const added = Array.from(
    { length: Math.min(MOST_COMMANDS, wanted - now) },
    (_, index) => `${name}-ip-${now + index + 1}`,
  );
  return {
    text: `${text} Or put a NAT gateway on AzureFirewallSubnet: ${formatCount(NAT_PORTS_PER_IP)} ports for each of its addresses, on demand; all new connections then leave from the gateway's addresses, open ones may be cut.`,
    commands: [
      ...added.flatMap((ip) => [
        `az network public-ip create ${place} --name ${ip}${location} --sku Standard --allocation-method Static`,
        `az network firewall ip-config create ${place} --firewall-name ${name} --name ${ip} --public-ip-address ${ip}`,
      ]),
      `az network vnet subnet update ${place} --vnet-name "<the firewall's network>" --name AzureFirewallSubnet --nat-gateway "<id of a NAT gateway>"`,
    ],
  };
}
