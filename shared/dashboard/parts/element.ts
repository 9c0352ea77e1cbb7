// Elements from calls. Text becomes text nodes: nothing that Azure sends is ever read as HTML.

type Child = Node | string | number | null | undefined | false;
export type Children = Child | readonly Child[];
type Value = string | number | boolean | null | undefined | ((event: Event) => void);
export type Properties = Readonly<Record<string, Value>>;

const SVG = "http://www.w3.org/2000/svg";

/** `onclick` and its like take functions; `value` and `checked` are set as what the reader sees. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Children[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  append(element, children);
  for (const [name, value] of Object.entries(properties)) setProperty(element, name, value);
  return element;
}

/** The same for SVG, which takes attributes only. */
export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly Node[]
) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

function append(element: Element, children: readonly Children[]): void {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

function setProperty(element: HTMLElement, name: string, value: Value): void {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function" || name === "value" || name === "checked") {
    Object.assign(element, { [name]: value });
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}
