import { formatCount, formatPercent, toTenths } from "../format.ts";
import { asOfNow, type Forecast, isFirm, isSure, LEAST_SAMPLES, LEAST_USE } from "../snat/forecast.ts";
import { type DeviceForecast, forecastDevices } from "../snat/forecast-devices.ts";
import { forecastNodes, minutesAgo } from "../snat/forecast-nodes.ts";
import type { NodePorts } from "../snat/node-ports.ts";
import { usedTrend } from "../snat/node-ports.ts";
import { outlookOf, WINDOW_MINUTES } from "../snat/outlook.ts";
import { MINUTE_MS } from "../time.ts";
import { allocationRemedy } from "./allocation-remedy.ts";
import { hasNoSnatMetrics, notByLoadBalancer } from "./applies.ts";
import type { Check, CheckResult, Evidence, Facts } from "./check.ts";
import { recentFailures, usualNow } from "./node-standing.ts";
import { describeUse, describeUsual } from "./node-words.ts";
import { andMore, found, nodeSubject, notApplicable, pass, unknown } from "./result.ts";
import type { Rising } from "./rising.ts";
import { likelyNode } from "./snat-likely.ts";
import { describeTimeLeft } from "./time-left.ts";

const ID = "snat-forecast";

/** Predicted exhaustion within so many minutes is told ... */
const WARN_MINUTES = 60;

/** ... and within so many is as good as there. */
const FAIL_MINUTES = 15;

/** Below this use most rises end by themselves before they reach their limit: a warning, however steady ... */
const LEAST_STEADY = 0.85;

/** ... but where it is a matter of so many minutes ... */
const AT_ONCE_MINUTES = 8;

/** ... or where the whole window gains this part of the allocation each minute: it is there before anybody has looked. */
const STEEP = 0.02;

/** Will a node, or the gateway, run out within the horizon? */
export const snatForecast: Check = {
  id: ID,
  question: "Will a node, or the gateway, run out within the horizon?",
  judgesTraffic: false,
  judge,
};

function judge(facts: Facts, earlier: ReadonlyMap<string, CheckResult>): CheckResult {
  const { cluster } = facts;
  if (cluster.powerState === "stopped") return notApplicable(ID, "the cluster is stopped");
  const byBalancer = notByLoadBalancer(cluster) === null;
  const byDevice = cluster.paths.some(({ kind }) => kind === "natGateway" || kind === "firewall");
  if (!byBalancer && !byDevice) {
    return notApplicable(ID, "no pool leaves through a load balancer, NAT gateway or firewall");
  }
  const nodes = byBalancer ? risingNodes(facts) : [];
  const rising = [...nodes, ...(byDevice ? risingDevices(facts) : [])].toSorted(
    (a, b) => a.minutes - b.minutes,
  );
  const untold = facts.ports
    .filter((node) => byBalancer && node.ratio === undefined)
    .map((node) => nodeSubject(facts, node.backendIp, node.protocol));
  const first = rising[0];
  if (first !== undefined) {
    return found(
      ID,
      andMore(first.summary, rising.length - 1),
      rising.map(({ subject, severity, summary, forMs }) => ({ subject, severity, summary, forMs })),
      {
        evidence: first.evidence,
        untold,
        remedy: first.remedy(),
        explainedBy: toldByPorts(rising, earlier.get("snat-ports")) ? "snat-ports" : null,
      },
    );
  }
  const blind = whyBlind(facts, byBalancer);
  if (blind !== null) return unknown(ID, blind, { untold });
  const full = facts.ports.filter((node) => byBalancer && (node.ratio ?? 0) >= 1).length;
  const note = full === 0 ? "" : `; ${formatCount(full)} used up already, see snat-ports`;
  return pass(ID, `nothing rises to its limit within ${WARN_MINUTES} minutes${note}`, { untold });
}

/** The forecast in minutes from now, if it is to be told. */
function nearForecast(facts: Facts, forecast: Forecast): Forecast | null {
  const now = asOfNow(forecast, minutesAgo(facts));
  return now.minutes <= WARN_MINUTES && isFirm(forecast) ? now : null;
}

/** Clear lines first: they are told with the better time. */
function risingNodes(facts: Facts): Rising[] {
  const forecasts = forecastNodes(facts);
  return facts.ports.flatMap((node) => {
    const forecast = forecasts.get(node);
    const near = forecast === undefined ? null : nearForecast(facts, forecast);
    const rising = near === null ? null : risingNode(facts, node, near);
    if (rising?.severity === "fail") return rising;
    const likely = likelyNode(facts, node);
    return (likely?.severity === "fail" ? likely : (rising ?? likely)) ?? [];
  });
}

function risingNode(facts: Facts, node: NodePorts, forecast: Forecast): Rising | null {
  // What may be chance is for the odds of the node's course to tell.
  if (!forecast.steady) return null;
  const outlook = outlookOf(facts.samples, node, facts.minuteMs);
  const usual = usualNow(facts, node, outlook, recentFailures(facts, node.backendIp));
  const steep = isSure(forecast) && forecast.slopePerMinute >= STEEP * (node.allocated ?? 0);
  const near = (node.ratio ?? 0) >= LEAST_STEADY || forecast.minutes <= AT_ONCE_MINUTES || steep;
  const soon = near && forecast.minutes <= FAIL_MINUTES && usual === null;
  const slope = { name: "slope", value: toTenths(forecast.slopePerMinute), unit: "ports/min" };
  return {
    subject: nodeSubject(facts, node.backendIp, node.protocol),
    severity: soon ? "fail" : "warn",
    minutes: forecast.minutes,
    evidence: evidenceOf(forecast, slope),
    summary: `${describeUse(facts, node)} and gains ${slope.value} a minute: out of ports in ${describeTimeLeft(forecast)}${describeUsual(usual)}`,
    remedy() {
      const plan = allocationRemedy(
        facts.cluster,
        (node.used ?? 0) + forecast.slopePerMinute * WARN_MINUTES,
        facts.limits.warnRatio * 0.8,
      );
      return {
        ...plan,
        text: `A rise that never ends is a leak: find the pods that open connections and do not close them. ${plan.text}`,
      };
    },
  };
}

