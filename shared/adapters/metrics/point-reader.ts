import type { JsonBytes } from "./json-bytes.ts";
import { OUTSIDE, type Timeline } from "./timeline.ts";

interface Head {
  readonly bytes: Buffer;
  readonly minute: number;
}

/** Reads points of series: a time stamp and a value. */
export class PointReader {
  readonly #timeline: Timeline;
  readonly #aggregation: string;
  /** What stood before the value of a point at that position: the same for all series of an answer, and compared as it is. */
  readonly #heads: Head[] = [];

  /** Index in the block of the point that was read last; {@link OUTSIDE} where it has no time, or one that was not asked for. */
  minute = OUTSIDE;
  /** NaN where it has none. A point with a time stamp alone is "expected, not received". */
  value = Number.NaN;

  /** @param aggregation the name of the value: `average`, `total` */
  constructor(timeline: Timeline, aggregation: string) {
    this.#timeline = timeline;
    this.#aggregation = aggregation;
  }

  /** Reads the next point, the n-th of its series. */
  read(json: JsonBytes, position: number): void {
    const start = json.position;
    const head = this.#heads[position];
    if (head !== undefined && json.passes(head.bytes)) {
      this.minute = head.minute;
      this.value = json.number();
      if (json.passesEnd()) return;
      json.moveTo(start);
    }
    this.#readAny(json, position);
  }

  #readAny(json: JsonBytes, position: number): void {
    this.minute = OUTSIDE;
    this.value = Number.NaN;
    const start = json.position;
    if (!json.object()) return;
    let timed = false;
    for (let keys = 0; json.nextKey(); keys += 1) {
      if (json.isKey("timeStamp")) {
        this.minute = this.#timeline.minuteAt(json);
        timed = keys === 0;
      } else if (json.isKey(this.#aggregation)) {
        // Positions come one after the other; a gap would turn the array into a slow one.
        if (timed && keys === 1 && position <= this.#heads.length) {
          this.#heads[position] = { bytes: json.copy(start, json.position), minute: this.minute };
        }
        this.value = json.number();
      } else json.skip();
    }
  }
}
