import type { ClusterRef } from "../egress/topology.ts";
import type { Alert } from "./alert.ts";
import { holdsBack, type Maintenance } from "./maintenance.ts";
import { covers, isActive, type Silence } from "./silence.ts";

/** What keeps alerts of one cluster from being told at one minute. */
export interface Hush {
  readonly silences: readonly Silence[];
  readonly maintenance: Maintenance | null;
  /** When this minute is told in the normal course of things: silences are meant in the time of those who set them. */
  readonly toldAtMs: number;
}

/** Marks the alerts that are not told, and takes the mark from those that are. Resolved ones have none. */
export function hushAlerts(
  alerts: readonly Alert[],
  ref: ClusterRef,
  minuteMs: number,
  { silences, maintenance, toldAtMs }: Hush,
): Alert[] {
  const active = silences.filter((silence) => isActive(silence, toldAtMs));
  return alerts.map((alert) => {
    const over = alert.phase === "resolved";
    const silencedBy = over ? undefined : active.find((silence) => covers(silence, ref, alert))?.id;
    const heldBack = !over && holdsBack(maintenance, alert.check, minuteMs);
    // Most alerts stay as they are, and so does their object.
    if (silencedBy === alert.silencedBy && heldBack === (alert.heldBack ?? false)) return alert;
    const { silencedBy: _, heldBack: __, ...bare } = alert;
    return {
      ...bare,
      ...(silencedBy === undefined ? {} : { silencedBy }),
      ...(heldBack ? { heldBack } : {}),
    };
  });
}

export function isHushed({ silencedBy, heldBack }: Alert): boolean {
  return silencedBy !== undefined || heldBack === true;
}
