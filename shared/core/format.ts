/** A whole number with thousands separated by commas: `1,024`. Decimals are rounded. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** A number with one decimal at most. */
export function toTenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A ratio 0..1 as a percentage for sentences: `98.9 %`, `75 %`. */
export function formatPercent(ratio: number): string {
  const percent = Math.round(ratio * 1_000) / 10;
  return `${percent} %`;
}
