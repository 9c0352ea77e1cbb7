import type { ClusterAnswer } from "#api/answers/cluster.ts";
import { h } from "../../parts/element.ts";
import { type Column, moreButton, table } from "../../parts/pieces.ts";
import { bar } from "../../parts/status.ts";
import { number, percent, untilEmpty } from "../../text/format.ts";

type NodeRow = ClusterAnswer["nodes"][number];

const columnsOf = (
  { warnRatio, failRatio }: ClusterAnswer["limits"],
  addressOf: (node: string) => string,
): readonly Column<NodeRow>[] => [
  {
    title: "Node",
    whole: true,
    cell: ({ name, backendIp }) => h("a", { href: addressOf(name ?? backendIp) }, name ?? backendIp),
  },
  { title: "Protocol", cell: ({ protocol }) => protocol.toUpperCase() },
  { title: "Frontend", cell: ({ frontendIp }) => frontendIp },
  { title: "Used", numeric: true, cell: ({ usedPorts }) => number(usedPorts) },
  { title: "Allocated", numeric: true, cell: ({ allocatedPorts }) => number(allocatedPorts) },
  {
    title: "Share",
    cell: ({ usedRatio }) =>
      h("span", { class: "share" }, bar(usedRatio, [warnRatio, failRatio]), percent(usedRatio)),
  },
  { title: "Failed", numeric: true, cell: ({ failedConnections }) => number(failedConnections) },
  {
    title: "Out of ports in",
    numeric: true,
    cell: ({ exhaustionInSeconds }) => untilEmpty(exhaustionInSeconds),
  },
];

/** Ports of each node, the fullest first. @param addressOf where the history of a node is */
export function nodeTable(
  { nodes, limits }: ClusterAnswer,
  limit: number,
  more: () => void,
  addressOf: (node: string) => string,
): HTMLElement {
  const sorted = nodes.toSorted(
    (a, b) => (b.usedRatio ?? -1) - (a.usedRatio ?? -1) || a.backendIp.localeCompare(b.backendIp),
  );
  const shown = sorted.slice(0, limit);
  const keyOf = ({ backendIp, frontendIp, protocol }: NodeRow) => `${backendIp} ${frontendIp} ${protocol}`;
  return h(
    "section",
    {},
    h("h2", {}, "Nodes"),
    nodes.length === 0
      ? h("p", {}, "No figures for nodes: they are measured only where nodes leave through a load balancer.")
      : table("SNAT ports of each node, the fullest first", columnsOf(limits, addressOf), shown, keyOf),
    moreButton(shown.length, sorted.length, more),
  );
}
