import { formatCount, formatPercent } from "../format.ts";
import { type ClusterGateway, clusterGateways, notByNatGateway } from "../nat/cluster-gateways.ts";
import { NAT_CONNECTIONS_PER_DESTINATION, NAT_MAX_CONNECTIONS, NAT_PORTS_PER_IP } from "../nat/limits.ts";
import { deviceSeries } from "../series/device-series.ts";
import type { Check, CheckResult, Evidence, Facts, Finding } from "./check.ts";
import { newestSum, PERSISTENT_MINUTES, recentShare, type Share, whyNoFigures } from "./device-figures.ts";
import { ailing, gaugeDevices } from "./gauge-devices.ts";
import { moreAddresses } from "./nat-remedy.ts";
import { andMore, found, notApplicable, pass, unknown } from "./result.ts";

const ID = "nat-connections";
const WINDOW_MINUTES = 5;

/** Fewer failed connections than this in the window are counted and shown, never told. */
const LEAST_FAILED = 5;

/** A persistent share below the limit but above this part of it is worth a look. */
const WARN_SHARE_OF_LIMIT = 0.2;

/** How close to the wall the open connections must be: they are counted at another moment than the failures. */
const NEAR_WALL = 0.9;

/** Do connections through the NAT gateway succeed, within its limits? */
export const natConnections: Check = {
  id: ID,
  question: "Do connections through the NAT gateway succeed, within its limits?",
  judgesTraffic: true,
  judge,
};

/** One gateway with figures. */
interface Gauged {
  readonly gateway: ClusterGateway;
  readonly attempts: Share;
  readonly connections: number;
  readonly finding: Finding | null;
  /** Connections fail while every address may be at its most for one destination. */
  readonly atWall: boolean;
}

function judge(facts: Facts): CheckResult {
  const reason = notByNatGateway(facts.cluster);
  if (reason !== null) return notApplicable(ID, reason);
  const gateways = clusterGateways(facts.cluster);
  if (gateways.length === 0) return unknown(ID, "cannot tell: the NAT gateway is not known");

  const { gauged, untold } = gaugeDevices(gateways, (gateway) => gauge(facts, gateway));
  const bad = ailing(gauged);
  const evidence = gauged.flatMap((each) => evidenceOf(facts, each, gateways.length > 1));
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
    const why = `Azure Monitor has no connection figures for the NAT gateway within ${WINDOW_MINUTES} minutes`;
    return unknown(ID, whyNoFigures(facts, "natGateway", why), { evidence, untold });
  }
  return pass(ID, gauged.map(describeWell).join("; "), { evidence });
}

function gauge(facts: Facts, gateway: ClusterGateway): Gauged | undefined {
  const attempts = recentShare(
    facts,
    deviceSeries(facts.samples, "natFailedConnections", gateway.key),
    deviceSeries(facts.samples, "natAttemptedConnections", gateway.key),
    WINDOW_MINUTES,
  );
  const connections = newestSum(facts, deviceSeries(facts.samples, "natConnections", gateway.key));
  if (attempts === undefined || connections === undefined) return undefined;

  const failing = isFailing(facts, attempts);
  const wall = wallOf(gateway);
  const atWall = failing && wall !== null && connections >= wall * NEAR_WALL;
  return {
    gateway,
    attempts,
    connections,
    atWall,
    finding: findingOf(facts, gateway, attempts, connections, failing, atWall),
  };
}

function isFailing(facts: Facts, attempts: Share): boolean {
  return (
    attempts.minutes >= PERSISTENT_MINUTES &&
    attempts.part >= LEAST_FAILED &&
    attempts.ratio >= facts.limits.failedRatio * WARN_SHARE_OF_LIMIT
  );
}

/** The most connections that all addresses together carry to one destination; `null` where their number is unknown. */
function wallOf({ addresses }: ClusterGateway): number | null {
  return addresses === null || addresses === 0 ? null : addresses * NAT_CONNECTIONS_PER_DESTINATION;
}

