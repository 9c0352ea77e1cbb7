import type { CheckResult } from "../checks/check.ts";
import type { ClusterRef } from "../egress/topology.ts";
import { advanceAlerts } from "./advance-alerts.ts";
import type { Alert } from "./alert.ts";
import type { AlertPolicy } from "./alert-state.ts";
import { type Hush, hushAlerts } from "./hush-alerts.ts";
import type { Incident } from "./incident.ts";
import {
  type Decision,
  decideNotification,
  endingOf,
  type NotificationPolicy,
} from "./notification-decision.ts";
import { drawPicture, type Picture } from "./picture.ts";

/** All that one cluster's alerts remember from minute to minute. */
export interface Life {
  /** Pending, firing, and those resolved not long ago. */
  readonly alerts: readonly Alert[];
  readonly incident: Incident | null;
}

/** What one minute brought. */
export interface LifeMinute extends Hush {
  readonly minuteMs: number;
  /** One for each check; `null` while the cluster is stopped. */
  readonly results: readonly CheckResult[] | null;
}

export interface LifeStep extends Life {
  readonly decision: Decision;
  readonly picture: Picture;
}

/** Advances alerts and incident of one cluster by one minute. Pure: live operation and a replay of history are this function. */
export function advanceLife(
  life: Life,
  minute: LifeMinute,
  ref: ClusterRef,
  policy: AlertPolicy & NotificationPolicy,
): LifeStep {
  const { minuteMs, results } = minute;
  const steps = advanceAlerts(life.alerts, results, minuteMs, policy);
  const stepped = steps.flatMap(({ alert }) => alert ?? []);
  const alerts = hushAlerts(stepped, ref, minuteMs, minute);
  const picture = drawPicture(life.alerts, alerts, minuteMs);
  const decision =
    results === null && life.incident !== null
      ? stopped(life.incident, minuteMs)
      : decideNotification(life.incident, alerts, picture, ref.key, minuteMs, policy);
  return { alerts, incident: decision.incident, decision, picture };
}

/** Whatever it was, it ends with the cluster's nodes. */
function stopped(incident: Incident, minuteMs: number): Decision {
  const reason = "cluster-stopped";
  return { incident: null, reason, message: endingOf(incident, minuteMs, reason) };
}

/** The life as if its clock had never been ahead of `minuteMs`: no span is longer than it was, none is negative. */
export function rewindLife({ alerts, incident }: Life, minuteMs: number): Life {
  const back = (ms: number) => Math.min(ms, minuteMs);
  const backOrNull = (ms: number | null) => (ms === null ? null : back(ms));
  return {
    alerts: alerts.map((alert) => ({
      ...alert,
      activeAtMs: back(alert.activeAtMs),
      firedAtMs: backOrNull(alert.firedAtMs),
      clearSinceMs: backOrNull(alert.clearSinceMs),
      lowerSinceMs: backOrNull(alert.lowerSinceMs),
      resolvedAtMs: backOrNull(alert.resolvedAtMs),
    })),
    incident: incident && {
      ...incident,
      openedAtMs: back(incident.openedAtMs),
      lastToldAtMs: back(incident.lastToldAtMs),
    },
  };
}
