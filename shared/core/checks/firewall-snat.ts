import { noPoolLeavesThrough } from "../egress/no-pool-leaves.ts";
import { nameOf } from "../egress/resource-id.ts";
import type { Cluster } from "../egress/topology.ts";
import { type ClusterFirewall, clusterFirewalls } from "../firewall/cluster-firewalls.ts";
import { type Degradation, degradationsOf, namesSnat } from "../firewall/health.ts";
import { FIREWALL_EXHAUSTED_ABOVE } from "../firewall/limits.ts";
import { formatPercent } from "../format.ts";
import { deviceSeries } from "../series/device-series.ts";
import type { Check, CheckResult, Evidence, Facts, Finding } from "./check.ts";
import { PERSISTENT_MINUTES, recentValues, whyNoFigures } from "./device-figures.ts";
import { morePorts } from "./firewall-remedy.ts";
import { ailing, gaugeDevices } from "./gauge-devices.ts";
import { andMore, found, notApplicable, pass, unknown } from "./result.ts";

const ID = "firewall-snat";

/** Firewalls report late and with gaps: only silence longer than this is unknown. */
const SILENT_AFTER_MINUTES = 15;

/** Minutes within which a degradation or a slow probe must show. */
const WINDOW_MINUTES = 5;

/** Source: "Azure Firewall metrics": about 1 ms is normal. */
const SLOW_ABOVE_MS = 20;

/** Below this health Azure calls a firewall unhealthy rather than degraded. */
const UNHEALTHY_BELOW = 0.5;

/** Has the firewall SNAT ports left, and is it well? */
export const firewallSnat: Check = {
  id: ID,
  question: "Has the firewall SNAT ports left, and is it well?",
  judgesTraffic: true,
  judge,
};

/** One firewall with figures. */
interface Gauged {
  readonly firewall: ClusterFirewall;
  /** What the fullest protocol held for the last minutes that have a value; `undefined`: no SNAT usage reported. */
  readonly usedRatio: number | undefined;
  readonly degradations: readonly Degradation[];
  readonly evidence: readonly Evidence[];
  readonly finding: Finding | null;
}

function judge(facts: Facts): CheckResult {
  const reason = notByFirewall(facts.cluster);
  if (reason !== null) return notApplicable(ID, reason);
  const firewalls = clusterFirewalls(facts.cluster);
  if (firewalls.length === 0) return unknown(ID, "cannot tell: the firewall is not known");

  const { gauged, untold } = gaugeDevices(firewalls, (firewall) =>
    gauge(facts, firewall, firewalls.length > 1),
  );
  const evidence = gauged.flatMap((each) => each.evidence);
  const bad = ailing(gauged);
  const worst = bad[0];
  if (worst !== undefined) {
    const findings = bad.map(({ finding }) => finding);
    return found(ID, andMore(worst.finding.summary, findings.length - 1), findings, {
      evidence,
      untold,
      remedy: remedyFor(facts, worst),
    });
  }
  if (untold.length > 0) {
    const why = `Azure Monitor has had no figures of the firewall for more than ${SILENT_AFTER_MINUTES} minutes; its default route may block its own upload`;
    return unknown(ID, whyNoFigures(facts, "firewall", why), { evidence, untold });
  }
  return pass(ID, gauged.map(describeWell).join("; "), { evidence });
}

function notByFirewall(cluster: Cluster): string | null {
  if (cluster.powerState === "stopped") return "the cluster is stopped";
  if (cluster.paths.some((path) => path.kind === "firewall")) return null;
  return noPoolLeavesThrough("a firewall", cluster);
}

function gauge(facts: Facts, firewall: ClusterFirewall, several: boolean): Gauged | undefined {
  const health = deviceSeries(facts.samples, "firewallHealth", firewall.key);
  const latency = deviceSeries(facts.samples, "firewallLatency", firewall.key);
  const usage = deviceSeries(facts.samples, "firewallSnatUtilization", firewall.key);
  const any = [
    ...health,
    ...latency,
    ...usage,
    ...deviceSeries(facts.samples, "firewallThroughput", firewall.key),
  ];
  if (any.every((series) => recentValues(facts, series, SILENT_AFTER_MINUTES).length === 0)) return undefined;

  const held = usage
    .map((series) => recentValues(facts, series, SILENT_AFTER_MINUTES))
    .filter((values) => values.length > 0)
    .map((values) => Math.min(...values.slice(0, PERSISTENT_MINUTES)));
  const usedRatio = held.length === 0 ? undefined : Math.max(...held);
  const degradations = degradationsOf(
    health.map((series) => ({
      reason: series.labels.reason ?? null,
      values: recentValues(facts, series, WINDOW_MINUTES),
    })),
    usedRatio !== undefined,
  );
  const slow = latency.flatMap((series) => recentValues(facts, series, WINDOW_MINUTES));
  return {
    firewall,
    usedRatio,
    degradations,
    evidence: evidenceOf(facts, firewall, usedRatio, degradations, slow, several),
    finding: findingOf(facts, firewall, usedRatio, degradations),
  };
}

