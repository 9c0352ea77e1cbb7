import type { EventSeverity } from "../text/events.ts";

/** Told apart by colour-blind readers too (Okabe and Ito), on light and on dark ground. */
export const CURVE_COLOURS = [
  "#d55e00",
  "#0072b2",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#8c6bb1",
  "#8d8d8d",
];

export interface ChartColours {
  readonly text: string;
  readonly grid: string;
  readonly limit: string;
  readonly of: Readonly<Record<EventSeverity, string>>;
}

/** The colours of the page as its style has them now, light or dark. */
export function chartColours(): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: colour("--quiet"),
    grid: colour("--line"),
    limit: colour("--critical"),
    of: {
      critical: colour("--critical"),
      warning: colour("--warning"),
      unknown: colour("--unknown"),
      ok: colour("--healthy"),
      info: colour("--link"),
    },
  };
}
