// One database's journal on disk: files `DATABASE.journal-N`, each the changes after snapshot N.

import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * One change. `put` is an insert or an update of a whole document; `open` and `drop` are a collection's
 * beginning and end.
 */
export type Change =
  | { readonly op: "put"; readonly in: string; readonly document: { readonly $loki: number } }
  | { readonly op: "cut"; readonly in: string; readonly id: number }
  | { readonly op: "open"; readonly in: string; readonly options?: object }
  | { readonly op: "drop"; readonly in: string };

export class JournalFile {
  readonly #database: string;
  #generation = 0;
  #file: number | undefined;
  #bytes = 0;

  constructor(database: string) {
    this.#database = database;
  }

  /** Bytes written since the last snapshot was begun. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The snapshot these changes come after. */
  get generation(): number {
    return this.#generation;
  }

  /** Goes on with the changes after snapshot `generation`. */
  moveTo(generation: number): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#generation = generation;
    this.#bytes = 0;
  }

  /**
   * Appends one line, a JSON array of changes. It is in the operating system's hands when this returns:
   * the death of our process loses nothing (a power cut may; no `fsync`).
   */
  append(line: string): void {
    this.#file ??= openSync(this.#path(this.#generation), "a");
    const bytes = Buffer.from(`${line}\n`);
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#file, bytes, written);
    }
    this.#bytes += bytes.length;
  }

  /** The changes after snapshot `since`, oldest first; a last line torn by a crash was acknowledged to nobody. */
  *read(since: number): Generator<Change> {
    for (const generation of this.#generations().filter((each) => each >= since)) {
      const lines = readFileSync(this.#path(generation), "utf8").split("\n");
      lines.pop();
      for (const line of lines) yield* JSON.parse(line) as Change[];
    }
  }

  /** Forgets changes that a snapshot now holds. */
  removeBefore(generation: number): void {
    for (const each of this.#generations()) {
      if (each < generation) rmSync(this.#path(each), { force: true });
    }
  }

  /** The newest generation on disk, or `least`. */
  newest(least: number): number {
    return Math.max(least, ...this.#generations());
  }

  #path(generation: number): string {
    return `${this.#database}.journal-${generation}`;
  }

  #generations(): number[] {
    const prefix = `${basename(this.#database)}.journal-`;
    return readdirSync(dirname(join(this.#database)))
      .filter((name) => name.startsWith(prefix))
      .map((name) => Number(name.slice(prefix.length)))
      .filter(Number.isInteger)
      .sort((a, b) => a - b);
  }
}
