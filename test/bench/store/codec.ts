import { type FamilyChunk, readChunks } from "#adapters/tables/chunk-rows.ts";
import { DAYS } from "#adapters/tables/series-layout.ts";
import type { TableAccount } from "#adapters/tables/table-account.ts";
import { encodeChunk } from "#core/series/chunk/encode.ts";
import { SAMPLE_FAMILIES } from "#core/series/sample-family.ts";
import { cpuMsOf } from "./measure.ts";

export interface CodecSpeed {
  /** Million samples a CPU second. */
  readonly encode: number;
  readonly decode: number;
}

/** Days to measure with, and to warm up. */
const DAYS_MEASURED = 7;
const ROUNDS = 3;

/** The codec over chunks as they are stored; the best of three rounds. */
export async function codecSpeed(account: TableAccount): Promise<CodecSpeed> {
  const [table = ""] = await account.names(DAYS.start);
  const rows = await account.table(table).query("", undefined, DAYS_MEASURED);
  let [encode, decode] = [0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    const chunks: FamilyChunk[] = [];
    const decodeMs = await cpuMsOf(() => {
      for (const row of rows) chunks.push(...readChunks(row, SAMPLE_FAMILIES, []));
    });
    const encodeMs = await cpuMsOf(() => chunks.forEach(({ chunk }) => void encodeChunk(chunk)));
    const samples = chunks.reduce((sum, { chunk }) => sum + chunk.series.length * chunk.steps, 0);
    encode = Math.max(encode, samples / encodeMs / 1000);
    decode = Math.max(decode, samples / decodeMs / 1000);
  }
  return { encode, decode };
}