function findingOf(
  facts: Facts,
  firewall: ClusterFirewall,
  usedRatio: number | undefined,
  degradations: readonly Degradation[],
): Finding | null {
  // With a gateway on its subnet its own SNAT figures, and a health that follows from them, say nothing.
  const owns = firewall.natGatewayId === null;
  const ratio = owns ? (usedRatio ?? 0) : 0;
  const wrong = degradations.filter(({ reason }) => owns || !namesSnat(reason));
  if (ratio < facts.limits.warnRatio && wrong.length === 0) return null;

  const severe =
    ratio >= facts.limits.failRatio ||
    wrong.some(({ reason, health }) => health < UNHEALTHY_BELOW || namesSnat(reason));
  const parts = [
    ...(ratio >= facts.limits.warnRatio ? [describeUse(ratio)] : []),
    ...wrong.map(({ reason, health }) => `health ${formatPercent(health)}, reason: ${reason}`),
  ];
  return {
    subject: { resourceId: firewall.id },
    severity: severe ? "fail" : "warn",
    summary: `firewall ${firewall.name}: ${parts.join("; ")}`,
  };
}

function describeUse(ratio: number): string {
  const exhausted = ratio > FIREWALL_EXHAUSTED_ABOVE ? ", which Azure calls exhausted" : "";
  return `${formatPercent(ratio)} of its SNAT ports are in use${exhausted}`;
}

function describeWell({ firewall, usedRatio }: Gauged): string {
  if (firewall.natGatewayId !== null) {
    return `firewall ${firewall.name} sends through NAT gateway ${nameOf(firewall.natGatewayId)} on its subnet: its own SNAT figures say nothing, see nat-connections`;
  }
  if (usedRatio === undefined) {
    return `firewall ${firewall.name} reports no SNAT usage: no traffic to the internet, and a health of 0 % only says so`;
  }
  return `firewall ${firewall.name}: ${describeUse(usedRatio)}`;
}

function evidenceOf(
  facts: Facts,
  firewall: ClusterFirewall,
  usedRatio: number | undefined,
  degradations: readonly Degradation[],
  latency: readonly number[],
  several: boolean,
): Evidence[] {
  const label = (name: string) => (several ? `${name} ${firewall.name}` : name);
  const slow = latency.filter((value) => value > SLOW_ABOVE_MS);
  const probeIsDown = latency.length > 0 && latency.every((value) => value === 0);
  return [
    usedRatio === undefined
      ? { name: label("usedRatio"), value: "not reported" }
      : { name: label("usedRatio"), value: usedRatio, limit: facts.limits.warnRatio },
    { name: label("publicIps"), value: firewall.addresses },
    ...degradations.map(({ reason, health }) => ({ name: label(`health (${reason})`), value: health })),
    ...(slow.length >= PERSISTENT_MINUTES
      ? [
          {
            name: label("latency"),
            value: slow.reduce((sum, value) => sum + value, 0) / slow.length,
            unit: "ms",
            limit: SLOW_ABOVE_MS,
          },
        ]
      : []),
    ...(probeIsDown ? [{ name: label("latency"), value: "0 ms: Azure's latency probe does not work" }] : []),
    ...(firewall.natGatewayId === null ? [] : [{ name: label("natGateway"), value: firewall.natGatewayId }]),
  ];
}

function remedyFor(facts: Facts, { firewall, usedRatio, degradations }: Gauged) {
  const shortOfPorts =
    firewall.natGatewayId === null &&
    ((usedRatio ?? 0) >= facts.limits.warnRatio || degradations.some(({ reason }) => namesSnat(reason)));
  if (shortOfPorts) return morePorts(firewall, usedRatio ?? 1, facts.limits.warnRatio * 0.8);
  return {
    text: "Look at the firewall's resource health and at Azure's service health for its region.",
    commands: [
      `az rest --method get --url "https://management.azure.com${firewall.id}/providers/Microsoft.ResourceHealth/availabilityStatuses/current?api-version=2023-07-01-preview"`,
    ],
  };
}
