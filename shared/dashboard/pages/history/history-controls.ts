import type { HistoryAnswer } from "#api/answers/history.ts";
import { h } from "../../parts/element.ts";
import { type METRICS, RANGES, shiftRange } from "../../text/history-view.ts";
import type { HistoryWish } from "./wish.ts";

/** @param nodes that can be shown alone */
export function historyControls(
  metrics: typeof METRICS,
  wish: HistoryWish,
  history: HistoryAnswer,
  nodes: readonly string[],
  go: (part: Partial<HistoryWish>) => void,
  saveCsv: () => void,
): HTMLElement {
  const [fromMs, toMs] = [Date.parse(history.from), Date.parse(history.to)];
  const button = (text: string, name: string, move: number, scale: number) =>
    h(
      "button",
      {
        type: "button",
        "aria-label": name,
        title: name,
        onclick: () => go(shiftRange(fromMs, toMs, move, scale)),
      },
      text,
    );
  const ranges = RANGES.map((from) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(wish.to === "now" && wish.from === from),
        onclick: () => go({ from, to: "now" }),
      },
      from.slice(1),
    ),
  );
  return h(
    "div",
    { class: "filters" },
    h(
      "label",
      { class: "grow" },
      h("span", {}, "Metric"),
      h(
        "select",
        { value: wish.metric, onchange: (event) => go({ metric: chosen(event) }) },
        metrics.map(([name, text]) => h("option", { value: name, selected: name === wish.metric }, text)),
      ),
    ),
    h(
      "label",
      {},
      h("span", {}, "Curves"),
      h(
        "select",
        {
          value: wish.by,
          onchange: (event) => go({ by: chosen(event) === "node" ? "node" : "cluster", node: "" }),
        },
        h("option", { value: "node", selected: wish.by === "node" }, "each one"),
        h("option", { value: "cluster", selected: wish.by === "cluster" }, "together"),
      ),
    ),
    nodes.length < 2 && wish.node === ""
      ? null
      : h(
          "label",
          {},
          h("span", {}, "Node"),
          h(
            "select",
            { value: wish.node, onchange: (event) => go({ node: chosen(event) }) },
            h("option", { value: "", selected: wish.node === "" }, "all"),
            nodes.map((node) => h("option", { value: node, selected: node === wish.node }, node)),
          ),
        ),
    h("div", { class: "toggles", role: "group", "aria-label": "Range up to now" }, ranges),
    h(
      "div",
      { class: "toggles", role: "group", "aria-label": "Move and zoom" },
      button("◀", "Earlier", -0.5, 1),
      button("▶", "Later", 0.5, 1),
      button("+", "Zoom in", 0, 0.5),
      button("−", "Zoom out", 0, 2),
    ),
    h("button", { type: "button", class: "csv", onclick: saveCsv }, "Save as CSV"),
  );
}

function chosen({ currentTarget: field }: Event): string {
  return field instanceof HTMLSelectElement ? field.value : "";
}
