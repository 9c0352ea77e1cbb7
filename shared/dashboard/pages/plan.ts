import type { PlanAnswer } from "#api/answers/plan.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { type Column, commands, table } from "../parts/pieces.ts";
import { fillSlot, slot } from "../parts/slot.ts";
import { badge } from "../parts/status.ts";
import { type ClusterPath, clusterHash, clusterPath } from "../text/address.ts";
import { number, pathLabel, percent, resourceName, words } from "../text/format.ts";
import { nodeSteps } from "../text/node-steps.ts";
import { clusterTabs } from "./cluster/cluster-tabs.ts";
import { planForm } from "./plan-form.ts";

type PathPlan = PlanAnswer["paths"][number];
type Step = { readonly nodes: number; readonly path: PathPlan };

const QUESTIONS = ["nodes", "portsPerNode", "outboundIps"] as const;

/** What happens at so many nodes, ports and addresses, from the cluster's own peak. */
export function planPage(shell: Shell, cluster: ClusterPath, first: URLSearchParams): Page {
  let answer: PlanAnswer | null = null;
  let steps: readonly Step[] = [];
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
      const plan = await shell.api.get<PlanAnswer>(`${path}?${asked}`, signal);
      const plans = await Promise.all(
        nodeSteps(plan.assumed).map((nodes) => {
          asked.set("nodes", String(nodes));
          return shell.api.get<PlanAnswer>(`${path}?${asked}`, signal);
        }),
      );
      answer = plan;
      steps = plans.flatMap(({ assumed, paths }) =>
        paths.map((each) => ({ nodes: assumed.nodes, path: each })),
      );
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
            ...answer.paths.map(pathSection),
            h("h2", {}, "With more nodes"),
            table(
              "What the same settings do at other numbers of nodes",
              STEP_COLUMNS,
              steps,
              ({ nodes, path }, index) => `${nodes} ${path.resourceId ?? index}`,
            ),
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

function pathSection(path: PathPlan): HTMLElement {
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

const STEP_COLUMNS: readonly Column<Step>[] = [
  { title: "Nodes", numeric: true, cell: ({ nodes }) => number(nodes) },
  {
    title: "Path",
    cell: ({ path }) =>
      `${pathLabel(path.kind)} ${path.resourceId === null ? "" : resourceName(path.resourceId)}`,
  },
  { title: "Verdict", cell: ({ path }) => badge(path.verdict) },
  { title: "Addresses needed", numeric: true, cell: ({ path }) => number(path.neededOutboundIps) },
  { title: "Why", cell: ({ path }) => path.summary },
];
