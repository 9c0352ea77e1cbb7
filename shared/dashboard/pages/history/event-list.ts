import { h } from "../../parts/element.ts";
import { type Column, moreButton, notice, table } from "../../parts/pieces.ts";
import { badge } from "../../parts/status.ts";
import { toHash } from "../../text/address.ts";
import { type ClusterEvent, EVENT_KINDS, type Happened } from "../../text/events.ts";
import { number, time, type Zone } from "../../text/format.ts";

const ONE: ReadonlyMap<string, string> = new Map(EVENT_KINDS.map(([kind, , one]) => [kind, one]));

/** The time line in words, the newest first: what a mark under the chart stands for. */
export function eventList(
  { events, incomplete, faults }: Happened,
  zone: Zone,
  limit: number,
  more: () => void,
): HTMLElement | null {
  if (events.length === 0 && !incomplete) return null;
  const shown = events.toReversed().slice(0, limit);
  return h(
    "details",
    { class: "events", "data-key": "events" },
    h("summary", {}, `What happened in this span: ${number(events.length)} events`),
    incomplete ? notice("info", `Not every event could be read: ${faults.join("; ")}`) : null,
    table("Events, the newest first", columnsOf(zone), shown, keyOf),
    moreButton(shown.length, events.length, more),
  );
}

function columnsOf(zone: Zone): readonly Column<ClusterEvent>[] {
  return [
    { title: "Time", whole: true, cell: ({ time: at }) => time(at, zone) },
    { title: "What", cell: ({ kind }) => ONE.get(kind) ?? kind },
    { title: "How", cell: ({ severity }) => badge(severity) },
    {
      title: "Event",
      cell: ({ title, detail, check, channel }) =>
        h(
          "span",
          {},
          h("strong", {}, title),
          detail === null || detail === "" ? null : ` ${detail}`,
          channel === null ? null : ` (${channel})`,
          check === null
            ? null
            : [" ", h("a", { href: toHash(`checks/${encodeURIComponent(check)}`) }, check)],
        ),
    },
  ];
}

function keyOf({ time: at, kind, title, channel }: ClusterEvent, index: number): string {
  return [at, kind, title, channel, index].join(" ");
}
