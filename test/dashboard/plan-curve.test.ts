import { expect, test } from "vitest";
import {
  type CurvePoint,
  curvePath,
  curveScale,
  tellingPoints,
} from "../../shared/dashboard/text/plan-curve.ts";

const point = (nodes: number, share: number | null, verdict: CurvePoint["verdict"] = "fits"): CurvePoint => ({
  nodes,
  share,
  verdict,
  neededOutboundIps: 1,
});

test("points that tell something: where the verdict changes, and numbers that the reader knows", () => {
  const curve = [
    ...[1, 2, 3, 4].map((nodes) => point(nodes, 0.5)),
    ...[5, 6, 7].map((nodes) => point(nodes, 0.8, "tight")),
    ...[8, 9, 10].map((nodes) => point(nodes, null, "doesNotFit")),
  ];
  const assumed = { nodes: 3, nodesToday: 3, maximumNodes: 6, targetRatio: 0.6, warnRatio: 0.75 };
  expect(tellingPoints(curve, assumed).map(({ nodes }) => nodes)).toEqual([1, 3, 5, 6, 8, 10]);
});

test("a curve steps, has a gap where nothing can be told, and leaves the picture beyond twice of all there is", () => {
  const curve = [point(1, 0.5), point(2, 1), point(3, null), point(4, 8)];
  const scale = curveScale(curve, 400, 220);
  expect(scale.top).toBeCloseTo(2.2);
  expect(scale.x(4)).toBe(400);
  expect(scale.y(0)).toBe(220);
  expect(scale.y(8)).toBeLessThan(0);
  expect(curvePath(curve, scale)).toBe("M100.0 170.0L200.0 170.0L200.0 120.0M400.0 -580.0");
});
