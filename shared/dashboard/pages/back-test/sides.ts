import type { ReplayAnswer } from "#api/answers/replay.ts";
import { h, svg } from "../../parts/element.ts";
import { type Column, table } from "../../parts/pieces.ts";
import { shareOf, stretches } from "../../text/back-test.ts";
import { duration, number, time, type Zone } from "../../text/format.ts";

type Side = ReplayAnswer["replayed"];

/** What was raised, or would have been, under one name. */
export interface NamedSide {
  readonly name: string;
  readonly side: Side;
  /** Since when it is on record; `null`: all of it. */
  readonly recordedFrom: string | null;
}

interface Figure {
  readonly title: string;
  text(summary: Side["summary"]): string;
}

const FIGURES: readonly Figure[] = [
  { title: "Incidents", text: ({ incidents }) => number(incidents) },
  { title: "Alerts", text: ({ alerts }) => number(alerts) },
  { title: "Critical ones", text: ({ criticalAlerts }) => number(criticalAlerts) },
  { title: "Time with an alert", text: ({ firingMinutes }) => duration(firingMinutes * 60) },
  { title: "Messages", text: ({ messages }) => number(messages) },
];

/** The sides beside each other, in figures. */
export function sidesTable(sides: readonly NamedSide[]): HTMLElement {
  const columns: readonly Column<Figure>[] = [
    { title: "Figure", whole: true, cell: ({ title }) => title },
    ...sides.map(({ name, side }) => ({
      title: name,
      numeric: true,
      cell: ({ text }: Figure) => text(side.summary),
    })),
  ];
  return table("Side by side", columns, FIGURES, ({ title }) => title);
}

const WIDTH = 1_000;
const LANE = 34;

/** When something fired on each side, on one scale of time. */
export function sidesDrawing(sides: readonly NamedSide[], from: string, to: string, zone: Zone): HTMLElement {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  return h(
    "div",
    { class: "lanes" },
    sides.map(({ name, side, recordedFrom }) => {
      const bars = stretches(side, fromMs, toMs).map((each) =>
        svg("rect", {
          x: each.from * WIDTH,
          y: each.severity === "critical" ? 4 : 12,
          width: Math.max(2, (each.to - each.from) * WIDTH),
          height: each.severity === "critical" ? LANE - 8 : LANE - 24,
          class: each.severity,
        }),
      );
      const picture = svg(
        "svg",
        {
          viewBox: `0 0 ${WIDTH} ${LANE}`,
          preserveAspectRatio: "none",
          height: LANE,
          role: "img",
          "aria-label": `${name}: ${side.summary.alerts} alerts. The table has the figures.`,
        },
        svg("line", { x1: 0, x2: WIDTH, y1: LANE / 2, y2: LANE / 2, class: "axis" }),
        ...(recordedFrom === null ? [] : [unrecorded(shareOf(recordedFrom, fromMs, toMs))]),
        ...bars,
      );
      return h("div", { class: "lane" }, h("span", {}, name), picture);
    }),
    h("p", { class: "quiet ends" }, h("span", {}, time(from, zone)), h("span", {}, time(to, zone))),
  );
}

/** Before its record begins nothing is known of a side. */
function unrecorded(share: number): SVGElement {
  return svg("rect", { x: 0, y: 0, width: share * WIDTH, height: LANE, class: "unrecorded" });
}