function risingDevices(facts: Facts): Rising[] {
  return forecastDevices(facts).flatMap((device) => {
    const forecast = nearForecast(facts, device.forecast);
    return forecast === null ? [] : [risingDevice({ ...device, forecast })];
  });
}

function risingDevice({ kind, resourceId, name, protocol, limit, bound, forecast }: DeviceForecast): Rising {
  const gateway = kind === "natGateway";
  const slope = gateway
    ? { name: "slope", value: toTenths(forecast.slopePerMinute), unit: "connections/min" }
    : { name: "slope", value: toTenths(forecast.slopePerMinute * 100), unit: "percent/min" };
  const gains = gateway
    ? `NAT gateway ${name} gains ${formatCount(forecast.slopePerMinute)} connections a minute: ${bound === "limit" ? "at its limit of" : "more than the ports of its addresses,"} ${formatCount(limit)},`
    : `firewall ${name} fills its SNAT ports by ${slope.value} % a minute${protocol === null ? "" : ` (${protocol.toUpperCase()})`}: exhausted (${formatPercent(limit)})`;
  return {
    subject: { resourceId, ...(protocol === null ? {} : { protocol }) },
    // A hint is never as good as a failure.
    severity: bound === "limit" && forecast.minutes <= FAIL_MINUTES ? "fail" : "warn",
    minutes: forecast.minutes,
    evidence: evidenceOf(forecast, slope),
    summary: `${gains} in ${describeTimeLeft(forecast)}`,
    remedy: () => ({
      text: gateway
        ? "Find what opens connections and does not close them; split the node pools over gateways, each with subnets of its own."
        : "Find what opens connections and does not close them; give the firewall more public addresses, or put a NAT gateway on its subnet (docs/checks/firewall-snat.md).",
      commands: [],
    }),
  };
}

function evidenceOf(forecast: Forecast, slope: Evidence): Evidence[] {
  const { minutes, minutesLow, minutesHigh, samples } = forecast;
  return [
    slope,
    { name: "minutesUntilExhaustion", value: toTenths(minutes), unit: "minutes", limit: WARN_MINUTES },
    { name: "minutesUntilExhaustionLow", value: toTenths(minutesLow), unit: "minutes" },
    minutesHigh === null
      ? { name: "minutesUntilExhaustionHigh", value: "open: the rise may stop" }
      : { name: "minutesUntilExhaustionHigh", value: toTenths(minutesHigh), unit: "minutes" },
    { name: "samples", value: samples, unit: `of ${forecast.lookBack} minutes` },
  ];
}

/** True when every rising node is one whose ports are as good as used up now. */
function toldByPorts(rising: readonly Rising[], ports: CheckResult | undefined): boolean {
  const failing = new Set(
    (ports?.findings ?? [])
      .filter(({ severity }) => severity === "fail")
      .map(({ subject }) => `${subject.backendIp}|${subject.protocol}`),
  );
  return rising.every(({ subject }) => failing.has(`${subject.backendIp}|${subject.protocol}`));
}

/** Why no trend can be told of anything, or `null` where it can. */
function whyBlind(facts: Facts, byBalancer: boolean): string | null {
  if (byBalancer) {
    if (hasNoSnatMetrics(facts.cluster)) return "cannot tell: a Basic load balancer has no SNAT metrics";
    const told = facts.ports.filter((node) => node.ratio !== undefined);
    if (told.length === 0) return "cannot tell: no port figures to see a trend in";
    const samples = samplesToTell(facts, told);
    return samples >= LEAST_SAMPLES
      ? null
      : `cannot tell: ${samples} minutes with figures, a trend needs ${LEAST_SAMPLES}`;
  }
  const judgeable = [...facts.samples.series.values()].some(
    ({ metric, values }) =>
      (metric === "natConnections" || metric === "firewallSnatUtilization") &&
      values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) >= LEAST_SAMPLES,
  );
  return judgeable ? null : "cannot tell: too few figures of the gateway or firewall to see a trend in";
}

/** Minutes with figures: the fewest of the nodes that use enough to run out; where there are none, the most of all. */
function samplesToTell(facts: Facts, nodes: readonly NodePorts[]): number {
  const near = nodes.filter((node) => (node.ratio ?? 0) >= LEAST_USE);
  if (near.length > 0) return Math.min(...near.map((node) => samplesOf(facts, node)));
  let most = 0;
  for (const node of nodes) {
    most = Math.max(most, samplesOf(facts, node));
    if (most >= LEAST_SAMPLES) break;
  }
  return most;
}

function samplesOf(facts: Facts, { backendIp, protocol }: NodePorts): number {
  const endMs = facts.minuteMs + MINUTE_MS;
  const trend = usedTrend(facts.samples, backendIp, protocol, endMs - WINDOW_MINUTES * MINUTE_MS, endMs);
  return trend.filter((used) => used !== undefined).length;
}
