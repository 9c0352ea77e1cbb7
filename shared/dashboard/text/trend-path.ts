/**
 * The `d` of an SVG path through the values; a gap in them is a gap in the line.
 *
 * @param top value at the upper edge; `null`: the highest of them
 */
export function trendPath(
  values: readonly (number | null)[],
  width: number,
  height: number,
  top: number | null,
): string {
  const known = values.filter((value) => value !== null);
  const highest = Math.max(top ?? 0, ...known) || 1;
  const step = width / Math.max(1, values.length - 1);
  let pen = "M";
  let path = "";
  for (const [i, value] of values.entries()) {
    if (value === null) {
      pen = "M";
      continue;
    }
    const y = height - 1 - (value / highest) * (height - 2);
    path += `${pen}${(i * step).toFixed(1)} ${y.toFixed(1)}`;
    // A value alone between gaps still shows, as a dot.
    if (pen === "M") path += "h0.1";
    pen = "L";
  }
  return path;
}
