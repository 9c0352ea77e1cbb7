import { h } from "./element.ts";

/** Copies a text and says so. Where the browser refuses the clipboard the text is selected, to be copied by hand. */
function copyButton(text: string, name = "Copy"): HTMLElement {
  return h(
    "button",
    {
      type: "button",
      class: "copy",
      onclick: (event) => {
        const button = event.currentTarget;
        if (button instanceof HTMLElement) void copy(text, button, name);
      },
    },
    name,
  );
}

const SAID_MS = 2_000;

async function copy(text: string, button: HTMLElement, name: string): Promise<void> {
  const done = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  if (!done) {
    const code = button.parentElement?.querySelector("code");
    if (code) getSelection()?.selectAllChildren(code);
  }
  button.textContent = done ? "Copied" : "Selected: press Ctrl-C";
  setTimeout(() => {
    button.textContent = name;
  }, SAID_MS);
}

/** Commands to run, each with its button. */
export function commands(list: readonly string[]): readonly HTMLElement[] {
  return list.map((command) =>
    h(
      "div",
      { class: "command" },
      h("pre", { tabindex: 0, "aria-label": "Command" }, h("code", {}, command)),
      copyButton(command),
    ),
  );
}

export function notice(kind: "info" | "bad", ...children: readonly (Node | string)[]): HTMLElement {
  return h("div", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : "status" }, [...children]);
}

export interface Column<T> {
  readonly title: string;
  readonly numeric?: boolean;
  /** The cell is kept on one line. */
  readonly whole?: boolean;
  cell(row: T): Node | string;
}

/** A table that scrolls sideways within itself where the screen is narrow. */
export function table<T>(
  caption: string,
  columns: readonly Column<T>[],
  rows: readonly T[],
  keyOf: (row: T, index: number) => string,
): HTMLElement {
  const kind = ({ numeric, whole }: Column<T>) => (numeric ? "numeric" : whole ? "whole" : null);
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-label": caption },
    h(
      "table",
      {},
      h("caption", {}, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          columns.map((column) => h("th", { scope: "col", class: kind(column) }, column.title)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row, index) =>
          h(
            "tr",
            { "data-key": keyOf(row, index) },
            columns.map((column) => h("td", { class: kind(column) }, column.cell(row))),
          ),
        ),
      ),
    ),
  );
}

/** The first rows, and a button for more: thousands of rows at once would make every refresh slow. */
export function moreButton(shown: number, all: number, more: () => void): HTMLElement | null {
  if (shown >= all) return null;
  return h(
    "button",
    { type: "button", class: "more", onclick: more },
    `Show more (${(all - shown).toLocaleString("en-GB")} not shown)`,
  );
}
