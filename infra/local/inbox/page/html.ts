const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A piece of HTML that is what its author wrote. Text becomes one only by being escaped. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Html | string | number | readonly Content[];

/** A template whose parts are escaped, save those that are HTML already. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.reduce((text, part, at) => text + textOf(contents[at - 1] ?? "") + part));
}

function textOf(content: Content): string {
  if (content instanceof Html) return content.text;
  if (typeof content === "string" || typeof content === "number") {
    return String(content).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  }
  return content.map(textOf).join("");
}

/** Web addresses only: a link in a posted message could be a script. */
export function safeUrl(url: string): string {
  return /^https?:\/\//i.test(url) ? url : "#";
}
