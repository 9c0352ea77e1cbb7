import { alignGrid, HISTORY_STEPS } from "#core/series/aggregate-steps.ts";

/** What to ask for instead, when series x steps would be more values than one answer may hold. */
export function describeTooMany(
  fromMs: number,
  toMs: number,
  seriesCount: number,
  mostValues: number,
): string {
  const reason = `at most ${mostValues} values (${seriesCount} or more series x steps)`;
  for (const step of ["5m", "1h", "1d"] as const) {
    if (alignGrid(fromMs, toMs, HISTORY_STEPS[step]).steps * seriesCount <= mostValues) {
      return `${step} or longer for this span: ${reason}`;
    }
  }
  return `a shorter span: ${reason}`;
}
