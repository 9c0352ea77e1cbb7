import { csvField } from "../csv-field.ts";
import { minuteText } from "../notify/time-text.ts";
import { exactText } from "../series/number-text.ts";
import type { SampleBlock } from "../series/sample-block.ts";
import type { NodeNames } from "../series/sample-lines.ts";
import { MINUTE_MS } from "../time.ts";

export const RECORDING_HEADER =
  "time,cluster,node,frontendIp,protocol,usedPorts,allocatedPorts,failedConnections,attemptedConnections\n";

/** The figures of one node, frontend and protocol. */
interface Row {
  readonly node: string;
  readonly frontendIp: string;
  readonly protocol: string;
  used?: Float64Array;
  allocated?: Float64Array;
}

/** New connections of one backend; those of several series add up. */
interface Connections {
  readonly failed: Float64Array[];
  readonly succeeded: Float64Array[];
}

/**
 * The ports and connections of a block as lines that a replay reads, a text for each minute, oldest first.
 *
 * Connections are a node's: they stand in the first of its rows. Where nothing says how many succeeded, nothing is said of all attempts.
 */
export function* recordingLines(block: SampleBlock, nodes: NodeNames, cluster: string): Generator<string> {
  const { rows, connections } = takeApart(block, nodes);
  for (let minute = 0; minute < block.minutes; minute += 1) {
    const time = minuteText(block.startMs + minute * MINUTE_MS);
    const told = new Set<string>();
    let text = "";
    for (const { node, frontendIp, protocol, used, allocated } of rows) {
      const figures = [used?.[minute], allocated?.[minute], ...attemptsOf(connections, node, minute, told)];
      told.add(node);
      if (figures.every((value) => value === undefined || Number.isNaN(value))) continue;
      const labels = [time, csvField(cluster), csvField(node), frontendIp, protocol];
      text += `${[...labels, ...figures.map(figureText)].join(",")}\n`;
    }
    if (text !== "") yield text;
  }
}

function takeApart({ series }: SampleBlock, nodes: NodeNames) {
  const rows = new Map<string, Row>();
  const connections = new Map<string, Connections>();
  const rowOf = (node: string, frontendIp: string, protocol: string): Row => {
    const key = JSON.stringify([node, frontendIp, protocol]);
    const row = rows.get(key) ?? { node, frontendIp, protocol };
    rows.set(key, row);
    return row;
  };
  // Rows of ports first: a node of which there are none has one for its connections.
  const ofBackends = [...series.values()].filter(({ labels }) => labels.backendIp !== undefined);
  for (const { metric, labels, values } of ofBackends) {
    if (metric !== "usedPorts" && metric !== "allocatedPorts") continue;
    const row = rowOf(nodeOf(labels.backendIp, nodes), labels.frontendIp ?? "", labels.protocol ?? "tcp");
    if (metric === "usedPorts") row.used = values;
    else row.allocated = values;
  }
  const withPorts = new Set([...rows.values()].map(({ node }) => node));
  for (const { metric, labels, values } of ofBackends) {
    if (metric !== "failedConnections" && metric !== "succeededConnections") continue;
    const node = nodeOf(labels.backendIp, nodes);
    if (!withPorts.has(node)) rowOf(node, "", "tcp");
    const known = connections.get(node) ?? { failed: [], succeeded: [] };
    connections.set(node, known);
    (metric === "failedConnections" ? known.failed : known.succeeded).push(values);
  }
  const inOrder = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return { rows: inOrder, connections };
}

function attemptsOf(
  connections: ReadonlyMap<string, Connections>,
  node: string,
  minute: number,
  told: ReadonlySet<string>,
): (number | undefined)[] {
  const known = told.has(node) ? undefined : connections.get(node);
  if (known === undefined) return [undefined, undefined];
  const failed = sumOf(known.failed, minute);
  const succeeded = sumOf(known.succeeded, minute);
  return [failed, succeeded === undefined ? undefined : succeeded + (failed ?? 0)];
}

/** `undefined` where none has a value. */
function sumOf(series: readonly Float64Array[], minute: number): number | undefined {
  let sum: number | undefined;
  for (const values of series) {
    const value = values[minute];
    if (value !== undefined && !Number.isNaN(value)) sum = (sum ?? 0) + value;
  }
  return sum;
}

function nodeOf(backendIp: string | undefined, nodes: NodeNames): string {
  return nodes.get(backendIp ?? "") ?? backendIp ?? "";
}

function figureText(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : exactText(value);
}
