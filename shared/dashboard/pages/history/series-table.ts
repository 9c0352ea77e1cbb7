import type { HistoryAnswer } from "#api/answers/history.ts";
import { h } from "../../parts/element.ts";
import { type Column, table } from "../../parts/pieces.ts";
import { number, time, type Zone } from "../../text/format.ts";
import { type SeriesSummary, summarise, valueText } from "../../text/history-view.ts";

const ROWS_SHOWN = 30;

/**
 * The chart in figures, for those who cannot see it or want to copy from it.
 *
 * @param addressOf where a node is shown alone
 */
export function seriesTable(
  history: HistoryAnswer,
  zone: Zone,
  addressOf: (node: string) => string,
): HTMLElement | null {
  if (history.series.length === 0) return null;
  const { unit } = history;
  const columns: readonly Column<SeriesSummary>[] = [
    { title: "Curve", whole: true, cell: (row) => nameCell(row, addressOf) },
    { title: "Peak", numeric: true, cell: ({ peak }) => valueText(peak, unit) },
    {
      title: "Peak at",
      whole: true,
      cell: ({ peakAt }) => time(peakAt === null ? null : peakAt * 1_000, zone),
    },
    { title: "Latest", numeric: true, cell: ({ latest }) => valueText(latest, unit) },
    { title: "Steps without a sample", numeric: true, cell: ({ gaps }) => number(gaps) },
  ];
  const rows = summarise(history);
  return h(
    "section",
    {},
    h("h2", {}, "In figures"),
    table(
      "Curves, the highest peak first",
      columns,
      rows.slice(0, ROWS_SHOWN),
      ({ name }, index) => `${name} ${index}`,
    ),
    rows.length > ROWS_SHOWN
      ? h("p", { class: "quiet" }, `and ${rows.length - ROWS_SHOWN} more, all in the CSV`)
      : null,
  );
}

function nameCell(
  { name, series: { labels } }: SeriesSummary,
  addressOf: (node: string) => string,
): Node | string {
  const node = labels.node ?? labels.backendIp;
  return node === undefined ? name : h("a", { href: addressOf(node) }, name);
}
