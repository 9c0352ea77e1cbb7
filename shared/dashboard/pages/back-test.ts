import type { ReplayAnswer } from "#api/answers/replay.ts";
import { ApiError } from "../live/api-client.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { type Column, notice, table } from "../parts/pieces.ts";
import { fillSlot, slot } from "../parts/slot.ts";
import { badge } from "../parts/status.ts";
import { type ClusterPath, clusterHash, clusterPath, toHash } from "../text/address.ts";
import {
  type AlertSpan,
  type BackTestWish,
  backTestQuery,
  onlyIn,
  otherSeverity,
  readBackTest,
  SPANS,
} from "../text/back-test.ts";
import { number, time } from "../text/format.ts";
import { limitsForm } from "./back-test/limits-form.ts";
import { type NamedSide, sidesDrawing, sidesTable } from "./back-test/sides.ts";
import { clusterTabs } from "./cluster/cluster-tabs.ts";

const ROWS_SHOWN = 100;

interface Answers {
  /** By the limits as they are set. */
  readonly present: ReplayAnswer;
  /** By the limits that are tried; `null` where none is. */
  readonly tried: ReplayAnswer | null;
}

/** What other limits would have raised on the stored history, beside what the present ones do and what was raised in fact. */
export function backTestPage(shell: Shell, cluster: ClusterPath, query: URLSearchParams): Page {
  let wish = readBackTest(query);
  let answers: Answers | null = null;
  /** What was asked last: a span is judged once and not again with every refresh. */
  let judged: BackTestWish | null = null;
  /** Why the API would not judge it. */
  let refusal: string | null = null;
  let form = limitsForm(wish, null, ask);

  function go(part: Partial<BackTestWish>): void {
    location.hash = clusterHash(cluster, "back-test", backTestQuery({ ...wish, ...part }));
  }
  function ask(limits: BackTestWish["limits"]): void {
    go({ limits });
  }

  const load = async (signal: AbortSignal): Promise<void> => {
    const wanted = wish;
    if (judged === wanted) return;
    const read = (limits: BackTestWish["limits"]) => {
      const asked = new URLSearchParams({ from: wanted.from, ...limits });
      return shell.api.get<ReplayAnswer>(`clusters/${clusterPath(cluster)}/replay?${asked}`, signal);
    };
    const tries = Object.keys(wanted.limits).length > 0;
    try {
      const present = await read({});
      answers = { present, tried: tries ? await read(wanted.limits) : null };
      refusal = null;
      form = limitsForm(wanted, present.limits, ask);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 400) throw error;
      refusal = error.message;
    }
    judged = wanted;
  };

  return {
    title: `${cluster.name}: back-test`,
    section: "fleet",
    load,
    hasData: () => judged !== null,
    turn: (changed) => {
      wish = readBackTest(changed);
      form = limitsForm(wish, answers?.present.limits ?? null, ask);
      shell.redraw();
    },
    drawn: (root) => fillSlot(root, "limits", form),
    view: () => [
      clusterTabs(cluster, "back-test"),
      h(
        "p",
        {},
        "Other limits on this cluster's own stored history: the same checks and the same life of alerts, minute by minute.",
      ),
      h(
        "nav",
        { class: "spans", "aria-label": "Time span" },
        SPANS.map((from) =>
          h(
            "a",
            {
              href: clusterHash(cluster, "back-test", backTestQuery({ ...wish, from })),
              "aria-current": from === wish.from ? "true" : null,
            },
            from.slice(1),
          ),
        ),
      ),
      slot("limits"),
      h(
        "div",
        { class: "notices" },
        judged === wish ? null : notice("info", "Judging…"),
        refusal === null ? null : notice("bad", `Not judged: ${refusal}`),
      ),
      answers === null || refusal !== null ? null : result(answers, shell),
    ],
  };
}

function result({ present, tried }: Answers, shell: Shell): HTMLElement {
  const zone = shell.zone();
  const sides: readonly NamedSide[] = [
    { name: "raised in fact", side: present.raised, recordedFrom: present.raised.recordedFrom },
    { name: "limits as set", side: present.replayed, recordedFrom: null },
    ...(tried === null ? [] : [{ name: "limits tried", side: tried.replayed, recordedFrom: null }]),
  ];
  const { judgedFrom, judgedMinutes, from, to, raised, checks } = present;
  if (judgedFrom === null) {
    return h("section", {}, notice("info", "There are no samples in this span: nothing was judged."));
  }
  return h(
    "section",
    { class: "sides" },
    notices(tried ?? present),
    sidesTable(sides),
    sidesDrawing(sides, from, to, zone),
    h(
      "p",
      { class: "quiet" },
      `${number(judgedMinutes)} minutes judged since ${time(judgedFrom, zone)}, without silences and maintenance. What was raised in fact is on record since ${time(raised.recordedFrom, zone)}. Judged are ${checks.join(", ")}.`,
    ),
    tried === null
      ? h("p", {}, "Give other limits to see what they would change.")
      : [
          changes("Only with the limits tried", onlyIn(tried.replayed, present.replayed), shell),
          changes(
            "Another severity with the limits tried",
            otherSeverity(tried.replayed, present.replayed),
            shell,
          ),
          changes("No longer with the limits tried", onlyIn(present.replayed, tried.replayed), shell),
        ],
    changes("Raised in fact", raised.alerts, shell),
  );
}

function notices({ incomplete, faults, note }: ReplayAnswer): HTMLElement {
  return h(
    "div",
    { class: "notices" },
    incomplete ? notice("info", `Not everything could be read: ${faults.join("; ")}`) : null,
    note === null ? null : notice("info", `Note: ${note}.`),
  );
}

function changes(title: string, alerts: readonly AlertSpan[], { zone }: Shell): HTMLElement {
  const columns: readonly Column<AlertSpan>[] = [
    { title: "Fired", whole: true, cell: ({ firedAt }) => time(firedAt, zone()) },
    {
      title: "Resolved",
      whole: true,
      cell: ({ resolvedAt }) => (resolvedAt === null ? "fires on" : time(resolvedAt, zone())),
    },
    { title: "Worst", cell: ({ severity }) => badge(severity) },
    {
      title: "Check",
      cell: ({ check }) => h("a", { href: toHash(`checks/${encodeURIComponent(check)}`) }, check),
    },
    { title: "What", cell: ({ summary }) => summary },
  ];
  return h(
    "details",
    { class: "changes", "data-key": title, open: alerts.length > 0 && alerts.length <= 10 },
    h("summary", {}, `${title}: ${number(alerts.length)} ${alerts.length === 1 ? "alert" : "alerts"}`),
    alerts.length === 0
      ? null
      : table(
          title,
          columns,
          alerts.slice(0, ROWS_SHOWN),
          ({ check, firedAt }, index) => `${check} ${firedAt} ${index}`,
        ),
    alerts.length > ROWS_SHOWN ? h("p", { class: "quiet" }, `and ${alerts.length - ROWS_SHOWN} more`) : null,
  );
}
