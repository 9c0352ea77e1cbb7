import type { DenialsAnswer } from "#api/answers/denials.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { type Column, notice, table } from "../parts/pieces.ts";
import { type ClusterPath, clusterHash, clusterPath } from "../text/address.ts";
import { number, resourceName, time } from "../text/format.ts";
import { clusterTabs } from "./cluster/cluster-tabs.ts";

type DenialRow = DenialsAnswer["denials"][number];

const SPANS = ["-1h", "-6h", "-24h", "-7d"] as const;

/** What firewalls denied the cluster: what AKS needs first. */
export function denialsPage(shell: Shell, cluster: ClusterPath, query: URLSearchParams): Page {
  let answer: DenialsAnswer | null = null;
  let from = query.get("from") ?? "-24h";
  return {
    title: `${cluster.name}: denials`,
    section: "fleet",
    load: async (signal) => {
      answer = await shell.api.get<DenialsAnswer>(
        `clusters/${clusterPath(cluster)}/denials?limit=200&from=${encodeURIComponent(from)}`,
        signal,
      );
    },
    hasData: () => answer !== null,
    turn: (changed) => {
      from = changed.get("from") ?? "-24h";
    },
    view: () => {
      if (answer === null) return [];
      const spans = SPANS.map((span) =>
        h(
          "a",
          {
            href: clusterHash(cluster, "denials", { from: span }),
            "aria-current": span === from ? "true" : null,
          },
          span.slice(1),
        ),
      );
      return [
        clusterTabs(cluster, "denials"),
        h("nav", { class: "spans", "aria-label": "Time span" }, spans),
        summary(answer, shell),
        h(
          "div",
          { class: "notices" },
          answer.complete
            ? null
            : notice("info", `Not everything could be read: ${answer.faults.join("; ")}`),
        ),
        answer.denials.length === 0
          ? null
          : table("Denied destinations, those that AKS needs first", columnsOf(shell), answer.denials, keyOf),
      ];
    },
  };
}

function summary({ denials, lines, total, logsReadThrough }: DenialsAnswer, { zone }: Shell): HTMLElement {
  const read =
    logsReadThrough === null
      ? "No firewall log has been read for this cluster, so that no denial here means nothing."
      : `Logs were read up to ${time(logsReadThrough, zone())}.`;
  const found =
    total === 0
      ? "Nothing was denied."
      : `${number(total)} denials in ${number(lines)} lines${lines > denials.length ? `, of which ${denials.length} are shown` : ""}.`;
  return h("p", {}, logsReadThrough === null && total === 0 ? read : `${found} ${read}`);
}

function columnsOf({ zone }: Shell): readonly Column<DenialRow>[] {
  return [
    {
      title: "Needed by AKS",
      cell: ({ required }) => (required ? h("strong", { class: "badge fail" }, "✖ required") : "no"),
    },
    { title: "Destination", cell: ({ destination }) => destination || "not said" },
    { title: "Port", numeric: true, cell: ({ port }) => (port === null ? "–" : String(port)) },
    { title: "Protocol", cell: ({ protocol }) => protocol.toUpperCase() || "–" },
    { title: "Count", numeric: true, cell: ({ count }) => number(count) },
    { title: "Rule", cell: ({ rule, reason }) => rule ?? reason ?? "no rule matched" },
    { title: "Kind", cell: ({ kind }) => kind },
    {
      title: "Sources",
      whole: true,
      cell: ({ sources, sourceCount }) =>
        `${sources.slice(0, 3).join(", ")}${sourceCount > 3 ? ` and ${sourceCount - 3} more` : ""}`,
    },
    { title: "First seen", whole: true, cell: ({ firstSeen }) => time(firstSeen, zone()) },
    { title: "Last seen", whole: true, cell: ({ lastSeen }) => time(lastSeen, zone()) },
    { title: "Firewall", cell: ({ firewall }) => resourceName(firewall) },
  ];
}

function keyOf({ kind, destination, port, protocol, rule, firewall }: DenialRow): string {
  return [kind, destination, port, protocol, rule, firewall].join(" ");
}
