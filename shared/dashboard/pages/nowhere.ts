import type { Page } from "../live/page.ts";
import { h } from "../parts/element.ts";

export function nowherePage(text: string): Page {
  return {
    title: "No such page",
    section: "fleet",
    load: () => Promise.resolve(),
    hasData: () => true,
    turn: () => {},
    view: () => [h("p", {}, `There is nothing at "${text}". `, h("a", { href: "#/" }, "To the fleet"))],
  };
}
