import type { ReplayAnswer } from "#api/answers/replay.ts";
import { h } from "../../parts/element.ts";
import { type BackTestWish, LIMITS, presentLimits } from "../../text/back-test.ts";

/** The limits to try; an empty field is left as it is set. */
export function limitsForm(
  wish: BackTestWish,
  present: ReplayAnswer["limits"] | null,
  ask: (limits: BackTestWish["limits"]) => void,
): HTMLElement {
  const set = present === null ? null : presentLimits(present);
  const fields = LIMITS.map(([name, title]) => {
    const input = h("input", {
      id: `limit-${name}`,
      name,
      autocomplete: "off",
      size: 8,
      placeholder: set === null ? "as set" : `as set: ${set[name]}`,
      value: wish.limits[name] ?? "",
    });
    return { name, input, label: h("label", { for: input.id }, h("span", {}, title), input) };
  });
  return h(
    "form",
    {
      class: "filters limits",
      onsubmit: (event) => {
        event.preventDefault();
        ask(Object.fromEntries(fields.map(({ name, input }) => [name, input.value.trim()])));
      },
    },
    fields.map(({ label }) => label),
    h("button", { type: "submit", class: "primary" }, "Try these limits"),
  );
}
