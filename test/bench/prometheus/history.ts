import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SampleBlock } from "#core/series/sample-block.ts";
import { importBlocks } from "./import.ts";
import { spawnPrometheus } from "./process.ts";

export interface Prometheus {
  readonly origin: string;
  /** Of all its blocks. */
  readonly bytes: number;
  stop(): Promise<void>;
}

/** Longer than the data; a tenth of it is the longest block that Prometheus makes. */
const RETENTION = "60d";

/**
 * Prometheus with these samples in its blocks.
 *
 * @param days of one cluster, in the order of time
 */
export async function startPrometheus(days: AsyncIterable<SampleBlock>): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), "snatwatch-prometheus-"));
  const data = join(folder, "data");
  const bytes = await importBlocks(days, folder, data);
  const config = join(folder, "prometheus.yml");
  await writeFile(config, "global: {}\n");
  const { origin, stop } = await spawnPrometheus(config, data, [
    `--storage.tsdb.retention.time=${RETENTION}`,
  ]);
  return {
    origin,
    bytes,
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
