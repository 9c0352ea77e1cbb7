import { AdapterError } from "#ports/adapter-error.ts";
import type { FoundOnce } from "./found-once.ts";
import { sameBytes } from "./same-bytes.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const SPACE = 0x20;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Up to so many digits a number is an exact integer, and its quotient by a power of ten is rounded once: as JSON.parse does. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/**
 * Walks through a JSON document that lies in memory as UTF-8, without making its objects.
 *
 * An answer of Azure Monitor is a large tree that is looked at once: to build it costs as much as everything else we do with it,
 * and most of the memory of a collection cycle was trees on their way to the garbage collector (test/bench).
 *
 * The caller says what it expects; what it does not want it skips. A value of another type is skipped too, and told as absent.
 * Skipped values are only looked at as far as it takes to find their end.
 */
export class JsonBytes {
  readonly #bytes: Buffer;
  #at = 0;
  /** Ends of the latest string, without its quotes. */
  #start = 0;
  #end = 0;
  #escaped = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    // A byte order mark says nothing that we do not know.
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.#at = 3;
  }

  /** Where it stands, to come back to with {@link moveTo}. */
  get position(): number {
    return this.#at;
  }

  moveTo(position: number): void {
    this.#at = position;
  }

  /** Enters an object; any other value is skipped. @returns whether it was one: then {@link nextKey} must be called to its end */
  object(): boolean {
    return this.#enter(OPEN_OBJECT);
  }

  /** Enters a list; any other value is skipped. @returns whether it was one: then {@link nextItem} must be called to its end */
  list(): boolean {
    return this.#enter(OPEN_LIST);
  }

  /** Goes on to the next key of the object, behind its colon, for {@link isKey}. @returns false at the object's end */
  nextKey(): boolean {
    if (!this.#next(CLOSE_OBJECT)) return false;
    this.#string();
    if (this.#skipSpace() !== COLON) throw this.#broken("a colon");
    this.#at += 1;
    return true;
  }

  /** Goes on to the next value of the list. @returns false at the list's end */
  nextItem(): boolean {
    return this.#next(CLOSE_LIST);
  }

  /** Whether the latest key (or string) is this text, which must be ASCII. */
  isKey(text: string): boolean {
    const length = this.#end - this.#start;
    if (length !== text.length) return false;
    for (let index = 0; index < length; index += 1) {
      if (this.#bytes[this.#start + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Whether a string comes next. */
  isString(): boolean {
    return this.#skipSpace() === QUOTE;
  }

  /** Reads a string for {@link text} and {@link found}; any other value is skipped. @returns whether it was one */
  string(): boolean {
    if (!this.isString()) {
      this.skip();
      return false;
    }
    this.#string();
    return true;
  }

  /** The latest string. */
  text(): string {
    if (!this.#escaped) return this.#bytes.toString("utf8", this.#start, this.#end);
    const quoted = this.#bytes.toString("utf8", this.#start - 1, this.#end + 1);
    try {
      return String(JSON.parse(quoted));
    } catch (error) {
      throw new AdapterError("malformed", `not JSON: string ${quoted.slice(0, 40)}`, { cause: error });
    }
  }

  /** What the latest string means by a table, found out once for each text that was ever asked for. */
  found<T>(table: FoundOnce<T>): T {
    if (this.#escaped) return table.find(this.text());
    return table.of(this.#bytes, this.#start, this.#end);
  }

  /** Bytes of the latest string, between its quotes. */
  get stringBytes(): number {
    return this.#end - this.#start;
  }

  /** Where the latest string starts, behind its quote; `undefined` for one with escapes. */
  get plainStringAt(): number | undefined {
    return this.#escaped ? undefined : this.#start;
  }

  /** Passes over exactly these bytes. @returns false where others come: the cursor stays */
  passes(bytes: Uint8Array): boolean {
    if (!sameBytes(bytes, this.#bytes, this.#at)) return false;
    this.#at += bytes.length;
    return true;
  }

  /** Reads the rest of a string whose quote was passed, up to the quote at its end. @returns false for one with escapes, or without end */
  passesString(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    this.#start = at;
    this.#escaped = false;
    for (; ; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) break;
      if (byte === BACKSLASH || byte === undefined) return false;
    }
    this.#end = at;
    this.#at = at;
    return true;
  }

  /** Passes over the brace at an object's end. @returns false where more comes */
  passesEnd(): boolean {
    if (this.#skipSpace() !== CLOSE_OBJECT) return false;
    this.#at += 1;
    return true;
  }

  /** A copy of the bytes between two positions, to be compared with {@link passes}. */
  copy(start: number, end: number): Buffer {
    return Buffer.from(this.#bytes.subarray(start, end));
  }

  /** Reads a string into a text of its own, any other value as `undefined`. */
  optionalText(): string | undefined {
    return this.string() ? this.text() : undefined;
  }

  /** Reads a number; any other value (`null`) is skipped and told as NaN. */
  number(): number {
    const first = this.#skipSpace();
    if ((first < ZERO || first > NINE) && first !== 0x2d) {
      this.skip();
      return Number.NaN;
    }
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let mantissa = 0;
    let digits = 0;
    let decimals = -1;
    for (; ; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO);
        digits += 1;
        if (decimals >= 0) decimals += 1;
      } else if (byte === DOT && decimals < 0) decimals = 0;
      else break;
    }
    const simple = digits > 0 && digits <= EXACT_DIGITS && isEnd(bytes[at]);
    if (simple) {
      this.#at = at;
      return decimals > 0 ? mantissa / (POWERS[decimals] ?? 1) : mantissa;
    }
    while (!isEnd(bytes[at])) at += 1;
    this.#at = at;
    return Number(bytes.toString("latin1", start, at));
  }

  /** Passes over the next value, whatever it is. */
  skip(): void {
    const first = this.#skipSpace();
    if (first === QUOTE) {
      this.#string();
      return;
    }
    if (first === OPEN_OBJECT || first === OPEN_LIST) {
      this.#skipNested();
      return;
    }
    const bytes = this.#bytes;
    const start = this.#at;
    while (!isEnd(bytes[this.#at])) this.#at += 1;
    if (this.#at === start) throw this.#broken("a value");
  }

  /** Nothing but space may follow. @throws AdapterError `malformed` */
  end(): void {
    this.#skipSpace();
    if (this.#at < this.#bytes.length) throw this.#broken("the end");
  }

  #enter(open: number): boolean {
    if (this.#skipSpace() !== open) {
      this.skip();
      return false;
    }
    this.#at += 1;
    return true;
  }

  /** Past the comma to the next element, or past the closing bracket. A comma more than JSON allows is not minded. */
  #next(close: number): boolean {
    let byte = this.#skipSpace();
    if (byte === COMMA) {
      this.#at += 1;
      byte = this.#skipSpace();
    }
    if (byte !== close) return true;
    this.#at += 1;
    return false;
  }

  #skipNested(): void {
    const bytes = this.#bytes;
    let depth = 0;
    do {
      const byte = bytes[this.#at];
      if (byte === QUOTE) {
        this.#string();
        continue;
      }
      if (byte === undefined) throw this.#broken("more");
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth -= 1;
      this.#at += 1;
    } while (depth > 0);
  }

  #string(): void {
    if (this.#skipSpace() !== QUOTE) throw this.#broken("a string");
    const bytes = this.#bytes;
    let at = this.#at + 1;
    this.#start = at;
    this.#escaped = false;
    for (; ; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        this.#escaped = true;
        at += 1;
      } else if (byte === undefined) {
        this.#at = at;
        throw this.#broken("the end of a string");
      }
    }
    this.#end = at;
    this.#at = at + 1;
  }

  /** @returns the byte it comes to, 0 at the end */
  #skipSpace(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at] ?? 0;
    while (byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      this.#at += 1;
      byte = bytes[this.#at] ?? 0;
    }
    return byte;
  }

  #broken(expected: string): AdapterError {
    const found =
      this.#at < this.#bytes.length
        ? `'${this.#bytes.toString("utf8", this.#at, this.#at + 12)}'`
        : "its end";
    return new AdapterError(
      "malformed",
      `not JSON (${this.#bytes.length} bytes): expected ${expected}, got ${found} at byte ${this.#at}`,
    );
  }
}

function isEnd(byte: number | undefined): boolean {
  return (
    byte === undefined ||
    byte === COMMA ||
    byte === CLOSE_OBJECT ||
    byte === CLOSE_LIST ||
    byte === SPACE ||
    byte === COLON ||
    byte === QUOTE ||
    byte === OPEN_OBJECT ||
    byte === OPEN_LIST ||
    byte === 0x0a ||
    byte === 0x0d ||
    byte === 0x09
  );
}
