import type { ClusterRow } from "#api/answers/clusters.ts";
import { h } from "../../parts/element.ts";
import { badge, bar } from "../../parts/status.ts";
import { clusterHash } from "../../text/address.ts";
import { age, number, pathLabel, percent, untilEmpty } from "../../text/format.ts";

/** One cluster of the list; on a narrow screen a card. */
export function clusterItem(row: ClusterRow, nowMs: number, trend: Node | null): HTMLElement {
  const cell = (name: string, label: string, ...children: (Node | string)[]) =>
    h("span", { class: `cell ${name}` }, h("span", { class: "label" }, `${label} `), children);
  return h(
    "li",
    { "data-key": row.id, class: row.status },
    h("span", { class: "cell" }, badge(row.status)),
    h(
      "span",
      { class: "cell what" },
      h("a", { href: clusterHash(row) }, row.name),
      h("span", { class: "where" }, `${row.resourceGroup} · ${row.location}`),
      h("span", { class: "headline" }, row.headline),
    ),
    cell("path", "path", row.paths.map(pathLabel).join(", ") || "unknown path"),
    cell("figure", "nodes", number(row.nodes)),
    cell(
      "used",
      "worst used",
      bar(row.worstUsedRatio, [row.limits.warnRatio, row.limits.failRatio]),
      h("span", { class: "value" }, percent(row.worstUsedRatio)),
    ),
    cell("figure", "out of ports in", untilEmpty(row.exhaustionInSeconds)),
    cell("figure", "data age", row.dataThrough === null ? "–" : age(row.dataThrough, nowMs)),
    h("span", { class: "cell trend", "data-cluster": row.id }, trend),
  );
}
