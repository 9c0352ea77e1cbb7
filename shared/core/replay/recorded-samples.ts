import { createBlock, ensureSeries, type SampleBlock, sliceBlock } from "../series/sample-block.ts";
import { MINUTE_MS } from "../time.ts";
import { HeardNodes } from "./heard-nodes.ts";
import { KEPT_MINUTES } from "./kept.ts";
import type { ReplayRow } from "./row.ts";

/** Minutes that one block has room for; then the last ones move to the next. */
const BLOCK_MINUTES = 270;

/** Where the figures of one node, frontend and protocol go. */
interface Slot {
  readonly node: string;
  readonly frontendIp: string;
  readonly protocol: string;
  readonly used: Float64Array;
  readonly allocated: Float64Array;
  readonly failed: Float64Array;
  readonly succeeded: Float64Array;
}

/** The last minutes of one recorded cluster, as the samples that checks look at. Memory does not grow with the recording. */
export class RecordedSamples {
  #block: SampleBlock;
  #slots: Slot[] = [];
  /** Rows of every minute come in the same order: the next one is nearly always where the last minute had it. */
  #next = 0;
  readonly #heard = new HeardNodes();

  constructor(minuteMs: number) {
    this.#block = createBlock(minuteMs, minuteMs + BLOCK_MINUTES * MINUTE_MS);
  }

  get block(): SampleBlock {
    return this.#block;
  }

  /** Nodes that are there: those silent for long are not. */
  get nodes(): string[] {
    return this.#heard.names;
  }

  /** Takes one row; its minute is the one of the last {@link moveTo}. Values of the same minute, node and so on replace ports, and add connections. */
  add(row: ReplayRow): void {
    const at = (row.minuteMs - this.#block.startMs) / MINUTE_MS;
    const slot = this.#slotOf(row);
    put(slot.used, at, row.usedPorts);
    put(slot.allocated, at, row.allocatedPorts);
    addTo(slot.failed, at, row.failedConnections);
    const failed = Number.isNaN(row.failedConnections) ? 0 : row.failedConnections;
    addTo(slot.succeeded, at, Math.max(0, row.attemptedConnections - failed));
    this.#heard.hear(row.node, row.minuteMs);
  }

  /** Makes room for a minute and forgets nodes that are gone. @returns true if the nodes are others than before */
  moveTo(minuteMs: number): boolean {
    this.#next = 0;
    const end = this.#block.startMs + BLOCK_MINUTES * MINUTE_MS;
    const gone = this.#heard.forgetGone(minuteMs);
    if (gone || minuteMs >= end) this.#renew(minuteMs);
    return gone;
  }

  #renew(minuteMs: number): void {
    const startMs = minuteMs - KEPT_MINUTES * MINUTE_MS;
    const block = sliceBlock(this.#block, startMs, startMs + BLOCK_MINUTES * MINUTE_MS);
    for (const [key, { labels }] of block.series) {
      if (!this.#heard.has(labels.backendIp ?? "")) block.series.delete(key);
    }
    const slots = this.#slots.filter(({ node }) => this.#heard.has(node));
    this.#block = block;
    this.#slots = slots.map((slot) => this.#makeSlot(slot));
  }

  #slotOf(row: ReplayRow): Slot {
    const expected = this.#slots[this.#next];
    if (expected !== undefined && isOf(expected, row)) {
      this.#next += 1;
      return expected;
    }
    let index = this.#slots.findIndex((slot) => isOf(slot, row));
    if (index < 0) index = this.#slots.push(this.#makeSlot(row)) - 1;
    this.#next = index + 1;
    return this.#slots[index] ?? this.#makeSlot(row);
  }

  #makeSlot({
    node,
    frontendIp,
    protocol,
  }: Pick<ReplayRow, "node" | "frontendIp"> & { protocol: string }): Slot {
    const udp = protocol === "udp";
    const labels = { frontendIp, backendIp: node, protocol: udp ? ("udp" as const) : ("tcp" as const) };
    const of = (metric: "usedPorts" | "allocatedPorts") => ensureSeries(this.#block, metric, labels).values;
    const all = (metric: "failedConnections" | "succeededConnections") =>
      ensureSeries(this.#block, metric, { backendIp: node }).values;
    return {
      node,
      frontendIp,
      protocol,
      used: of("usedPorts"),
      allocated: of("allocatedPorts"),
      failed: all("failedConnections"),
      succeeded: all("succeededConnections"),
    };
  }
}

function isOf(slot: Slot, row: ReplayRow): boolean {
  return slot.node === row.node && slot.protocol === row.protocol && slot.frontendIp === row.frontendIp;
}

/** "No value" never erases a value. */
function put(values: Float64Array, at: number, value: number): void {
  if (!Number.isNaN(value)) values[at] = value;
}

/** Connections are of the node: what its frontends and protocols say adds up. */
function addTo(values: Float64Array, at: number, value: number): void {
  if (Number.isNaN(value)) return;
  const known = values[at] ?? Number.NaN;
  values[at] = Number.isNaN(known) ? value : known + value;
}
