import { h, svg } from "./element.ts";

// A shape and a word beside each colour: red and green look alike to many.
const MARKS: Readonly<Record<string, readonly [mark: string, word: string]>> = {
  critical: ["✖", "critical"],
  warning: ["▲", "warning"],
  unknown: ["?", "unknown"],
  healthy: ["✔", "healthy"],
  fail: ["✖", "found"],
  warn: ["▲", "warning"],
  pass: ["✔", "ruled out"],
  notApplicable: ["–", "does not apply"],
  open: ["●", "open"],
  resolved: ["✔", "resolved"],
  active: ["●", "active"],
  expired: ["–", "ended"],
  fits: ["✔", "fits"],
  tight: ["▲", "tight"],
  doesNotFit: ["✖", "does not fit"],
  delivered: ["✔", "delivered"],
  dead: ["✖", "given up"],
  pending: ["…", "waiting"],
  sending: ["…", "sending"],
  superseded: ["–", "said by a later one"],
  degraded: ["▲", "degraded"],
  stale: ["✖", "stale"],
  starting: ["…", "starting"],
  ok: ["✔", "good"],
  info: ["•", "note"],
};

export function badge(state: string): HTMLElement {
  const [mark, word] = MARKS[state] ?? ["•", state];
  return h("span", { class: `badge ${state}` }, h("span", { "aria-hidden": "true" }, mark), ` ${word}`);
}

/** A share as a bar with its limits as ticks. An SVG, because the page's policy allows no style attributes. */
export function bar(ratio: number | null, limits: readonly number[]): HTMLElement {
  if (ratio === null) return h("span", { class: "barbox" });
  const [warn = 1, fail = 1] = limits;
  const level = ratio >= fail ? "high" : ratio >= warn ? "mid" : "low";
  const width = `${Math.min(100, Math.max(0, ratio * 100))}%`;
  const ticks = limits.map((limit) =>
    svg("rect", { x: `${limit * 100}%`, y: 0, width: 1, height: "100%", class: "tick" }),
  );
  const picture = svg(
    "svg",
    { class: `bar ${level}`, "aria-hidden": "true", width: "100%", height: 8 },
    svg("rect", { x: 0, y: 0, width: "100%", height: "100%", class: "track" }),
    svg("rect", { x: 0, y: 0, width, height: "100%", class: "fill" }),
    ...ticks,
  );
  return h("span", { class: "barbox" }, picture);
}
