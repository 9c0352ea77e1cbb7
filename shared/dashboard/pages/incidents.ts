import type { IncidentRow, IncidentsAnswer } from "#api/answers/incidents.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { type Column, moreButton, table } from "../parts/pieces.ts";
import { badge } from "../parts/status.ts";
import { clusterHash, toHash } from "../text/address.ts";
import { duration, number, time } from "../text/format.ts";

const ROWS_AT_ONCE = 50;
type Message = IncidentRow["messages"][number];
type Delivery = Message["deliveries"][number];

/** Incidents of seven days, open ones first, with what was told of them and where it arrived. */
export function incidentsPage(shell: Shell, query: URLSearchParams): Page {
  let answer: IncidentsAnswer | null = null;
  let cluster = query.get("cluster");
  let limit = ROWS_AT_ONCE;
  const more = () => {
    limit += ROWS_AT_ONCE;
    shell.redraw();
  };
  return {
    title: "Incidents",
    section: "incidents",
    load: async (signal) => {
      const path = cluster ? `incidents?cluster=${encodeURIComponent(cluster)}` : "incidents";
      answer = await shell.api.get<IncidentsAnswer>(path, signal);
    },
    hasData: () => answer !== null,
    turn: (changed) => {
      cluster = changed.get("cluster");
    },
    view: () => {
      const incidents = answer?.incidents ?? [];
      const open = incidents.filter(({ state }) => state === "open").length;
      const shown = incidents.slice(0, limit);
      return [
        cluster ? h("p", {}, `Of ${cluster} only. `, h("a", { href: "#/incidents" }, "All clusters")) : null,
        h(
          "p",
          { role: "status" },
          `${number(open)} open, ${number(incidents.length - open)} over, of the last 7 days.`,
        ),
        h(
          "div",
          { class: "incidents" },
          shown.map((incident) => incidentItem(incident, shell)),
        ),
        moreButton(shown.length, incidents.length, more),
      ];
    },
  };
}

function incidentItem(incident: IncidentRow, shell: Shell): HTMLElement {
  const { id, cluster, state, severity, headline, openedAt, resolvedAt, messages } = incident;
  const zone = shell.zone();
  const endMs = resolvedAt === null ? (state === "open" ? shell.nowMs() : null) : Date.parse(resolvedAt);
  const lasted = endMs === null ? "" : `, for ${duration((endMs - Date.parse(openedAt)) / 1_000)}`;
  return h(
    "article",
    { class: `card incident ${state}`, "data-key": id, "aria-label": `Incident of ${cluster.name}` },
    h(
      "h2",
      {},
      badge(state),
      " ",
      badge(severity),
      " ",
      h("a", { href: clusterHash(cluster) }, cluster.name),
    ),
    h("p", {}, headline || "No message has been sent of it yet."),
    h(
      "p",
      { class: "quiet" },
      `since ${time(openedAt, zone)}${resolvedAt === null ? "" : ` until ${time(resolvedAt, zone)}`}${lasted} · `,
      h(
        "a",
        {
          href: clusterHash(cluster, "history", historyRange(openedAt, endMs)),
          "aria-label": `History then: ${cluster.name}`,
        },
        "History then",
      ),
      state === "open"
        ? [
            " · ",
            h(
              "a",
              {
                href: toHash("silences/new", { cluster: cluster.name }),
                "aria-label": `Silence ${cluster.name}`,
              },
              "Silence",
            ),
          ]
        : null,
    ),
    messages.length === 0
      ? h("p", { class: "quiet" }, "No message: no channel takes it, or it is held back.")
      : h(
          "details",
          {},
          h("summary", {}, told(messages)),
          messages.map((message) => messageItem(message, shell)),
        ),
  );
}

const AROUND_MS = 60 * 60_000;

function historyRange(openedAt: string, endMs: number | null) {
  if (endMs === null) return {};
  return {
    from: new Date(Date.parse(openedAt) - AROUND_MS).toISOString(),
    to: new Date(endMs + AROUND_MS).toISOString(),
  };
}

function told(messages: readonly Message[]): string {
  const deliveries = messages.flatMap((message) => message.deliveries);
  const dead = deliveries.filter(({ state }) => state === "dead").length;
  const open = deliveries.filter(({ state }) => state === "pending" || state === "sending").length;
  const channels = new Set(
    deliveries.filter(({ state }) => state === "delivered").map(({ channel }) => channel),
  );
  const parts = [
    `${messages.length} ${messages.length === 1 ? "message" : "messages"}`,
    `told to ${channels.size === 0 ? "nobody yet" : [...channels].join(", ")}`,
  ];
  if (open > 0) parts.push(`${open} on the way`);
  if (dead > 0) parts.push(`${dead} given up`);
  return parts.join(" · ");
}

function messageItem({ sequence, kind, at, headline, deliveries }: Message, { zone }: Shell): HTMLElement {
  const columns: readonly Column<Delivery>[] = [
    { title: "Channel", cell: ({ channel }) => channel },
    { title: "State", cell: ({ state }) => badge(state) },
    { title: "Tries", numeric: true, cell: ({ attempts }) => number(attempts) },
    { title: "Settled", whole: true, cell: ({ settledAt }) => time(settledAt, zone()) },
    { title: "Last error", cell: ({ lastError }) => lastError ?? "–" },
  ];
  return h(
    "div",
    { class: "message", "data-key": String(sequence) },
    h("h3", {}, `${sequence}. ${kind}, ${time(at, zone())}`),
    h("p", {}, headline),
    table(`Deliveries of message ${sequence}`, columns, deliveries, ({ channel }) => channel),
  );
}
