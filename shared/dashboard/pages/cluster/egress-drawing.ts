import type { ClusterAnswer } from "#api/answers/cluster.ts";
import { type Children, h } from "../../parts/element.ts";
import { number, pathLabel, resourceName } from "../../text/format.ts";

/** How packets leave, from left to right: pools, their subnets, the device, its addresses. */
export function egressDrawing({ paths, cluster }: ClusterAnswer): HTMLElement {
  const drawn = paths.map((path) => {
    const pools = cluster.pools.filter(({ name }) => path.pools.includes(name));
    const subnets = [
      ...new Set(pools.map(({ subnetId }) => (subnetId === null ? "subnet of AKS" : resourceName(subnetId)))),
    ];
    const { tcp, udp, icmp } = path.protocols;
    const carried = [tcp && "TCP", udp && "UDP", icmp && "ICMP"].filter((each) => each !== false);
    return h(
      "li",
      { class: "egress" },
      step(
        "Pools",
        pools.map(
          ({ name, count, maxCount }) =>
            `${name}: ${number(count)} nodes${maxCount === null ? "" : ` (to ${number(maxCount)})`}`,
        ),
      ),
      step("Subnet", subnets),
      step(pathLabel(path.kind), [
        resourceName(path.resourceId),
        path.portBudget === null ? "" : `${number(path.portBudget)} ports for each protocol`,
        carried.join(", "),
      ]),
      step("Public addresses", path.publicIps.length === 0 ? ["none known"] : addressLines(path)),
      h("p", { class: "reason" }, path.reason),
    );
  });
  return h(
    "section",
    { class: "drawing" },
    h("h2", {}, "The way out"),
    drawn.length === 0 ? h("p", {}, "No path is known yet.") : h("ul", {}, drawn),
  );
}

/** What a path has is the sum over its addresses, each with as much as the others. */
function addressLines({ publicIps, portBudget }: ClusterAnswer["paths"][number]): readonly string[] {
  if (portBudget === null) return publicIps;
  return [`${number(portBudget / publicIps.length)} ports each`, ...publicIps];
}

const LINES_SHOWN = 8;

function step(title: string, lines: readonly string[]): Children {
  const shown = lines.filter((line) => line !== "" && line !== "–");
  const rest = shown.length - LINES_SHOWN;
  return h(
    "div",
    { class: "step" },
    h("strong", {}, title),
    shown.slice(0, LINES_SHOWN).map((line) => h("span", {}, line)),
    rest > 0 ? h("span", {}, `and ${rest} more`) : null,
  );
}
