import { h } from "../../parts/element.ts";

/** The questions of a plan; an empty field means as it is today. */
export function planForm(
  query: URLSearchParams,
  ask: (values: Readonly<Record<string, string>>) => void,
): HTMLElement {
  const field = (name: string, title: string, limits: Readonly<Record<string, number>>) => {
    const input = h("input", {
      id: `plan-${name}`,
      name,
      type: "number",
      placeholder: "as today",
      value: query.get(name) ?? "",
      ...limits,
    });
    return { name, input, label: h("label", { for: input.id }, h("span", {}, title), input) };
  };
  const fields = [
    field("nodes", "Nodes", { min: 1, max: 5_000 }),
    field("portsPerNode", "Ports for each node", { min: 0, max: 64_000, step: 8 }),
    field("outboundIps", "Addresses", { min: 1, max: 100 }),
  ];
  return h(
    "form",
    {
      class: "filters",
      onsubmit: (event) => {
        event.preventDefault();
        ask(Object.fromEntries(fields.map(({ name, input }) => [name, input.value])));
      },
    },
    fields.map(({ label }) => label),
    h("button", { type: "submit", class: "primary" }, "Work it out"),
  );
}
