import type { SourceProblem } from "#core/failure.ts";
import type { SampleBlock } from "#core/series/sample-block.ts";

/** One load balancer to read, and how many series its topology lets us expect. */
export interface MetricsTarget {
  readonly clusterKey: string;
  readonly resourceId: string;
  /** Backends that the outbound pool has. */
  readonly nodes: number;
  /** Public addresses of the outbound rules (all families). */
  readonly frontends: number;
  /** Backend ports that health probes watch (distinct ports of load-balancing rules); 0 without inbound rules. */
  readonly probedPorts: number;
}

export interface MetricsRequest {
  readonly subscriptionId: string;
  readonly region: string;
  /** Any number; the source splits them into batches that Azure takes. */
  readonly targets: readonly MetricsTarget[];
  /** Whole minutes, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface MetricsAnswer {
  /** Exactly the span asked for. Empty series map where nothing came. */
  readonly block: SampleBlock;
  /** Sources (`snatPorts`, `snatConnections`, `dataPath`, `healthProbe`) that failed or came cut; empty after a whole answer. */
  readonly problems: readonly SourceProblem[];
}

/** A device whose metrics clusters share: read once, whoever's traffic it carries. */
export interface DeviceTarget {
  readonly kind: "natGateway" | "firewall" | "scaleSet";
  /** ARM id: it names the subscription, which need not be the cluster's. */
  readonly resourceId: string;
  readonly region: string;
  /** Instances of a scale set that are known; 0 for other devices. */
  readonly nodes: number;
}

export interface DevicesRequest {
  /** Of any subscriptions and regions; each resource once. */
  readonly targets: readonly DeviceTarget[];
  /** Whole minutes, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Reads Azure Monitor. Never throws for Azure's failures: each target has an answer, with its problems. */
export interface MetricsSource {
  /** @returns an answer for every target, by cluster key */
  read(request: MetricsRequest, signal: AbortSignal): Promise<Map<string, MetricsAnswer>>;
  /**
   * Series of devices carry the label `resourceId`. Problems have the sources `natGateway`, `firewall`, `nodes`.
   *
   * @returns an answer for every target, by `resourceKey` of its id
   */
  readDevices(request: DevicesRequest, signal: AbortSignal): Promise<Map<string, MetricsAnswer>>;
}
