import type { SimulatedAzure } from "../../../infra/local/simulated-azure/server.ts";

// Whether a command of a remedy can be pasted: what it names is there in Azure, or made by a command before it.

/** What nobody but the user can know. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  "<private address of the firewall>",
  "<id of the NAT gateway>",
  "<id of a NAT gateway>",
  "<the firewall's network>",
  "<range of the clients, for example 203.0.113.7/32>",
  "<subscription of the policy>",
  "<group of the policy>",
  "<policy>",
  "<group>",
  "<collection that allows>",
]);

const LISTS = [
  "Microsoft.ContainerService/managedClusters",
  "Microsoft.Network/loadBalancers",
  "Microsoft.Network/natGateways",
  "Microsoft.Network/azureFirewalls",
  "Microsoft.Network/routeTables",
  "Microsoft.Network/virtualNetworks",
  "Microsoft.Network/networkSecurityGroups",
  "Microsoft.Network/publicIPAddresses",
  "Microsoft.Network/publicIPPrefixes",
  "Microsoft.Compute/virtualMachineScaleSets",
] as const;

/** Options of `az` and `kubectl` that name something, with the part of an id that must be equal. */
const NAMED: readonly (readonly [option: RegExp, inId: (name: string) => string])[] = [
  [/--subscription (\S+)/g, (name) => `/subscriptions/${name}/`],
  [/--resource-group (\S+)/g, (name) => `/resourcegroups/${name}/`],
  [/--route-table-name (\S+)/g, (name) => `/routetables/${name}/`],
  [/--nsg-name (\S+)/g, (name) => `/networksecuritygroups/${name}/`],
  [/--firewall-name (\S+)/g, (name) => `/azurefirewalls/${name}/`],
  [/aks (?:update|command invoke) .*?--name (\S+)/g, (name) => `/managedclusters/${name}/`],
];

/** Everything that ARM names, each id in lower case with a slash at its end. */
export async function idsIn(azure: SimulatedAzure): Promise<string> {
  const root = `${azure.address}/management.azure.com`;
  const subscriptions = await textOf(`${root}/subscriptions?api-version=2022-12-01`);
  const found: string[] = [];
  for (const [, id = ""] of subscriptions.matchAll(/"subscriptionId":"([^"]+)"/g)) {
    for (const type of LISTS) {
      found.push(await textOf(`${root}/subscriptions/${id}/providers/${type}?api-version=2024-05-01`));
    }
  }
  const ids = found.join().matchAll(/"(\/subscriptions\/[^"]+)"/gi);
  return [...new Set([...ids].map(([, id = ""]) => `${id.toLowerCase()}/`))].join("\n");
}

async function textOf(address: string): Promise<string> {
  const answer = await fetch(address);
  const text = await answer.text();
  if (!answer.ok && answer.status !== 403) throw new Error(`${answer.status} of ${address}: ${text}`);
  return text;
}

/** What is wrong with the commands of a remedy, one sentence each. */
export function faultsOf(commands: readonly string[], ids: string, nodes: readonly string[]): string[] {
  const faults: string[] = [];
  let known = ids;
  for (const command of commands) {
    const placeholders = command.match(/<[^>]*>/g) ?? [];
    for (const text of placeholders) if (!PLACEHOLDERS.has(text)) faults.push(`placeholder ${text}`);
    if (/\b(?:undefined|null|NaN|Infinity)\b|\[object/.test(command)) faults.push(`a hole: ${command}`);
    if (!/^(?:az|kubectl) /.test(command)) faults.push(`not a command: ${command}`);
    const made = / create .*--name (\S+)/.exec(command)?.[1]?.toLowerCase();
    for (const [option, inId] of NAMED) {
      for (const [, name = ""] of command.matchAll(option)) {
        const plain = name.replaceAll(/["']/g, "").toLowerCase();
        if (!plain.startsWith("<") && !known.includes(inId(plain))) faults.push(`no ${plain}: ${command}`);
      }
    }
    for (const [id] of command.matchAll(/\/subscriptions\/[\w./-]+/gi)) {
      const [resource = ""] = id.toLowerCase().split("/providers/microsoft.resourcehealth");
      if (!known.includes(`${resource}/`)) faults.push(`no ${resource}: ${command}`);
    }
    for (const [, node = ""] of command.matchAll(/(?:spec\.nodeName=|describe node )(\S+)/g)) {
      if (!nodes.includes(node)) faults.push(`no node ${node}`);
    }
    // What a command makes, the next ones may name.
    if (made !== undefined) known += `\n${createdId(command, made)}/`;
  }
  return faults;
}

/** A public address or route table, the only things that remedies make and name again. */
function createdId(command: string, name: string): string {
  const plain = command.replaceAll('"', "").toLowerCase();
  const subscription = /--subscription (\S+)/.exec(plain)?.[1];
  const group = /--resource-group (\S+)/.exec(plain)?.[1];
  const type = plain.includes("public-ip create") ? "publicipaddresses" : "routetables";
  return `/subscriptions/${subscription}/resourcegroups/${group}/providers/microsoft.network/${type}/${name}`;
}
