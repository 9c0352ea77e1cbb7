import type { DailyPeak } from "../collection/daily-peaks.ts";
import { leavesByLoadBalancer } from "../egress/topology.ts";
import { mainOutboundRule } from "../snat/outbound-budget.ts";
import { DAY_MS } from "../time.ts";
import type { Check, CheckResult, Facts } from "./check.ts";
import { type IdleVerdict, NO_VERDICT } from "./idle-addresses.ts";
import { idleGatewayAddresses } from "./idle-gateway-addresses.ts";
import { idleLoadBalancerAddresses } from "./idle-load-balancer-addresses.ts";
import { andMore, found, notApplicable, pass, unknown } from "./result.ts";

const ID = "idle-outbound-ips";

/** The days that the peak is taken from. */
const PEAK_DAYS = 30;

/** Whole days with figures before anything is judged: a week has a weekend and a busiest day. */
const LEAST_DAYS = 7;

/** Are outbound addresses paid for that the highest use of 30 days, with half of the ports in reserve, could do without? */
export const idleOutboundIps: Check = {
  id: ID,
  question: "Are addresses paid for that the peak of 30 days could do without?",
  judgesTraffic: false,
  judge,
};

function judge(facts: Facts): CheckResult {
  const { cluster } = facts;
  if (cluster.powerState === "stopped") return notApplicable(ID, "the cluster is stopped");
  const gatewayKeys = new Set(
    cluster.paths.filter((path) => path.kind === "natGateway").map((path) => path.resourceId?.toLowerCase()),
  );
  const gateways = cluster.network.natGateways.filter((gateway) => gatewayKeys.has(gateway.id.toLowerCase()));
  const rule = cluster.loadBalancer === null ? null : mainOutboundRule(cluster.loadBalancer);
  const byBalancer = leavesByLoadBalancer(cluster) && rule !== null;
  if (!leavesByLoadBalancer(cluster) && gatewayKeys.size === 0) {
    return notApplicable(ID, "no pool leaves through a load balancer or NAT gateway");
  }
  if (cluster.loadBalancer !== null && rule === null && gatewayKeys.size === 0) {
    return notApplicable(ID, "the load balancer has no outbound rule: nothing tells how full its ports are");
  }
  if (!byBalancer && gateways.length === 0) {
    return unknown(ID, "cannot tell: the device that carries the traffic could not be read");
  }

  const window = recentDays(facts);
  const ports = peakOf(window, (peak) => peak.usedPorts);
  const connections = peakOf(window, (peak) => peak.natConnections);
  const verdicts = [
    byBalancer ? withHistory(ports, (peak) => idleLoadBalancerAddresses(cluster, peak)) : NO_VERDICT,
    ...gateways.map((gateway) =>
      withHistory(connections, (peak) => idleGatewayAddresses(cluster, gateway, peak)),
    ),
  ].filter((verdict) => verdict !== NO_VERDICT);
  return together(verdicts);
}

/** The days that count, the running one included. */
function recentDays({ dailyPeaks, minuteMs }: Facts): readonly DailyPeak[] {
  const today = Math.floor(minuteMs / DAY_MS) * DAY_MS;
  return dailyPeaks.filter((peak) => peak.dayMs > today - PEAK_DAYS * DAY_MS && peak.dayMs <= today);
}

interface Peak {
  readonly value: number;
  readonly days: number;
}

function peakOf(days: readonly DailyPeak[], read: (peak: DailyPeak) => number | null): Peak | null {
  const values = days.flatMap((day) => read(day) ?? []);
  return values.length === 0 ? null : { value: Math.max(...values), days: values.length };
}

/** The running day is not whole: it counts for the peak, and one day more is asked for. */
function withHistory(peak: Peak | null, judgePeak: (peak: number) => IdleVerdict): IdleVerdict {
  if (peak === null || peak.days <= LEAST_DAYS) {
    const days = peak === null ? 0 : peak.days;
    return {
      ...NO_VERDICT,
      kind: "spare",
      summary: `not judged yet: figures of ${days} ${days === 1 ? "day" : "days"} are there, ${LEAST_DAYS} whole days are needed`,
    };
  }
  const verdict = judgePeak(peak.value);
  return {
    ...verdict,
    evidence: [...verdict.evidence, { name: "daysOfHistory", value: peak.days, unit: "days" }],
  };
}

function together(verdicts: readonly IdleVerdict[]): CheckResult {
  const evidence = verdicts.flatMap((verdict) => verdict.evidence);
  const findings = verdicts.flatMap((verdict) => verdict.finding ?? []);
  const [first] = findings;
  if (first !== undefined) {
    const remedies = verdicts.flatMap((verdict) => verdict.remedy ?? []);
    return found(ID, andMore(first.summary, findings.length - 1), findings, {
      evidence,
      remedy: {
        text: remedies.map((remedy) => remedy.text).join(" "),
        commands: remedies.flatMap((remedy) => remedy.commands),
      },
    });
  }
  const summary = verdicts.map((verdict) => verdict.summary).join("; ");
  return verdicts.some((verdict) => verdict.kind === "unknown")
    ? unknown(ID, summary, { evidence })
    : pass(ID, summary, { evidence });
}
