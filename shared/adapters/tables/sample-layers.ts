import { errorText } from "#core/error-text.ts";
import { createBlock, type SampleBlock } from "#core/series/sample-block.ts";
import { ChunkCopier } from "#core/series/sample-chunks.ts";
import { SAMPLE_FAMILIES, type SampleFamily, sampleFamily } from "#core/series/sample-family.ts";
import { type DecodeChunk, readChunks } from "./chunk-rows.ts";
import { copyPage } from "./copy-page.ts";
import { parseMinutesRow } from "./series-layout.ts";
import { SeriesPage } from "./series-page.ts";
import type { StoredEntity } from "./table.ts";

/** Rows of one cluster, as the tables gave them. */
export interface LayerRows {
  /** Of `Minutes`, in the order of their keys. */
  readonly minutes: readonly StoredEntity[];
  /** Of `Days`. */
  readonly days: readonly StoredEntity[];
}

export interface ComposedLayers {
  readonly block: SampleBlock;
  /** Rows that were not read whole, with what is wrong with them. */
  readonly damaged: ReadonlyMap<StoredEntity, readonly string[]>;
}

/**
 * Samples of a span from all layers: what is hot lies over sealed hours, and those over sealed days, since a later reading of a minute
 * replaces the earlier one.
 */
export function composeLayers(
  rows: LayerRows,
  fromMs: number,
  toMs: number,
  families: readonly SampleFamily[] = SAMPLE_FAMILIES,
  decode?: DecodeChunk,
): ComposedLayers {
  const block = createBlock(fromMs, toMs);
  const damaged = new Map<StoredEntity, readonly string[]>();
  const hot: { readonly entity: StoredEntity; readonly hourMs: number; readonly page: number }[] = [];
  const sealedHours: StoredEntity[] = [];
  for (const entity of rows.minutes) {
    const row = parseMinutesRow(entity.rowKey);
    if (row?.sealed === true) sealedHours.push(entity);
    else if (row !== undefined) hot.push({ entity, hourMs: row.hourMs, page: row.page });
  }
  const copier = new ChunkCopier(block);
  for (const entity of [...rows.days, ...sealedHours]) {
    const faults: string[] = [];
    for (const { family, chunk } of readChunks(entity, families, faults, decode)) {
      try {
        copier.copy(family, chunk);
      } catch (error) {
        faults.push(`${entity.rowKey} ${family}: ${errorText(error)}`);
      }
    }
    if (faults.length > 0) damaged.set(entity, faults);
  }
  const known = new Map<number, SeriesPage>();
  for (const { entity, hourMs, page: number } of hot) {
    const faults: string[] = [];
    // Hour for hour the same names: the page before is at hand to compare its directory with.
    const page = SeriesPage.decode(number, entity, known.get(number), faults);
    known.set(number, page);
    copyPage(page, hourMs, block);
    if (faults.length > 0) damaged.set(entity, faults);
  }
  if (hot.length > 0) keepFamilies(block, families);
  return { block, damaged };
}

/** A hot page holds all families together. */
function keepFamilies({ series }: SampleBlock, families: readonly SampleFamily[]): void {
  if (families.length === SAMPLE_FAMILIES.length) return;
  for (const [key, { metric }] of series) if (!families.includes(sampleFamily(metric))) series.delete(key);
}
