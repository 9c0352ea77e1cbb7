import type { SilenceRow, SilencesAnswer } from "#api/answers/silences.ts";
import { ApiError } from "../live/api-client.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { notice } from "../parts/pieces.ts";
import { fillSlot, slot } from "../parts/slot.ts";
import { badge } from "../parts/status.ts";
import { time } from "../text/format.ts";
import { silenceForm } from "./silence-form.ts";

/** Silences, and the form that makes one. */
export function silencesPage(shell: Shell, query: URLSearchParams): Page {
  let answer: SilencesAnswer | null = null;
  let said: { readonly bad: boolean; readonly text: string } | null = null;

  const change = async (what: () => Promise<void>, done: string): Promise<boolean> => {
    try {
      await what();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      said = { bad: true, text: error.message };
      shell.redraw();
      return false;
    }
    said = { bad: false, text: done };
    await shell.reload();
    return true;
  };
  let form = silenceForm(shell.api, query, change);

  const end = (row: SilenceRow) =>
    change(
      () => shell.api.send("DELETE", `silences/${encodeURIComponent(row.id)}`),
      "The silence has ended.",
    );
  return {
    title: "Silences",
    section: "silences",
    load: async (signal) => {
      answer = await shell.api.get<SilencesAnswer>("silences", signal);
    },
    hasData: () => answer !== null,
    drawn: (root) => fillSlot(root, "silence", form),
    turn: (changed) => {
      form = silenceForm(shell.api, changed, change);
    },
    view: () => [
      h("div", { class: "notices" }, said === null ? null : notice(said.bad ? "bad" : "info", said.text)),
      slot("silence"),
      h("h2", {}, "Silences of the last 7 days"),
      (answer?.silences.length ?? 0) === 0 ? h("p", {}, "None.") : null,
      h("div", { class: "silences" }, answer?.silences.map((row) => silenceItem(row, shell, end)) ?? []),
    ],
  };
}

function silenceItem(
  row: SilenceRow,
  { zone }: Shell,
  end: (row: SilenceRow) => Promise<boolean>,
): HTMLElement {
  const subject = Object.entries(row.subject ?? {}).map(([name, value]) => `${name} ${value}`);
  const about = [row.cluster ?? "every cluster", row.check ?? "every check", ...subject].join(" · ");
  return h(
    "article",
    { class: "card silence", "data-key": row.id, "aria-label": `Silence of ${about}` },
    h("h3", {}, badge(row.state), " ", about),
    h("p", {}, row.comment),
    h(
      "p",
      { class: "quiet" },
      `by ${row.createdBy}, ${time(row.startsAt, zone())} until ${time(row.endedAt ?? row.until, zone())}`,
    ),
    row.state === "active"
      ? h(
          "button",
          { type: "button", "aria-label": `End the silence of ${about}`, onclick: () => void end(row) },
          "End it now",
        )
      : null,
  );
}
