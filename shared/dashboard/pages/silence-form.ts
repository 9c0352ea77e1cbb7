import type { Api } from "../live/api-client.ts";
import { h } from "../parts/element.ts";

const LENGTHS = [
  ["1h", "1 hour"],
  ["4h", "4 hours"],
  ["24h", "1 day"],
  ["7d", "7 days"],
  ["30d", "30 days"],
] as const;

type Change = (what: () => Promise<void>, done: string) => Promise<boolean>;

/** Keeps alerts from being told for a while. Refreshes of the page leave what is half typed alone. */
export function silenceForm(api: Api, query: URLSearchParams, change: Change): HTMLElement {
  const name = localStorage.getItem("snatwatch-name") ?? "";
  const cluster = h("input", {
    id: "silence-cluster",
    autocomplete: "off",
    value: query.get("cluster") ?? "",
  });
  const check = h("input", { id: "silence-check", autocomplete: "off", value: query.get("check") ?? "" });
  const until = h(
    "select",
    { id: "silence-until" },
    LENGTHS.map(([value, text]) => h("option", { value }, text)),
  );
  const comment = h("input", {
    id: "silence-comment",
    required: true,
    maxlength: 1_000,
    autocomplete: "off",
  });
  const who = h("input", {
    id: "silence-who",
    required: true,
    maxlength: 200,
    autocomplete: "name",
    value: name,
  });

  const submit = async (): Promise<void> => {
    localStorage.setItem("snatwatch-name", who.value);
    const body = {
      cluster: cluster.value.trim() || null,
      check: check.value.trim() || null,
      until: until.value,
      comment: comment.value,
      createdBy: who.value,
    };
    if (
      await change(
        () => api.send("POST", "silences", body),
        "Silenced. What was told before is still told as resolved.",
      )
    ) {
      comment.value = "";
    }
  };
  return h(
    "form",
    {
      class: "card silenceform",
      onsubmit: (event) => {
        event.preventDefault();
        void submit();
      },
    },
    h("h2", {}, "New silence"),
    field("Cluster (name or pattern with * and ?)", cluster),
    field("Check (empty: every check)", check),
    field("For", until),
    field("Why", comment),
    field("Your name", who),
    h("button", { type: "submit", class: "primary" }, "Silence"),
  );
}

function field(title: string, input: HTMLElement): HTMLElement {
  return h("label", { for: input.id }, h("span", {}, title), input);
}
