import type { ClusterAnswer } from "#api/answers/cluster.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { notice } from "../parts/pieces.ts";
import { badge, bar } from "../parts/status.ts";
import { type ClusterPath, clusterHash, clusterPath } from "../text/address.ts";
import { causeOf, groupChecks } from "../text/check-groups.ts";
import { age, duration, number, percent, time, untilEmpty } from "../text/format.ts";
import { checkItem, checkRemedy } from "./cluster/check-item.ts";
import { clusterTabs } from "./cluster/cluster-tabs.ts";
import { egressDrawing } from "./cluster/egress-drawing.ts";
import { nodeTable } from "./cluster/node-table.ts";

const NODES_AT_ONCE = 50;

/** One cluster: the verdict and its cause on the first screen, then everything behind it. */
export function clusterPage(shell: Shell, cluster: ClusterPath): Page {
  let answer: ClusterAnswer | null = null;
  let limit = NODES_AT_ONCE;
  const more = () => {
    limit += NODES_AT_ONCE;
    shell.redraw();
  };
  return {
    title: cluster.name,
    section: "fleet",
    load: async (signal) => {
      answer = await shell.api.get<ClusterAnswer>(`clusters/${clusterPath(cluster)}`, signal);
    },
    hasData: () => answer !== null,
    turn: () => {},
    view: () => {
      if (answer === null) return [];
      return [
        clusterTabs(cluster, "overview"),
        notices(answer, shell),
        verdictCard(answer, shell),
        egressDrawing(answer),
        ...groupChecks(answer.checks).map(({ title, checks, open }) =>
          h(
            "section",
            { class: "checks", "data-key": title },
            h("h2", {}, `${title} (${checks.length})`),
            checks.map((check) => checkItem(check, answer?.cluster.name ?? "", shell.zone(), open)),
          ),
        ),
        nodeTable(answer, limit, more, (node) =>
          clusterHash(cluster, "history", { metric: "usedPorts", node }),
        ),
        facts(answer, shell),
      ];
    },
  };
}

function verdictCard(answer: ClusterAnswer, shell: Shell): HTMLElement {
  const cause = causeOf(answer.checks);
  const { limits } = answer;
  return h(
    "section",
    { class: `card verdict ${answer.status}`, "aria-label": "Verdict" },
    h("p", { class: "verdictline" }, badge(answer.status), " ", h("strong", {}, answer.headline)),
    cause === undefined || cause.summary === answer.headline
      ? null
      : h("p", {}, h("span", { class: "label" }, "Cause: "), cause.summary),
    h(
      "dl",
      { class: "figures" },
      figure(
        "worst used",
        h(
          "span",
          {},
          bar(answer.worstUsedRatio, [limits.warnRatio, limits.failRatio]),
          percent(answer.worstUsedRatio),
        ),
      ),
      figure("out of ports in", untilEmpty(answer.exhaustionInSeconds)),
      figure("nodes", number(answer.cluster.nodes)),
      figure(
        "data until",
        answer.dataThrough === null
          ? "–"
          : `${time(answer.dataThrough, shell.zone())} (${age(answer.dataThrough, shell.nowMs())} ago)`,
      ),
    ),
    cause === undefined ? null : checkRemedy(cause),
  );
}

function figure(name: string, value: Node | string): HTMLElement {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

function notices(
  { cluster, evaluatedAt, backfillMinutes, tagFaults }: ClusterAnswer,
  shell: Shell,
): HTMLElement {
  return h(
    "div",
    { class: "notices" },
    cluster.goneSince === null
      ? null
      : notice("info", `This cluster has not been found since ${time(cluster.goneSince, shell.zone())}.`),
    evaluatedAt === null
      ? notice("info", "Its first evaluation is still to come: within a minute or two of being found.")
      : null,
    backfillMinutes > 0
      ? notice(
          "info",
          `The past of this cluster is still being read from Azure: ${duration(backfillMinutes * 60)} to go, the newest first.`,
        )
      : null,
    cluster.problems.map(({ source, message }) =>
      notice("info", `Not everything could be read (${source}): ${message}`),
    ),
    tagFaults.map((fault) => notice("info", `A tag was ignored: ${fault}`)),
  );
}

function facts({ cluster }: ClusterAnswer, shell: Shell): HTMLElement {
  const rows: readonly (readonly [string, string])[] = [
    ["resource id", cluster.id],
    ["region", cluster.location],
    ["outbound type", cluster.outboundType ?? "not said"],
    ["node resource group", cluster.nodeResourceGroup],
    ["power", cluster.powerState],
    ["Kubernetes", cluster.kubernetesVersion ?? "not said"],
    ["watched since", time(cluster.firstSeen, shell.zone())],
    [
      "tags",
      Object.entries(cluster.tags)
        .map(([name, value]) => `${name}=${value}`)
        .join(", ") || "none",
    ],
  ];
  return h(
    "section",
    {},
    h("h2", {}, "The cluster"),
    h(
      "dl",
      { class: "facts" },
      rows.map(([name, value]) => figure(name, value)),
    ),
  );
}
