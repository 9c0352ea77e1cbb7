import { addHours, type HighHour, NO_SHAPES, type NodeShape } from "./shapes.ts";

/** How states were stored that knew the last eight days: hour by hour, the level in percent, and 1 where connections failed. */
export interface OlderShape extends Pick<NodeShape, "backendIp" | "protocol"> {
  readonly hours: readonly (readonly [hourMs: number, percent: number, failed: 0 | 1])[];
}

/** Shapes as they are stored, of this version or the one before. */
export function readShapes(stored: readonly (NodeShape | OlderShape)[]): readonly NodeShape[] {
  return stored.flatMap((shape) =>
    "days" in shape ? [shape] : addHours(NO_SHAPES, shape, shape.hours.map(toHighHour)),
  );
}

function toHighHour([atMs, percent, failed]: OlderShape["hours"][number]): HighHour {
  return { atMs, level: percent / 100, failed: failed === 1 };
}
