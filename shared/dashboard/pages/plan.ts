import type { PlanAnswer } from "#api/answers/plan.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { type Column, commands, table } from "../parts/pieces.ts";
import { fillSlot, slot } from "../parts/slot.ts";
import { badge } from "../parts/status.ts";
import { type ClusterPath, clusterHash, clusterPath } from "../text/address.ts";
import { number, pathLabel, percent, resourceName, words } from "../text/format.ts";
import { type CurvePoint, tellingPoints } from "../text/plan-curve.ts";
import { clusterTabs } from "./cluster/cluster-tabs.ts";
import { planCurve } from "./plan/plan-curve.ts";
import { planForm } from "./plan/plan-form.ts";

type PathPlan = PlanAnswer["paths"][number];

const QUESTIONS = ["nodes", "portsPerNode", "outboundIps"] as const;

/** What happens at so many nodes, ports and addresses, from the cluster's own peak. */
export function planPage(shell: Shell, cluster: ClusterPath, first: URLSearchParams): Page {
  let answer: PlanAnswer | null = null;
  let query = first;
  let form = planForm(query, ask);

  function ask(values: Readonly<Record<string, string>>): void {
    location.hash = clusterHash(cluster, "plan", values);
  }

  return {
    title: `${cluster.name}: plan`,
    section: "fleet",
    load: async (signal) => {
      const path = `clusters/${clusterPath(cluster)}/plan`;
      const asked = new URLSearchParams(
        QUESTIONS.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? ""]] : [])),
      );
      answer = await shell.api.get<PlanAnswer>(`${path}?${asked}`, signal);
    },
    hasData: () => answer !== null,
    turn: (changed) => {
      query = changed;
      form = planForm(query, ask);
    },
    drawn: (root) => fillSlot(root, "plan", form),
    view: () =>
      answer === null
        ? []
        : [
            clusterTabs(cluster, "plan"),
            slot("plan"),
            assumptions(answer),
            ...answer.paths.map((path) => pathSection(path, answer?.assumed ?? null)),
          ],
  };
}

function assumptions({ assumed, peak }: PlanAnswer): HTMLElement {
  const peaks = [
    peak.usedPorts === null ? null : `${number(peak.usedPorts)} ports of one node`,
    peak.natConnections === null ? null : `${number(peak.natConnections)} connections through a NAT gateway`,
    peak.firewallSnatRatio === null
      ? null
      : `${percent(peak.firewallSnatRatio)} of the firewall's SNAT ports`,
  ].filter((text) => text !== null);
  const seen =
    peaks.length === 0 ? "No peak has been measured yet." : `Peak of ${peak.days} days: ${peaks.join(", ")}.`;
  return h(
    "p",
    {},
    `Judged for ${number(assumed.nodes)} nodes (today ${number(assumed.nodesToday)}, most ${number(assumed.maximumNodes)} with autoscaling and an upgrade). ${seen} A plan leaves room for ${percent(assumed.targetRatio)} in use.`,
  );
}

function pathSection(path: PathPlan, assumed: PlanAnswer["assumed"] | null): HTMLElement {
  const {
    kind,
    resourceId,
    verdict,
    summary,
    maxNodes,
    neededOutboundIps,
    suggestedPortsPerNode,
    changes,
    pools,
  } = path;
  const figures: readonly (readonly [string, number | null])[] = [
    ["most nodes with these settings", maxNodes],
    ["addresses needed", neededOutboundIps],
    ["ports for each node suggested", suggestedPortsPerNode],
  ];
  return h(
    "section",
    { class: "card", "data-key": `${kind} ${resourceId}` },
    h(
      "h2",
      {},
      `${pathLabel(kind)} ${resourceId === null ? "" : resourceName(resourceId)} `,
      h("small", {}, pools.join(", ")),
    ),
    h("p", {}, badge(verdict), " ", summary),
    h(
      "dl",
      { class: "figures" },
      figures.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, number(value)))),
    ),
    assumed === null || path.verdict === "unknown" ? null : otherNumbers(path, assumed),
    changes.map(({ text, commands: list }) =>
      h("div", { class: "remedy" }, h("p", {}, text), commands(list)),
    ),
    h(
      "details",
      {},
      h("summary", {}, "The arithmetic"),
      h("dl", { class: "evidence" }, path.arithmetic.map(term)),
    ),
  );
}

function term({ name, value, unit, limit }: PathPlan["arithmetic"][number]): HTMLElement {
  const held = limit === undefined ? null : h("span", { class: "limit" }, ` limit ${number(limit)}`);
  return h("div", {}, h("dt", {}, words(name)), h("dd", {}, `${number(value)} ${unit}`, held));
}

/** The same settings at other numbers of nodes: a curve, and the table of its points that tell something. */
function otherNumbers(path: PathPlan, assumed: PlanAnswer["assumed"]): HTMLElement {
  const points = tellingPoints(path.curve, assumed);
  return h(
    "div",
    { class: "beside" },
    planCurve(path, assumed),
    table("The same settings at other numbers of nodes", POINT_COLUMNS, points, ({ nodes }) => String(nodes)),
  );
}

const POINT_COLUMNS: readonly Column<CurvePoint>[] = [
  { title: "Nodes", numeric: true, cell: ({ nodes }) => number(nodes) },
  { title: "Verdict", cell: ({ verdict }) => badge(verdict) },
  { title: "In use at the peak", numeric: true, cell: ({ share }) => percent(share) },
  {
    title: "Addresses needed",
    numeric: true,
    cell: ({ neededOutboundIps }) => number(neededOutboundIps),
  },
];
