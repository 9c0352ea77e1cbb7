import { createReadStream } from "node:fs";

/** The columns of a recording; a file may have them in any order, and more. */
export const COLUMNS = [
  "time",
  "cluster",
  "node",
  "frontendIp",
  "protocol",
  "usedPorts",
  "allocatedPorts",
  "failedConnections",
  "attemptedConnections",
] as const;
export type Column = (typeof COLUMNS)[number];

/** One line of the file, read. `NaN`: an empty field. */
export interface CsvRow {
  readonly line: number;
  readonly time: string;
  readonly minuteMs: number;
  readonly cluster: string;
  readonly node: string;
  readonly frontendIp: string;
  readonly protocol: "tcp" | "udp";
  readonly usedPorts: number;
  readonly allocatedPorts: number;
  readonly failedConnections: number;
  readonly attemptedConnections: number;
}

/** A line that cannot be used: where it is, what it says, what was expected. */
export class BadRow extends Error {
  override readonly name = "BadRow";

  constructor(line: number, column: string, value: string, expected: string) {
    super(`line ${line}, column ${column}, value ${JSON.stringify(value)}: expected ${expected}`);
  }
}

/** The rows of a file, a part of them at a time: what is in memory does not grow with the file. @throws BadRow */
export async function* readCsvRows(path: string): AsyncGenerator<readonly CsvRow[]> {
  const reader = new CsvReader();
  for await (const text of createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 18 })) {
    yield reader.read(String(text));
  }
  yield reader.end();
}

class CsvReader {
  #rest = "";
  #line = 0;
  #fields: ((parts: readonly string[]) => readonly string[]) | undefined;
  /** Hundreds of rows have the same time. */
  #time = { text: "", minuteMs: 0 };

  read(text: string): CsvRow[] {
    const whole = this.#rest + text;
    const rows: CsvRow[] = [];
    let from = 0;
    for (let end = whole.indexOf("\n"); end >= 0; end = whole.indexOf("\n", from)) {
      this.#take(whole.slice(from, end), rows);
      from = end + 1;
    }
    this.#rest = whole.slice(from);
    return rows;
  }

  end(): CsvRow[] {
    const rows: CsvRow[] = [];
    if (this.#rest !== "") this.#take(this.#rest, rows);
    if (this.#fields === undefined) throw new BadRow(1, "time", "", `a header: ${COLUMNS.join(",")}`);
    return rows;
  }

  #take(raw: string, rows: CsvRow[]): void {
    this.#line += 1;
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (line === "") return;
    const parts = split(line);
    if (this.#fields === undefined) this.#fields = this.#readHeader(parts);
    else rows.push(this.#row(this.#fields(this.#whole(parts))));
  }

  #width = 0;

  #readHeader(parts: readonly string[]): (parts: readonly string[]) => readonly string[] {
    const names = parts.map((part) => part.replace(/^\uFEFF/, "").trim());
    this.#width = names.length;
    const places = COLUMNS.map((column) => {
      const place = names.indexOf(column);
      if (place < 0)
        throw new BadRow(this.#line, column, parts.join(","), `a header with ${COLUMNS.join(",")}`);
      return place;
    });
    if (places.every((place, index) => place === index)) return (fields) => fields;
    return (fields) => places.map((place) => fields[place] ?? "");
  }

  #whole(parts: readonly string[]): readonly string[] {
    if (parts.length === this.#width) return parts;
    const { [parts.length]: missing = "after the last" } = COLUMNS;
    const value = parts.length > this.#width ? (parts[this.#width] ?? "") : "";
    throw new BadRow(this.#line, missing, value, `${this.#width} fields, got ${parts.length}`);
  }

  #row(fields: readonly string[]): CsvRow {
    const [time = "", cluster = "", node = "", frontendIp = "", protocol = "", used = "", allocated = ""] =
      fields;
    const minuteMs = this.#minute(time);
    if (cluster === "") throw new BadRow(this.#line, "cluster", cluster, "a name");
    if (node === "") throw new BadRow(this.#line, "node", node, "a name or an address");
    return {
      line: this.#line,
      time,
      minuteMs,
      cluster,
      node,
      frontendIp,
      protocol: this.#protocol(protocol),
      usedPorts: this.#number("usedPorts", used),
      allocatedPorts: this.#number("allocatedPorts", allocated),
      failedConnections: this.#number("failedConnections", fields[7] ?? ""),
      attemptedConnections: this.#number("attemptedConnections", fields[8] ?? ""),
    };
  }

  #minute(text: string): number {
    if (text !== this.#time.text) {
      const ms = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
      if (Number.isNaN(ms)) {
        throw new BadRow(this.#line, "time", text, "a time such as 2026-03-02T10:00:00Z");
      }
      this.#time = { text, minuteMs: Math.floor(ms / 60_000) * 60_000 };
    }
    return this.#time.minuteMs;
  }

  #protocol(text: string): "tcp" | "udp" {
    if (text === "tcp" || text === "udp") return text;
    const lower = text.toLowerCase();
    if (lower === "tcp" || lower === "udp") return lower;
    throw new BadRow(this.#line, "protocol", text, "tcp or udp");
  }

  #number(column: Column, text: string): number {
    if (text === "") return Number.NaN;
    const value = Number(text);
    if (Number.isFinite(value) && text.trim() !== "") return value;
    throw new BadRow(this.#line, column, text, "a number, or an empty field for no value");
  }
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/;

/** Fields of one line; those in quotes may hold commas, and quotes doubled. */
function split(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    fields.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
  }
  return fields;
}
