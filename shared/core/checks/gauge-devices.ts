import type { Finding, Subject } from "./check.ts";
import { bySeverity } from "./result.ts";

/** Takes the figures of each device; those that have none are told apart. */
export function gaugeDevices<Device extends { readonly id: string }, Gauged>(
  devices: readonly Device[],
  gauge: (device: Device) => Gauged | undefined,
): { readonly gauged: readonly Gauged[]; readonly untold: readonly Subject[] } {
  const gauged: Gauged[] = [];
  const untold: Subject[] = [];
  for (const device of devices) {
    const figures = gauge(device);
    if (figures === undefined) untold.push({ resourceId: device.id });
    else gauged.push(figures);
  }
  return { gauged, untold };
}

/** Those with a finding, failures first. */
export function ailing<Gauged extends { readonly finding: Finding | null }>(
  gauged: readonly Gauged[],
): (Gauged & { readonly finding: Finding })[] {
  return gauged
    .filter((each): each is Gauged & { readonly finding: Finding } => each.finding !== null)
    .toSorted((a, b) => bySeverity(a.finding, b.finding));
}
