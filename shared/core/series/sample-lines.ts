import { csvField } from "../csv-field.ts";
import { minuteText } from "../notify/time-text.ts";
import { MINUTE_MS } from "../time.ts";
import { exactText } from "./number-text.ts";
import type { SampleBlock, Series } from "./sample-block.ts";

/** What an export says of each sample. An absent label is an empty field of CSV, and `null` in JSON. */
const COLUMNS = [
  "time",
  "metric",
  "frontendIp",
  "backendIp",
  "node",
  "protocol",
  "port",
  "resourceId",
  "reason",
  "value",
] as const;

/** Names of nodes by their backend's address, as far as they are known. */
export type NodeNames = ReadonlyMap<string, string>;

/** What stands around time and value in each line of one series. */
interface Frame {
  readonly before: string;
  readonly between: string;
  readonly after: string;
}

export const SAMPLE_CSV_HEADER = `${COLUMNS.join(",")}\n`;

/** The samples of a block as lines of CSV, a text for each minute, oldest first. */
export function sampleCsv(block: SampleBlock, nodes: NodeNames): Generator<string> {
  return minuteTexts(block, (series) => {
    const labels = labelsOf(series, nodes).map((label) => csvField(label ?? ""));
    return { before: "", between: `,${labels.join(",")},`, after: "\n" };
  });
}

/** The same as JSON, a line for each sample. */
export function sampleNdjson(block: SampleBlock, nodes: NodeNames): Generator<string> {
  return minuteTexts(block, (series) => {
    const labels = labelsOf(series, nodes).map(
      (label, at) => `"${COLUMNS[at + 1]}":${JSON.stringify(label)}`,
    );
    return { before: '{"time":"', between: `",${labels.join(",")},"value":`, after: "}\n" };
  });
}

function* minuteTexts(block: SampleBlock, frameOf: (series: Series) => Frame): Generator<string> {
  const all = [...block.series].sort(([a], [b]) => (a < b ? -1 : 1));
  const framed = all.map(([, series]) => ({ values: series.values, ...frameOf(series) }));
  for (let minute = 0; minute < block.minutes; minute += 1) {
    const time = minuteText(block.startMs + minute * MINUTE_MS);
    let text = "";
    for (const { values, before, between, after } of framed) {
      const value = values[minute];
      if (value === undefined || Number.isNaN(value)) continue;
      text += before + time + between + exactText(value) + after;
    }
    if (text !== "") yield text;
  }
}

/** In the order of the columns. */
function labelsOf({ metric, labels }: Series, nodes: NodeNames): (string | null)[] {
  const { frontendIp, backendIp, node, protocol, port, resourceId, reason } = labels;
  const name = node ?? nodes.get(backendIp ?? "");
  return [metric, frontendIp, backendIp, name, protocol, port, resourceId, reason].map(
    (each) => each ?? null,
  );
}
