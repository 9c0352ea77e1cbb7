import type { CheckRow } from "#api/answers/cluster.ts";
import { type Children, h } from "../../parts/element.ts";
import { commands } from "../../parts/pieces.ts";
import { badge } from "../../parts/status.ts";
import { toHash } from "../../text/address.ts";
import { number, percent, time, words, type Zone } from "../../text/format.ts";

/** A check with its evidence, its remedy and the way to its page. */
export function checkItem(check: CheckRow, clusterName: string, zone: Zone, open: boolean): HTMLElement {
  const applies = check.outcome !== "notApplicable";
  return h(
    "details",
    { class: `check ${check.outcome}`, "data-key": check.id, open },
    h(
      "summary",
      {},
      badge(check.outcome),
      h("span", { class: "checkname" }, check.question),
      h("span", { class: "checksummary" }, check.summary),
    ),
    h(
      "div",
      { class: "checkbody" },
      check.explainedBy === null ? null : h("p", {}, "Its cause: ", checkLink(check.explainedBy)),
      evidence(check),
      subjects(check),
      checkRemedy(check),
      h(
        "p",
        { class: "links" },
        applies ? `${check.outcome === "pass" ? "so" : "this way"} since ${time(check.since, zone)} · ` : "",
        checkLink(check.id, "About this check"),
        applies && check.outcome !== "pass"
          ? [
              " · ",
              h("a", { href: toHash("silences/new", { cluster: clusterName, check: check.id }) }, "Silence"),
            ]
          : null,
      ),
    ),
  );
}

function checkLink(id: string, text = id): HTMLElement {
  return h(
    "a",
    { href: toHash(`checks/${encodeURIComponent(id)}`), "aria-label": text === id ? null : `${text}: ${id}` },
    text,
  );
}

/** What to do; nothing where the check gives no remedy. */
export function checkRemedy({ remedy }: CheckRow): Children {
  if (remedy === null) return null;
  return h(
    "div",
    { class: "remedy" },
    h("p", {}, h("span", { class: "label" }, "What to do: "), remedy.text),
    commands(remedy.commands),
  );
}

function evidence(check: CheckRow): HTMLElement | null {
  if (check.evidence.length === 0) return null;
  return h(
    "dl",
    { class: "evidence" },
    check.evidence.map(({ name, value, unit, limit }) =>
      h(
        "div",
        {},
        h("dt", {}, words(name)),
        h(
          "dd",
          {},
          `${valueText(name, value)}${unit === undefined ? "" : ` ${unit}`}`,
          limit === undefined ? null : h("span", { class: "limit" }, ` limit ${valueText(name, limit)}`),
        ),
      ),
    ),
  );
}

function valueText(name: string, value: number | string): string {
  if (typeof value === "string") return value;
  return /ratio$/i.test(name) ? percent(value) : number(value);
}

const SUBJECTS_SHOWN = 10;

function subjects({ subjects: all, outcome }: CheckRow): HTMLElement | null {
  if (all.length < 2 || outcome === "pass") return null;
  const shown = all.slice(0, SUBJECTS_SHOWN).map((subject) => Object.values(subject).join(" "));
  const rest = all.length - shown.length;
  return h(
    "p",
    { class: "subjects" },
    h("span", { class: "label" }, "About: "),
    shown.join("; "),
    rest > 0 ? ` and ${rest} more` : "",
  );
}
