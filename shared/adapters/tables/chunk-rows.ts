import { errorText } from "#core/error-text.ts";
import type { Chunk } from "#core/series/chunk/chunk.ts";
import { decodeChunk } from "#core/series/chunk/decode.ts";
import { encodeChunk } from "#core/series/chunk/encode.ts";
import { MAX_SERIES } from "#core/series/chunk/limits.ts";
import { fromParts, partNames, toParts } from "./binary-parts.ts";
import { cutTransactions } from "./cut-transactions.ts";
import type { Step } from "./step.ts";
import type { StoredEntity } from "./table.ts";

// A chunk row: chunks of one cluster and one hour or day, a property (in parts) for each family, so that a query brings only
// what it asks for. A cluster too large for one entity has several rows ("pages"), and its families are cut by series.

/** An entity holds 1 MiB; we stay below 700 KiB of binary (Azure docs, "Understanding the Table service data model"). */
const MOST_PAGE_BYTES = 640 * 1024;
/** Values of one chunk: more would not fit a page but for luck, and trying costs memory. 8 MB before they are encoded. */
const MOST_PIECE_VALUES = 1024 * 1024;

/** What a property holds: a family, before it is encoded. */
export interface FamilyChunk<Family extends string = string> {
  readonly family: Family;
  readonly chunk: Chunk;
}

/** A chunk as bytes, or a part of its series where it is too large for one entity. */
export interface EncodedPiece {
  readonly family: string;
  readonly bytes: Uint8Array;
}

/** The chunk in as many pieces as each needs to fit a page, cut between series. */
export function encodePieces({ family, chunk }: FamilyChunk): EncodedPiece[] {
  const { series, steps } = chunk;
  const few = series.length <= MAX_SERIES && series.length * steps <= MOST_PIECE_VALUES;
  if (few || series.length < 2) {
    const bytes = encodeChunk(chunk);
    if (bytes.length <= MOST_PAGE_BYTES || series.length < 2) return [{ family, bytes }];
  }
  const middle = Math.ceil(series.length / 2);
  const halves = [series.slice(0, middle), series.slice(middle)];
  return halves.flatMap((half) => encodePieces({ family, chunk: { ...chunk, series: half } }));
}

/** Properties of each page; the fewest that hold the pieces, in an order that depends on the pieces alone. */
export function packPages(pieces: readonly EncodedPiece[]): Record<string, Uint8Array>[] {
  const pages: { size: number; properties: Map<string, Uint8Array> }[] = [];
  for (const { family, bytes } of pieces) {
    const room = pages.find(
      ({ size, properties }) => size + bytes.length <= MOST_PAGE_BYTES && !properties.has(family),
    );
    const page = room ?? { size: 0, properties: new Map() };
    if (room === undefined) pages.push(page);
    page.size += bytes.length;
    page.properties.set(family, bytes);
  }
  return pages.map(({ properties }) =>
    Object.assign({}, ...Array.from(properties, ([family, bytes]) => toParts(family, bytes))),
  );
}

/**
 * The steps that put pages in the place of the rows that are there, guarded by their tags.
 *
 * In one transaction where they fit one. Else the pages come into rows of their own, all of them before the first old row goes: where
 * chunks are cut moves with what is in them, and a page put over another would take series away that are not yet anywhere else.
 *
 * @param stored rows with the number of their page
 * @param rowOf the row of a page
 */
export function replacePages(
  pages: readonly Record<string, Uint8Array>[],
  stored: readonly { readonly entity: StoredEntity; readonly page: number }[],
  rowOf: (page: number) => string,
): Step[] {
  const inPlace = putInPlace(pages, stored, rowOf);
  if (cutTransactions(inPlace.map((step) => ({ step }))).length <= 1) return inPlace;
  const taken = stored.map(({ page }) => page);
  const first = Math.min(...taken, Number.POSITIVE_INFINITY) >= pages.length ? 0 : Math.max(...taken) + 1;
  return [
    ...pages.map((properties, page): Step => ({ kind: "insert", row: rowOf(first + page), properties })),
    ...stored.map(({ entity }): Step => ({ kind: "delete", row: entity.rowKey, tag: entity.tag })),
  ];
}

function putInPlace(
  pages: readonly Record<string, Uint8Array>[],
  stored: readonly { readonly entity: StoredEntity }[],
  rowOf: (page: number) => string,
): Step[] {
  const tags = new Map(stored.map(({ entity: { rowKey, tag } }) => [rowKey, tag]));
  const steps = pages.map((properties, page): Step => {
    const row = rowOf(page);
    const tag = tags.get(row);
    tags.delete(row);
    return tag === undefined
      ? { kind: "insert", row, properties }
      : { kind: "replace", row, tag, properties };
  });
  for (const [row, tag] of tags) steps.push({ kind: "delete", row, tag });
  return steps;
}

/** Names for a projection that brings every part of the families. */
export function familyProperties(families: Iterable<string>): string[] {
  return [...families].flatMap((family) => partNames(family));
}

/** Makes a chunk of its bytes. @throws Error if they are none */
export type DecodeChunk = (bytes: Uint8Array) => Chunk;

/**
 * The chunks of those families that a row holds.
 *
 * @param faults takes a sentence for each that cannot be read
 */
export function readChunks<Family extends string>(
  entity: StoredEntity,
  families: Iterable<Family>,
  faults: string[],
  decode: DecodeChunk = decodeChunk,
): FamilyChunk<Family>[] {
  const chunks: FamilyChunk<Family>[] = [];
  for (const family of families) {
    const bytes = fromParts(family, entity.properties);
    if (bytes === undefined) continue;
    try {
      chunks.push({ family, chunk: decode(bytes) });
    } catch (error) {
      faults.push(`${entity.rowKey} ${family}: ${errorText(error)}`);
    }
  }
  return chunks;
}
