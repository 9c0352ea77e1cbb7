/** A number as text that reads back as the same number, bit for bit; JSON takes it too. */
export function exactText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
