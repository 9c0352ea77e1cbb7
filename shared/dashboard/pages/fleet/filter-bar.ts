import type { ClusterRow } from "#api/answers/clusters.ts";
import { h } from "../../parts/element.ts";
import { badge } from "../../parts/status.ts";
import { type FleetFilter, SORTS, type Sort, STATUSES, type Status } from "../../text/fleet-rows.ts";
import { pathLabel } from "../../text/format.ts";

const SORT_WORDS: Readonly<Record<Sort, string>> = {
  worst: "worst first",
  name: "name",
  used: "fullest first",
  exhaustion: "soonest out of ports",
  nodes: "most nodes",
  age: "oldest data",
};

export function filterBar(
  all: readonly ClusterRow[],
  counts: Readonly<Record<Status, number>>,
  filter: FleetFilter,
  change: (part: Partial<FleetFilter>) => void,
): HTMLElement {
  const subscriptions = [...new Set(all.map(({ subscriptionId }) => subscriptionId))].toSorted();
  const paths = [...new Set(all.flatMap((row) => row.paths))].toSorted();
  const toggles = STATUSES.map((status) => {
    const on = filter.statuses.includes(status);
    const statuses = on ? filter.statuses.filter((each) => each !== status) : [...filter.statuses, status];
    return h(
      "button",
      { type: "button", class: "toggle", "aria-pressed": String(on), onclick: () => change({ statuses }) },
      badge(status),
      ` ${counts[status].toLocaleString("en-GB")}`,
    );
  });
  const search = h("input", {
    type: "search",
    id: "filter",
    placeholder: "name, group, region, text  ( / )",
    autocomplete: "off",
    value: filter.text,
    oninput: (event) => change({ text: chosen(event) }),
  });
  return h(
    "div",
    { class: "filters", role: "search" },
    h("div", { class: "toggles", role: "group", "aria-label": "Status" }, toggles),
    h("label", { class: "grow" }, h("span", {}, "Filter"), search),
    subscriptions.length < 2
      ? null
      : select(
          "Subscription",
          filter.subscription,
          [["", "all"], ...subscriptions.map((id) => [id, id] as const)],
          (subscription) => change({ subscription }),
        ),
    select(
      "Path",
      filter.path,
      [["", "all"], ...paths.map((kind) => [kind, pathLabel(kind)] as const)],
      (path) => change({ path }),
    ),
    select(
      "Sort by",
      filter.sort,
      SORTS.map((sort) => [sort, SORT_WORDS[sort]] as const),
      (wanted) => change({ sort: SORTS.find((sort) => sort === wanted) ?? "worst" }),
    ),
  );
}

function select(
  title: string,
  value: string,
  options: readonly (readonly [value: string, text: string])[],
  choose: (value: string) => void,
): HTMLElement {
  const items = options.map(([each, text]) => h("option", { value: each, selected: each === value }, text));
  return h(
    "label",
    {},
    h("span", {}, title),
    h("select", { value, onchange: (event) => choose(chosen(event)) }, items),
  );
}

function chosen({ currentTarget: field }: Event): string {
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value : "";
}
