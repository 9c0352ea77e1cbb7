import { formatCount, formatPercent } from "../format.ts";
import { type ClusterGateway, clusterGateways, notByNatGateway } from "../nat/cluster-gateways.ts";
import { deviceSeries } from "../series/device-series.ts";
import type { Check, CheckResult, Evidence, Facts, Finding } from "./check.ts";
import {
  newestSum,
  PERSISTENT_MINUTES,
  recentShare,
  recentValues,
  type Share,
  whyNoFigures,
} from "./device-figures.ts";
import { gaugeDevices } from "./gauge-devices.ts";
import { andMore, bySeverity, found, notApplicable, pass, unknown } from "./result.ts";

const ID = "nat-datapath";

/** Source: "Azure NAT Gateway metrics": below 90 % over 15 minutes; shorter windows raise false alarms. */
const WINDOW_MINUTES = 15;
const DEGRADED_BELOW = 0.9;
const UNAVAILABLE_BELOW = 0.25;

/** Drops are judged over the minutes that connections are. */
const DROP_MINUTES = 5;
const WARN_SHARE_OF_LIMIT = 0.2;

/** Is the NAT gateway available, and does it drop packets? */
export const natDatapath: Check = {
  id: ID,
  question: "Is the NAT gateway available, and does it drop packets?",
  judgesTraffic: true,
  judge,
};

/** One gateway with figures. */
interface Gauged {
  readonly gateway: ClusterGateway;
  /** Mean availability, 0..1. */
  readonly availability: number;
  /** `undefined`: no packet counts. */
  readonly drops: Share | undefined;
}

function judge(facts: Facts, earlier: ReadonlyMap<string, CheckResult>): CheckResult {
  const reason = notByNatGateway(facts.cluster);
  if (reason !== null) return notApplicable(ID, reason);
  const gateways = clusterGateways(facts.cluster);
  if (gateways.length === 0) return unknown(ID, "cannot tell: the NAT gateway is not known");

  const { gauged, untold } = gaugeDevices(gateways, (gateway) => gauge(facts, gateway));
  const evidence = gauged.flatMap((each) => evidenceOf(facts, each, gateways.length > 1));
  const findings = gauged.flatMap((each) => findingOf(facts, each)).toSorted(bySeverity);
  const worst = findings[0];
  if (worst !== undefined) {
    return found(ID, andMore(worst.summary, findings.length - 1), findings, {
      evidence,
      untold,
      explainedBy: explainedByConnections(facts, gauged, earlier.get("nat-connections"))
        ? "nat-connections"
        : null,
      remedy: {
        text: "Look at the gateway's resource health. Packets that are dropped while connections fail are those of connections that got no port.",
        commands: findings.map(
          ({ subject }) =>
            `az rest --method get --url "https://management.azure.com${subject.resourceId ?? ""}/providers/Microsoft.ResourceHealth/availabilityStatuses/current?api-version=2023-07-01-preview"`,
        ),
      },
    });
  }
  if (untold.length > 0) {
    const why = "Azure Monitor has no recent availability of the NAT gateway's data path";
    return unknown(ID, whyNoFigures(facts, "natGateway", why), { evidence, untold });
  }
  return pass(ID, gauged.map(describeWell).join("; "), { evidence });
}

function gauge(facts: Facts, gateway: ClusterGateway): Gauged | undefined {
  const series = deviceSeries(facts.samples, "natDatapath", gateway.key);
  const values = series.flatMap((each) => recentValues(facts, each, WINDOW_MINUTES));
  if (newestSum(facts, series) === undefined || values.length === 0) return undefined;
  return {
    gateway,
    availability: values.reduce((sum, value) => sum + value, 0) / values.length,
    drops: recentShare(
      facts,
      deviceSeries(facts.samples, "natPacketDrops", gateway.key),
      deviceSeries(facts.samples, "natPackets", gateway.key),
      DROP_MINUTES,
    ),
  };
}

function findingOf(facts: Facts, { gateway, availability, drops }: Gauged): Finding[] {
  const limit = facts.limits.failedRatio;
  const degraded = availability < DEGRADED_BELOW;
  const dropping = isDropping(facts, drops);
  if (!degraded && !dropping) return [];
  const parts = [
    ...(degraded
      ? [`availability of its data path is ${formatPercent(availability)} over ${WINDOW_MINUTES} minutes`]
      : []),
    ...(dropping && drops !== undefined
      ? [
          `${formatCount(drops.part)} of ${formatCount(drops.whole)} packets were dropped in ${DROP_MINUTES} minutes (${formatPercent(drops.ratio)})`,
        ]
      : []),
  ];
  const severe = availability < UNAVAILABLE_BELOW || (dropping && (drops?.ratio ?? 0) >= limit);
  return [
    {
      subject: { resourceId: gateway.id },
      severity: severe ? "fail" : "warn",
      summary: `NAT gateway ${gateway.name}: ${parts.join("; ")}`,
    },
  ];
}

/** By share and persistence: every gateway drops a stray packet now and then. */
function isDropping(facts: Facts, drops: Share | undefined): boolean {
  return (
    drops !== undefined &&
    drops.minutes >= PERSISTENT_MINUTES &&
    drops.ratio >= facts.limits.failedRatio * WARN_SHARE_OF_LIMIT
  );
}

/** True when the data path itself is well, and all that is dropped belongs to gateways whose connections fail. */
function explainedByConnections(
  facts: Facts,
  gauged: readonly Gauged[],
  connections: CheckResult | undefined,
): boolean {
  const failing = new Set(
    (connections?.findings ?? [])
      .filter((each) => each.severity === "fail")
      .map((each) => each.subject.resourceId),
  );
  return gauged.every(
    ({ gateway, availability, drops }) =>
      availability >= DEGRADED_BELOW && (!isDropping(facts, drops) || failing.has(gateway.id)),
  );
}

function evidenceOf(
  facts: Facts,
  { gateway, availability, drops }: Gauged,
  severalGateways: boolean,
): Evidence[] {
  const label = (name: string) => (severalGateways ? `${name} ${gateway.name}` : name);
  return [
    { name: label("dataPath"), value: availability, limit: DEGRADED_BELOW },
    ...(drops === undefined
      ? []
      : [
          { name: label("droppedPackets"), value: drops.part, unit: "packets" },
          { name: label("droppedRatio"), value: drops.ratio, limit: facts.limits.failedRatio },
        ]),
  ];
}

function describeWell({ gateway, availability, drops }: Gauged): string {
  const path = `NAT gateway ${gateway.name}: data path availability ${formatPercent(availability)}`;
  if (drops === undefined) return `${path}; packets dropped: not known`;
  return `${path}; ${formatCount(drops.part)} of ${formatCount(drops.whole)} packets dropped`;
}
