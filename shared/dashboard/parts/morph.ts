// Brings a tree that is on the screen to the state of a new one, touching only what differs: focus, scroll position,
// opened details and half-typed text stay where the reader left them.

const HANDLERS = ["onclick", "oninput", "onchange", "onsubmit", "onkeydown"] as const;

/** Children of an element with `data-keep` belong to whoever drew them. */
const KEEP = "data-keep";
const KEY = "data-key";

/** @param to is used up: parts of it may move into `from` */
export function morph(from: Element, to: Element): void {
  syncAttributes(from, to);
  if (from instanceof HTMLElement && to instanceof HTMLElement) {
    for (const name of HANDLERS) Object.assign(from, { [name]: to[name] });
  }
  if (!from.hasAttribute(KEEP)) syncChildren(from, to);
  syncValue(from, to);
}

function syncAttributes(from: Element, to: Element): void {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !ownedByReader(from, name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (!ownedByReader(from, name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

function ownedByReader(element: Element, name: string): boolean {
  return name === "open" && (element.tagName === "DETAILS" || element.tagName === "DIALOG");
}

function syncValue(from: Element, to: Element): void {
  if (from === document.activeElement) return;
  if (
    (from instanceof HTMLInputElement && to instanceof HTMLInputElement) ||
    (from instanceof HTMLSelectElement && to instanceof HTMLSelectElement)
  ) {
    if (from.value !== to.value) from.value = to.value;
  }
  if (from instanceof HTMLInputElement && to instanceof HTMLInputElement && from.checked !== to.checked) {
    from.checked = to.checked;
  }
}

function syncChildren(from: Element, to: Element): void {
  const keyed = new Map<string, Element>();
  for (const child of from.children) {
    const key = child.getAttribute(KEY);
    if (key !== null) keyed.set(key, child);
  }
  let at: ChildNode | null = from.firstChild;
  for (const next of [...to.childNodes]) {
    const match = findMatch(next, at, keyed);
    if (match === null) {
      from.insertBefore(next, at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else from.insertBefore(match, at);
    syncNode(match, next);
  }
  while (at !== null) {
    const rest: ChildNode | null = at.nextSibling;
    at.remove();
    at = rest;
  }
}

function findMatch(
  next: ChildNode,
  at: ChildNode | null,
  keyed: ReadonlyMap<string, Element>,
): ChildNode | null {
  const key = keyOf(next);
  if (key !== null) {
    const match = keyed.get(key);
    return match?.tagName === Object(next).tagName ? (match ?? null) : null;
  }
  return at !== null && at.nodeName === next.nodeName && keyOf(at) === null ? at : null;
}

function keyOf(node: ChildNode): string | null {
  return node instanceof Element ? node.getAttribute(KEY) : null;
}

function syncNode(from: ChildNode, to: ChildNode): void {
  if (from instanceof Element && to instanceof Element) morph(from, to);
  else if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
}
