// What Prometheus spends on the same series: it scrapes them from a page of ours, as from an exporter, and evaluates the field's rules.

import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnPrometheus } from "./process.ts";

/** Series of one node and frontend pair, as the simulated fleet has them. */
const METRICS = ["snat_used_ports", "snat_allocated_ports"] as const;
const CONNECTIONS = ["failed", "succeeded"] as const;
/** Of the kernel's counters of processor time. */
const TICKS_A_SECOND = 100;

/** Counters since the start. */
export interface Scraped {
  readonly cpuS: number;
  readonly scrapes: number;
  readonly series: number;
  readonly peakMiB: number;
}

export interface Scraping {
  read(): Promise<Scraped>;
  stop(): Promise<void>;
}

/**
 * Has Prometheus scrape a fleet.
 *
 * @param everyS seconds between two scrapes, and two evaluations of the rules
 */
export async function startScraping(clusters: number, nodes: number, everyS: number): Promise<Scraping> {
  const folder = await mkdtemp(join(tmpdir(), "snatwatch-scrape-"));
  const lines = seriesOf(clusters, nodes);
  let scrapes = 0;
  const exporter = createServer((_request, response) => {
    scrapes += 1;
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(lines.map((line, place) => `${line} ${(place * 31 + scrapes * 7) % 1_024}\n`).join(""));
  }).listen(0, "127.0.0.1");
  await once(exporter, "listening");
  const { port } = exporter.address() as AddressInfo;
  const config = join(folder, "prometheus.yml");
  await writeFile(join(folder, "rules.yml"), rules());
  await writeFile(
    config,
    `global: {scrape_interval: ${everyS}s, evaluation_interval: ${everyS}s, scrape_timeout: ${everyS}s}\n` +
      `rule_files: [${join(folder, "rules.yml")}]\n` +
      `scrape_configs: [{job_name: azure, static_configs: [{targets: ["127.0.0.1:${port}"]}]}]\n`,
  );
  const prometheus = await spawnPrometheus(config, join(folder, "data"), []);
  const { pid } = prometheus.child;
  return {
    async read() {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const status = await readFile(`/proc/${pid}/status`, "utf8");
      return {
        cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
        scrapes,
        series: lines.length,
        peakMiB: Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024),
      };
    },
    async stop() {
      await prometheus.stop();
      exporter.close();
      exporter.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function seriesOf(clusters: number, nodes: number): string[] {
  const lines: string[] = [];
  for (let cluster = 0; cluster < clusters; cluster += 1) {
    const name = `cluster="fleet-${String(cluster).padStart(4, "0")}"`;
    for (let node = 0; node < nodes; node += 1) {
      const backend = `${name},backend="10.224.0.${node + 4}"`;
      for (const frontend of [1, 2]) {
        for (const protocol of ["tcp", "udp"]) {
          const labels = `{${backend},frontend="20.1.${cluster % 250}.${frontend}",protocol="${protocol}"}`;
          for (const metric of METRICS) lines.push(`${metric}${labels}`);
        }
      }
      for (const state of CONNECTIONS) lines.push(`snat_connections{${backend},state="${state}"}`);
    }
    for (const frontend of [1, 2])
      lines.push(`data_path{${name},frontend="20.1.${cluster % 250}.${frontend}"}`);
  }
  return lines;
}

/** As they are written by hand for this: full, failing, filling. Nothing fires. */
function rules(): string {
  const by = "(cluster, backend, protocol)";
  const ratio = `sum by ${by} (snat_used_ports) / sum by ${by} (snat_allocated_ports)`;
  return `groups:
- name: snat
  rules:
  - {alert: SnatPortsHigh, expr: '${ratio} > 0.8', for: 5m}
  - {alert: SnatFailed, expr: 'snat_connections{state="failed"} > 1000000', for: 1m}
  - {alert: SnatFilling, expr: 'predict_linear(snat_used_ports[1h], 3600) > 1000000', for: 5m}
`;
}
