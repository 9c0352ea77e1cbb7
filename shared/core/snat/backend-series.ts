import type { Protocol, SampleBlock, Series } from "../series/sample-block.ts";

/** The port series of one backend and protocol: a pair for each frontend. */
export interface PortGroup {
  readonly backendIp: string;
  readonly protocol: Protocol;
  readonly frontends: FrontendSeries[];
}

interface FrontendSeries {
  readonly frontendIp: string;
  used: Series | undefined;
  allocated: Series | undefined;
}

/** Everything the block has of one backend. */
interface Backend {
  tcp: PortGroup | undefined;
  udp: PortGroup | undefined;
  failedConnections: Series | undefined;
  succeededConnections: Series | undefined;
  pendingConnections: Series | undefined;
}

export interface BackendSeries {
  /** In the order in which the block came to know them. */
  readonly groups: readonly PortGroup[];
  readonly backends: ReadonlyMap<string, Backend>;
}

interface Found extends BackendSeries {
  readonly block: SampleBlock;
  readonly seriesCount: number;
}

/**
 * What was found for the block that was asked about last. A verdict asks a dozen times about one block and then never again,
 * and to group 100,000 series anew each time was a tenth of a collection cycle (test/bench).
 */
let latest: Found | undefined;

/** The series of a block by backend. */
export function backendSeries(block: SampleBlock): BackendSeries {
  // Blocks gain series, they never lose or exchange one: as many as before are the same as before.
  if (latest?.block === block && latest.seriesCount === block.series.size) return latest;
  const groups: PortGroup[] = [];
  const backends = new Map<string, Backend>();
  for (const series of block.series.values()) {
    const { backendIp } = series.labels;
    if (backendIp === undefined) continue;
    let backend = backends.get(backendIp);
    if (backend === undefined) {
      backend = newBackend();
      backends.set(backendIp, backend);
    }
    addSeries(backend, backendIp, series, groups);
  }
  latest = { block, seriesCount: block.series.size, groups, backends };
  return latest;
}

/** All of its parts at once: an object that grows is moved with each. */
function newBackend(): Backend {
  return {
    tcp: undefined,
    udp: undefined,
    failedConnections: undefined,
    succeededConnections: undefined,
    pendingConnections: undefined,
  };
}

function addSeries(backend: Backend, backendIp: string, series: Series, groups: PortGroup[]): void {
  switch (series.metric) {
    case "usedPorts":
    case "allocatedPorts": {
      const frontend = frontendOf(backend, backendIp, series, groups);
      if (frontend !== undefined) frontend[series.metric === "usedPorts" ? "used" : "allocated"] = series;
      break;
    }
    case "failedConnections":
    case "succeededConnections":
    case "pendingConnections":
      backend[series.metric] = series;
      break;
    default:
  }
}

function frontendOf(
  backend: Backend,
  backendIp: string,
  { labels: { protocol, frontendIp = "" } }: Series,
  groups: PortGroup[],
): FrontendSeries | undefined {
  if (protocol === undefined) return undefined;
  let group = backend[protocol];
  if (group === undefined) {
    group = { backendIp, protocol, frontends: [] };
    backend[protocol] = group;
    groups.push(group);
  }
  let frontend = group.frontends.find((known) => known.frontendIp === frontendIp);
  if (frontend === undefined) {
    frontend = { frontendIp, used: undefined, allocated: undefined };
    group.frontends.push(frontend);
  }
  return frontend;
}
