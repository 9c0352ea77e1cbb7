// The part of Markdown that the pages of the checks use, as elements.

import { h } from "./element.ts";

/** A block of `text`; its first heading is left out, since the page has it already. */
export function markdown(text: string): readonly HTMLElement[] {
  const blocks = text
    .replace(/^# .*\n/, "")
    .split(/\n{2,}|\n(?=#)|(?<=^#.*)\n/m)
    .map((block) => block.trim())
    .filter((block) => block !== "");
  return joinFences(blocks).map(block);
}

/** A fence may hold empty lines. */
function joinFences(blocks: readonly string[]): string[] {
  const joined: string[] = [];
  let open = false;
  for (const each of blocks) {
    if (open) joined.push(`${joined.pop()}\n\n${each}`);
    else joined.push(each);
    if ((each.match(/^```/gm)?.length ?? 0) % 2 === 1) open = !open;
  }
  return joined;
}

function block(text: string): HTMLElement {
  if (text.startsWith("```")) {
    return h(
      "pre",
      { tabindex: 0, "aria-label": "Example" },
      h("code", {}, text.replace(/^```.*\n?|\n?```$/g, "")),
    );
  }
  const heading = /^(#{2,4}) (.*)/.exec(text);
  if (heading !== null) return h("h2", {}, ...inline(heading[2] ?? ""));
  if (text.startsWith("|")) return tableBlock(text);
  if (/^- /.test(text)) return h("ul", {}, items(text, /^- /m));
  if (/^\d+\. /.test(text)) return h("ol", {}, items(text, /^\d+\. /m));
  return h("p", {}, ...inline(unwrap(text)));
}

function items(text: string, mark: RegExp): HTMLElement[] {
  return text
    .split(mark)
    .filter((item) => item.trim() !== "")
    .map((item) => h("li", {}, ...inline(unwrap(item))));
}

function tableBlock(text: string): HTMLElement {
  const rows = text
    .split("\n")
    .filter((line) => !/^[|\s:-]+$/.test(line))
    .map((line) => line.replace(/^\||\|$/g, "").split("|"));
  const [head = [], ...body] = rows;
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-label": "Table" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((cell) => h("th", { scope: "col" }, ...inline(cell.trim()))),
        ),
      ),
      h(
        "tbody",
        {},
        body.map((row) =>
          h(
            "tr",
            {},
            row.map((cell) => h("td", {}, ...inline(cell.trim()))),
          ),
        ),
      ),
    ),
  );
}

function unwrap(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\([^)]*\)/g;

/** Links lead into the repository, which is not here: their text stays. */
function inline(text: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, emphasis, link] = match;
    parts.push(text.slice(end, match.index));
    if (code !== undefined) parts.push(h("code", {}, code));
    else if (strong !== undefined) parts.push(h("strong", {}, strong));
    else if (emphasis !== undefined) parts.push(h("em", {}, emphasis));
    else parts.push(link ?? "");
    end = match.index + whole.length;
  }
  return [...parts, text.slice(end)];
}
