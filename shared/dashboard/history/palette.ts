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

export interface AxisColours {
  readonly text: string;
  readonly grid: string;
  readonly limit: string;
  readonly mark: string;
}

/** The colours of the page as its style has them now, light or dark. */
export function axisColours(): AxisColours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: colour("--quiet"),
    grid: colour("--line"),
    limit: colour("--critical"),
    mark: colour("--warning"),
  };
}
