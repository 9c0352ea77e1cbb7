import { h } from "../../parts/element.ts";
import { type ClusterPath, type ClusterView, clusterHash, toHash } from "../../text/address.ts";

const TABS: readonly (readonly [view: ClusterView, text: string])[] = [
  ["overview", "Verdict"],
  ["history", "History"],
  ["plan", "Plan"],
  ["back-test", "Back-test"],
  ["denials", "Denials"],
];

/** The views of one cluster, and what else is about it. */
export function clusterTabs(cluster: ClusterPath, current: ClusterView): HTMLElement {
  const tabs = TABS.map(([view, text]) =>
    h("a", { href: clusterHash(cluster, view), "aria-current": view === current ? "page" : null }, text),
  );
  return h(
    "nav",
    { class: "tabs", "aria-label": `Views of ${cluster.name}` },
    tabs,
    h("a", { href: toHash("incidents", { cluster: cluster.name }) }, "Incidents"),
    h("a", { href: toHash("silences/new", { cluster: cluster.name }) }, "Silence"),
  );
}
