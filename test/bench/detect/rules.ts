import type { Detector, Levels, WorldNode } from "./world.ts";

/** A rule that is held against each node by itself; all of the field's rules are critical or nothing. */
const perNode =
  (rule: (node: WorldNode, minutes: number) => Levels): Detector =>
  ({ nodes, minutes }) =>
    nodes.map((node) => rule(node, minutes));

/** Prometheus' `for`: the condition has held for more than so many minutes. */
function held(condition: (at: number) => boolean, minutes: number, forMinutes: number): Levels {
  const levels = new Uint8Array(minutes);
  let run = 0;
  for (let at = 0; at < minutes; at += 1) {
    run = condition(at) ? run + 1 : 0;
    levels[at] = run > forMinutes ? 2 : 0;
  }
  return levels;
}

const above = (limit: number, forMinutes: number) =>
  perNode(({ used, allocated }, minutes) =>
    held((at) => (used[at] ?? 0) / (allocated[at] ?? 1) > limit, minutes, forMinutes),
  );

/** `predict_linear(used[1h], 3600) > allocated`: least squares over the hour. */
const predictLinear = perNode(({ used, allocated }, minutes) => {
  const hour = 60;
  return held(
    (at) => at >= hour - 1 && lineAhead(used, at, hour) > (allocated[at] ?? Number.POSITIVE_INFINITY),
    minutes,
    0,
  );
});

function lineAhead(values: ArrayLike<number>, at: number, window: number): number {
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let x = 1 - window; x <= 0; x += 1) {
    const y = values[at + x] ?? Number.NaN;
    if (Number.isNaN(y)) continue;
    count += 1;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const slope = (count * sumXY - sumX * sumY) / (count * sumXX - sumX * sumX);
  return (sumY - slope * sumX) / count + slope * window;
}

/** What the field uses (baselines, section 3). */
export const RULES: Readonly<Record<string, Detector>> = {
  "used/allocated > 0.9": above(0.9, 0),
  "used/allocated > 0.8 for 5m": above(0.8, 5),
  "predict_linear 1h -> 1h": predictLinear,
  "failed > 0": perNode(({ failed }, minutes) => held((at) => (failed[at] ?? 0) > 0, minutes, 0)),
};
