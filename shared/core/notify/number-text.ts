/** A whole number with commas between thousands: `1,013`. Fractions are rounded. */
export function groupThousands(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** Share in per cent, rounded down: 1,023 of 1,024 ports is 99 %, for there is one left. */
export function percentText(part: number, whole: number): string {
  return `${Math.floor((100 * part) / whole)} %`;
}
