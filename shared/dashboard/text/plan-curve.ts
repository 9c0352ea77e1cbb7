import type { PlanAnswer } from "#api/answers/plan.ts";

type PathPlan = PlanAnswer["paths"][number];
export type CurvePoint = PathPlan["curve"][number];

/** The points worth a line of a table: where the verdict changes, and the numbers of nodes that the reader knows. */
export function tellingPoints(
  curve: readonly CurvePoint[],
  { nodes, nodesToday, maximumNodes }: PlanAnswer["assumed"],
): readonly CurvePoint[] {
  const known = new Set([nodes, nodesToday, maximumNodes]);
  const last = curve.at(-1);
  return curve.filter(
    (point, i) => known.has(point.nodes) || point === last || curve[i - 1]?.verdict !== point.verdict,
  );
}

/** Places in a picture of `width` x `height`, its origin at the upper left. */
export interface CurveScale {
  x(nodes: number): number;
  y(share: number): number;
  /** The share at the upper edge. */
  readonly top: number;
}

/** Room above the highest of curve and limits. */
const HEAD_ROOM = 1.1;
/** What is far beyond all there is need not be seen to its end: the curve leaves the picture. */
const MOST_SHARE = 2;

export function curveScale(curve: readonly CurvePoint[], width: number, height: number): CurveScale {
  const most = curve.at(-1)?.nodes ?? 1;
  const highest = Math.max(1, ...curve.map(({ share }) => share ?? 0));
  const top = Math.min(highest, MOST_SHARE) * HEAD_ROOM;
  return {
    x: (nodes) => (nodes / most) * width,
    y: (share) => height - (share / top) * height,
    top,
  };
}

/** The `d` of the path through the points; steps, since there is no half node, and a gap where no share can be told. */
export function curvePath(curve: readonly CurvePoint[], { x, y }: CurveScale): string {
  let path = "";
  let before: number | null = null;
  for (const { nodes, share } of curve) {
    if (share !== null) {
      const to = `${x(nodes).toFixed(1)} ${y(share).toFixed(1)}`;
      path += before === null ? `M${to}` : `L${x(nodes).toFixed(1)} ${y(before).toFixed(1)}L${to}`;
    }
    before = share;
  }
  return path;
}
