import type { Chunk } from "#core/series/chunk/chunk.ts";
import { decodeChunk } from "#core/series/chunk/decode.ts";
import { encodeChunk } from "#core/series/chunk/encode.ts";
import { fromParts, partNames, toParts } from "./binary-parts.ts";
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

/** Properties of each page; the fewest that hold the chunks, in an order that depends on the chunks alone. */
export function packPages(chunks: readonly FamilyChunk[]): Record<string, Uint8Array>[] {
  const pages: { bytes: number; properties: Map<string, Uint8Array> }[] = [];
  for (const { family, chunk } of chunks) {
    for (const piece of encodePieces(chunk)) {
      const room = pages.find(
        ({ bytes, properties }) => bytes + piece.length <= MOST_PAGE_BYTES && !properties.has(family),
      );
      const page = room ?? { bytes: 0, properties: new Map() };
      if (room === undefined) pages.push(page);
      page.bytes += piece.length;
      page.properties.set(family, piece);
    }
  }
  return pages.map(({ properties }) =>
    Object.assign({}, ...Array.from(properties, ([family, bytes]) => toParts(family, bytes))),
  );
}

/** The chunk in as many pieces as each needs to fit a page, cut between series. */
function encodePieces(chunk: Chunk): Uint8Array[] {
  if (chunk.series.length * chunk.steps <= MOST_PIECE_VALUES || chunk.series.length < 2) {
    const bytes = encodeChunk(chunk);
    if (bytes.length <= MOST_PAGE_BYTES || chunk.series.length < 2) return [bytes];
  }
  const middle = Math.ceil(chunk.series.length / 2);
  const halves = [chunk.series.slice(0, middle), chunk.series.slice(middle)];
  return halves.flatMap((series) => encodePieces({ ...chunk, series }));
}

/**
 * The steps that put pages in the place of the rows that are there, guarded by their tags: a row that is new must not exist, and one
 * too many goes.
 *
 * @param rowOf the row of a page
 */
export function replacePages(
  pages: readonly Record<string, Uint8Array>[],
  stored: readonly StoredEntity[],
  rowOf: (page: number) => string,
): Step[] {
  const tags = new Map(stored.map(({ rowKey, tag }) => [rowKey, tag]));
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
      faults.push(`${entity.rowKey} ${family}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return chunks;
}
