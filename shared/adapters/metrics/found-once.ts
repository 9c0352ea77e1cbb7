import { sameBytes } from "./same-bytes.ts";

interface Entry<T> {
  readonly bytes: Buffer;
  readonly found: T;
}

/** What texts mean, by their bytes: an answer repeats few texts, thousands of times, and one object for each is enough. */
export class FoundOnce<T> {
  readonly find: (text: string) => T;
  readonly #byHash = new Map<number, Entry<T>[]>();

  constructor(find: (text: string) => T) {
    this.find = find;
  }

  of(bytes: Buffer, start: number, end: number): T {
    let hash = end - start;
    for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    let entries = this.#byHash.get(hash);
    if (entries === undefined) {
      entries = [];
      this.#byHash.set(hash, entries);
    }
    for (const entry of entries) {
      if (entry.bytes.length === end - start && sameBytes(entry.bytes, bytes, start)) return entry.found;
    }
    const own = Buffer.from(bytes.subarray(start, end));
    const found = this.find(own.toString("utf8"));
    entries.push({ bytes: own, found });
    return found;
  }
}
