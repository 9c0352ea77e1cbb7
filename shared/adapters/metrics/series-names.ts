import { type MetricName, type SeriesLabels, type SeriesName, seriesKey } from "#core/series/sample-block.ts";

/** Names kept at most: those of 2,500 clusters of 10 nodes, about 40 MB; a fleet that has more makes some anew. */
const MOST_NAMES = 300_000;

/**
 * Names of the series of each resource, from one read to the next: Azure tells the same series each minute, and to make 100,000
 * names and their labels anew was a fifth of what a collection cycle left to the garbage collector (test/bench).
 */
export class KeptNames {
  #resources = new Map<string, SeriesNames>();
  #count: NameCount = { names: 0 };

  /** @param resource key of its id */
  of(resource: string): SeriesNames {
    if (this.#count.names > MOST_NAMES) {
      this.#resources = new Map();
      this.#count = { names: 0 };
    }
    let names = this.#resources.get(resource);
    if (names === undefined) {
      names = new SeriesNames(this.#count);
      this.#resources.set(resource, names);
    }
    return names;
  }
}

/** So many series may be missing in a row, and those after them are found all the same. */
const MOST_SKIPPED = 64;

interface NameCount {
  names: number;
}

/** Names of one resource's series. */
export class SeriesNames {
  readonly #count: NameCount;
  readonly #lists = new Map<string, NameList>();

  constructor(count: NameCount = { names: 0 }) {
    this.#count = count;
  }

  /** Those of one list in Azure's answers, from its start. */
  list(id: string): NameList {
    let list = this.#lists.get(id);
    if (list === undefined) {
      list = new NameList(this.#count, [...this.#lists.values()]);
      this.#lists.set(id, list);
    }
    list.rewind();
    return list;
  }
}

/** Names in the order in which Azure told them last, which it mostly keeps. */
export class NameList {
  readonly #count: NameCount;
  readonly #siblings: readonly NameList[];
  #names: SeriesName[] = [];
  #next = 0;
  #told = 0;

  /** @param siblings lists of the same resource, whose series may well have the same labels */
  constructor(count: NameCount, siblings: readonly NameList[]) {
    this.#count = count;
    this.#siblings = siblings;
  }

  /** Names of nodes that left go when they are more than those that are told. */
  rewind(): void {
    if (this.#names.length > 2 * this.#told) {
      this.#count.names -= this.#names.length;
      this.#names = [];
    }
    this.#next = 0;
    this.#told = 0;
  }

  /** The name of the list's next series. */
  name(metric: MetricName, labels: SeriesLabels): SeriesName {
    this.#told += 1;
    const end = Math.min(this.#next + MOST_SKIPPED, this.#names.length);
    for (let at = this.#next; at < end; at += 1) {
      const known = this.#names[at];
      if (known?.metric !== metric || !sameLabels(known.labels, labels)) continue;
      this.#next = at + 1;
      return known;
    }
    const name = { key: flat(seriesKey(metric, labels)), metric, labels: this.#shared(labels) };
    this.#count.names += 1;
    this.#names.splice(this.#next, 0, name);
    this.#next += 1;
    return name;
  }

  /** The labels as one object for all series that have them: used and allocated ports, states of connections. */
  #shared(labels: SeriesLabels): SeriesLabels {
    const before = this.#names[this.#next - 1]?.labels;
    if (before !== undefined && sameLabels(before, labels)) return before;
    for (const sibling of this.#siblings) {
      const known = sibling.#names[this.#next]?.labels;
      if (known !== undefined && sameLabels(known, labels)) return known;
    }
    return labels;
  }
}

function sameLabels(a: SeriesLabels, b: SeriesLabels): boolean {
  return (
    a === b ||
    (a.backendIp === b.backendIp &&
      a.frontendIp === b.frontendIp &&
      a.protocol === b.protocol &&
      a.port === b.port &&
      a.resourceId === b.resourceId &&
      a.reason === b.reason &&
      a.node === b.node)
  );
}

/** A text put together from parts keeps its making alive beside it, and a name lives for hours. */
function flat(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