function findingOf(
  facts: Facts,
  gateway: ClusterGateway,
  attempts: Share,
  connections: number,
  failing: boolean,
  atWall: boolean,
): Finding | null {
  const { warnRatio, failRatio, failedRatio } = facts.limits;
  const capRatio = connections / NAT_MAX_CONNECTIONS;
  const full = capRatio >= warnRatio;
  if (!failing && !full) return null;
  const severe = atWall || (failing && attempts.ratio >= failedRatio) || capRatio >= failRatio;
  const parts = [
    ...(failing ? [describeFailures(gateway, attempts)] : []),
    ...(atWall ? [describeWall(gateway, connections)] : []),
    ...(full ? [describeCap(gateway, connections)] : []),
  ];
  return {
    subject: { resourceId: gateway.id },
    severity: severe ? "fail" : "warn",
    summary: parts.join("; "),
  };
}

function describeFailures({ name }: ClusterGateway, { part, whole, ratio }: Share): string {
  return `NAT gateway ${name}: ${formatCount(part)} of ${formatCount(whole)} connections failed in ${WINDOW_MINUTES} minutes (${formatPercent(ratio)})`;
}

function describeWall({ addresses }: ClusterGateway, connections: number): string {
  const many = addresses ?? 1;
  return `suspected: the wall of 50,000 connections to one destination from each address (${formatCount(connections)} are open on ${many} ${many === 1 ? "address" : "addresses"})`;
}

function describeCap({ name }: ClusterGateway, connections: number): string {
  return `NAT gateway ${name} carries ${formatCount(connections)} of at most ${formatCount(NAT_MAX_CONNECTIONS)} connections (${formatPercent(connections / NAT_MAX_CONNECTIONS)})`;
}

function describeWell({ gateway, attempts, connections }: Gauged): string {
  const failed =
    attempts.part === 0
      ? `no connection of ${formatCount(attempts.whole)} failed in ${WINDOW_MINUTES} minutes`
      : `${formatCount(attempts.part)} of ${formatCount(attempts.whole)} connections failed in ${WINDOW_MINUTES} minutes: too few to tell`;
  return `NAT gateway ${gateway.name}: ${failed}; ${formatCount(connections)} are open`;
}

function evidenceOf(
  facts: Facts,
  { gateway, attempts, connections }: Gauged,
  severalGateways: boolean,
): Evidence[] {
  const label = (name: string) => (severalGateways ? `${name} ${gateway.name}` : name);
  const wall = wallOf(gateway);
  return [
    { name: label("failedConnections"), value: attempts.part, unit: "connections" },
    { name: label("attemptedConnections"), value: attempts.whole, unit: "connections" },
    { name: label("failedRatio"), value: attempts.ratio, limit: facts.limits.failedRatio },
    { name: label("openConnections"), value: connections, unit: "connections", limit: NAT_MAX_CONNECTIONS },
    ...(wall === null || gateway.addresses === null
      ? []
      : [
          { name: label("oneDestinationWall"), value: wall, unit: "connections" },
          // No measure of ports: they are used again for other destinations.
          {
            name: label("connectionsPerPortIndicator"),
            value: connections / (gateway.addresses * NAT_PORTS_PER_IP),
          },
        ]),
  ];
}

function remedyFor(facts: Facts, { gateway, connections, atWall, attempts }: Gauged) {
  if (atWall) return moreAddresses(facts.cluster, gateway, connections, facts.limits.warnRatio * 0.8);
  if (isFailing(facts, attempts)) {
    return {
      text: `${gateway.name} has room for more connections, so its limits are not the likely cause: look for a destination that refuses or drops connections, at network security rules, and at the idle time-out of the gateway.`,
      commands: [`az network nat gateway show --ids "${gateway.id}"`],
    };
  }
  return {
    text: `More addresses do not raise the limit of ${formatCount(NAT_MAX_CONNECTIONS)} connections: have clients reuse connections, lower the idle time-out (idle flows end earlier), or move node pools to subnets with a gateway of their own.`,
    commands: [`az network nat gateway update --ids "${gateway.id}" --idle-timeout 4`],
  };
}
