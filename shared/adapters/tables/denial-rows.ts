import { crc32 } from "node:zlib";
import type { Denial } from "#core/denials/denial.ts";
import { fromParts, toParts } from "./binary-parts.ts";
import { packJson, unpackJson } from "./packed-json.ts";
import type { Properties } from "./step.ts";
import type { StoredEntity } from "./table.ts";

// A span's denials as rows of values, without the names that each would repeat and the span that all have.

const VALUE = "d";
const DIRECTORY = "i";

/** Checksums of an hour's rows, by row key. A row that is not named is not there. */
export type Directory = ReadonlyMap<string, number>;

type DenialRow = ReturnType<typeof rowOf>;

/** What is to be stored of one span, and its checksum. */
export function encodeSpan(denials: readonly Denial[]): { properties: Properties; checksum: number } {
  const bytes = packJson(denials.map(rowOf));
  return { properties: toParts(VALUE, bytes), checksum: crc32(bytes) };
}

/** The denials of a stored span; `undefined` if they cannot be read. */
export function decodeSpan(entity: StoredEntity, spanMs: number): Denial[] | undefined {
  const bytes = fromParts(VALUE, entity.properties);
  if (bytes === undefined) return undefined;
  try {
    return unpackJson<DenialRow[]>(bytes).map((row) => denialOf(row, spanMs));
  } catch {
    return undefined;
  }
}

export function encodeDirectory(directory: Directory): Properties {
  return toParts(DIRECTORY, packJson([...directory]));
}

/** @returns `undefined` where it cannot be read: then nobody knows which rows there are */
export function decodeDirectory(entity: StoredEntity): Map<string, number> | undefined {
  const bytes = fromParts(DIRECTORY, entity.properties);
  if (bytes === undefined) return undefined;
  try {
    return new Map(unpackJson<[string, number][]>(bytes));
  } catch {
    return undefined;
  }
}

function rowOf(denial: Denial) {
  return [
    denial.firewall,
    denial.kind,
    denial.destination,
    denial.port,
    denial.protocol,
    denial.rule,
    denial.reason,
    denial.count,
    denial.sources,
    denial.sourceCount,
    denial.firstSeenMs,
    denial.lastSeenMs,
  ] as const;
}

function denialOf(row: DenialRow, spanMs: number): Denial {
  const [firewall, kind, destination, port, protocol, rule, reason, count, ...rest] = row;
  const [sources, sourceCount, firstSeenMs, lastSeenMs] = rest;
  return {
    spanMs,
    firewall,
    kind,
    destination,
    port,
    protocol,
    rule,
    reason,
    count,
    sources,
    sourceCount,
    firstSeenMs,
    lastSeenMs,
  };
}
