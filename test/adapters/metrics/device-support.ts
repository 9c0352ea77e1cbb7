import type { MetricsSourceOptions } from "#adapters/metrics/metrics-source.ts";
import { resourceKey } from "#core/egress/resource-id.ts";
import type { DevicesRequest, DeviceTarget, MetricsAnswer } from "#ports/metrics-source.ts";
import { FROM_MS, SUBSCRIPTION, sourceWith, TO_MS } from "./support.ts";

export const HUB = "99999999-2222-3333-4444-555555555555";

const TYPES = {
  natGateway: "Microsoft.Network/natGateways",
  firewall: "Microsoft.Network/azureFirewalls",
  scaleSet: "Microsoft.Compute/virtualMachineScaleSets",
} as const;

export function deviceId(kind: DeviceTarget["kind"], name: string, subscription = SUBSCRIPTION): string {
  return `/subscriptions/${subscription}/resourceGroups/RG-net/providers/${TYPES[kind]}/${name}`;
}

export function device(
  kind: DeviceTarget["kind"],
  name = "a",
  changes: Partial<DeviceTarget> = {},
): DeviceTarget {
  return {
    kind,
    resourceId: deviceId(kind, name),
    region: "westeurope",
    nodes: kind === "scaleSet" ? 2 : 0,
    ...changes,
  };
}

function devicesRequest(
  targets: readonly DeviceTarget[],
  changes: Partial<DevicesRequest> = {},
): DevicesRequest {
  return { targets, fromMs: FROM_MS, toMs: TO_MS, ...changes };
}

/** A device source, and a read of some devices with it. */
export function deviceKit(
  respond?: Parameters<typeof sourceWith>[0],
  options: Partial<MetricsSourceOptions> = {},
) {
  const kit = sourceWith(respond, options);
  const signal = new AbortController().signal;
  const read = (...targets: DeviceTarget[]) => kit.source.readDevices(devicesRequest(targets), signal);
  return { ...kit, read };
}

/** Reads one device `a` of that kind. */
export async function readDevice(
  kind: DeviceTarget["kind"],
  respond?: Parameters<typeof sourceWith>[0],
): Promise<MetricsAnswer> {
  const target = device(kind);
  const answer = (await deviceKit(respond).read(target)).get(resourceKey(target.resourceId));
  if (answer === undefined) throw new Error("no answer");
  return answer;
}
