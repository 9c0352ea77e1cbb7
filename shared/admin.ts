import { createCredential } from "#adapters/identity/credential.ts";
import { openTables } from "#adapters/tables/open-tables.ts";
import { type ExportPart, exportExtent, exportSamples } from "#app/export-samples.ts";
import { countCluster, forgetCluster, type KeptCluster, keptClusters } from "#app/forget-cluster.ts";
import type { Settings } from "#config/settings.ts";
import { RECORDING_HEADER, recordingLines } from "#core/replay/recording-lines.ts";
import type { SampleBlock } from "#core/series/sample-block.ts";
import { type NodeNames, SAMPLE_CSV_HEADER, sampleCsv, sampleNdjson } from "#core/series/sample-lines.ts";
import type { Clock } from "#ports/clock.ts";
import { tablesConnection } from "./tables-connection.ts";

export const EXPORT_FORMATS = ["csv", "ndjson", "replay"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportWish {
  readonly cluster: KeptCluster;
  readonly format: ExportFormat;
  /** Whole minutes, epoch ms; `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What an administrator does with the stored data of an installation, beside the running service. */
export function openAdmin(settings: Pick<Settings, "cloud" | "storage">, clock: Clock) {
  const connection = tablesConnection(settings, createCredential(settings.cloud));
  const { inventory, series, silences, clusterData, census } = openTables({ connection, cache: false });
  const deps = { inventory, clusterData, silences, clock };

  /** Of the backends that the cluster has now: those of the past have addresses alone. */
  const nodeNames = async ({ ref }: KeptCluster): Promise<NodeNames> => {
    const entry = (await inventory.list()).find(({ cluster }) => cluster.ref.key === ref.key);
    const members = entry?.cluster.loadBalancer?.members ?? [];
    return new Map(members.flatMap(({ backendIp, node }) => (backendIp && node ? [[backendIp, node]] : [])));
  };

  return {
    /** @throws AdapterError if the storage cannot be reached, as all of these do */
    clusters: () => keptClusters(inventory),
    count: (cluster: KeptCluster) => countCluster(deps, cluster),
    forget: (cluster: KeptCluster) => forgetCluster(deps, cluster),
    extent: ({ ref, shards }: KeptCluster) => exportExtent(series, { shards, clusterKey: ref.key }),
    /** @param days starts of the days to look into, in the order of time */
    async *exportSamples(wish: ExportWish, days: readonly number[]): AsyncGenerator<ExportPart> {
      const { cluster, format, fromMs, toMs } = wish;
      const { header, write } = formOf(format, await nodeNames(cluster), cluster.ref.name);
      if (header !== "") yield { text: header, faults: [] };
      const request = { shards: cluster.shards, clusterKey: cluster.ref.key, fromMs, toMs };
      yield* exportSamples(series, request, days, write);
    },
    /** Reads everything. */
    check: async (signal: AbortSignal) => [
      ...(await series.census(signal)),
      ...(await census.census(signal)),
    ],
  };
}

export type Admin = ReturnType<typeof openAdmin>;

function formOf(format: ExportFormat, nodes: NodeNames, cluster: string) {
  switch (format) {
    case "csv":
      return { header: SAMPLE_CSV_HEADER, write: (block: SampleBlock) => sampleCsv(block, nodes) };
    case "ndjson":
      return { header: "", write: (block: SampleBlock) => sampleNdjson(block, nodes) };
    case "replay":
      return {
        header: RECORDING_HEADER,
        write: (block: SampleBlock) => recordingLines(block, nodes, cluster),
      };
  }
}
