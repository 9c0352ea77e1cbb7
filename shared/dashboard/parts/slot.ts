import { h } from "./element.ts";

// A place in a view for what lives longer than one drawing of it: a form that is half filled, a chart.

export function slot(name: string): HTMLElement {
  return h("div", { class: `slot-${name}`, "data-key": `slot ${name}`, "data-slot": name, "data-keep": "" });
}

/** Puts a long-lived element into its place once the view is on the screen. */
export function fillSlot(root: HTMLElement, name: string, content: HTMLElement): void {
  const place = root.querySelector(`[data-slot="${name}"]`);
  if (place !== null && place.firstChild !== content) place.replaceChildren(content);
}
