// The newest minutes are not there yet, or are there and wrong: the one thing that depends on when one asks.

import { hashText, unit } from "../world/random.ts";
import type { BaseSeries, MetricSource } from "./source.ts";

const MINUTE_MS = 60_000;

/** A minute shows a part of its samples for this long before it is whole. */
const PARTIAL_MINUTES = 0.9;

/** A minute this far ahead belongs to a caller whose clock runs faster than ours: it gets the whole truth. */
const AHEAD_MINUTES = 2;

const BURST_EVERY_MINUTES = 30;
const BURST_MINUTES = 4;
const BURST_SHARE = 0.15;
const BURST_LATENESS = 7.8;

type Phase = "absent" | "partial" | "whole";

/** How long after its end a minute of a resource is whole. */
function latenessMinutes(source: MetricSource, minute: number, extraMinutes: number): number {
  const usual = 1 + 1.6 * unit(source.seed ^ 0x1a7e, minute);
  if (source.lateBursts && inBurst(source.seed, minute)) return BURST_LATENESS + extraMinutes;
  return usual + extraMinutes;
}

function inBurst(seed: number, minute: number): boolean {
  const block = Math.floor(minute / BURST_EVERY_MINUTES);
  return unit(seed ^ 0xb0057, block) < BURST_SHARE && minute - block * BURST_EVERY_MINUTES < BURST_MINUTES;
}

/** What of a minute can be seen at an instant. */
function phaseAt(source: MetricSource, minute: number, nowMs: number, extraMinutes: number): Phase {
  const age = nowMs / MINUTE_MS - (minute + 1);
  if (age <= -AHEAD_MINUTES) return "whole";
  const lateness = latenessMinutes(source, minute, extraMinutes);
  if (age >= lateness) return "whole";
  return age >= lateness - PARTIAL_MINUTES ? "partial" : "absent";
}

/** The phases of a span, or `undefined` if all of it is whole, as it is for all but the newest minutes. */
export function phasesOf(
  source: MetricSource,
  firstMinute: number,
  count: number,
  nowMs: number,
  extraMinutes: number,
): readonly Phase[] | undefined {
  const newest = nowMs / MINUTE_MS - (firstMinute + count);
  if (newest > BURST_LATENESS + 1 + extraMinutes) return undefined;
  const phases = Array.from({ length: count }, (_, index) =>
    phaseAt(source, firstMinute + index, nowMs, extraMinutes),
  );
  return phases.every((phase) => phase === "whole") ? undefined : phases;
}

/** The series as it can be seen: some values missing, some too low because only part of the samples is in. */
export function asSeen(series: BaseSeries, phases: readonly Phase[] | undefined): BaseSeries["value"] {
  if (phases === undefined) return series.value;
  const seed = hashText(series.dimensions.join("|"));
  return (index) => {
    const phase = phases[index];
    if (phase === "absent") return Number.NaN;
    if (phase === "whole") return series.value(index);
    if (unit(seed, index) < 0.3) return Number.NaN;
    if (!series.mayBePartial) return series.value(index);
    return Math.floor(series.value(index) * (0.3 + 0.5 * unit(seed ^ 0x9a, index)));
  };
}
