import type { HistoryStep } from "#core/series/aggregate-steps.ts";
import { DAY_MS } from "#core/time.ts";
import type { ApiSettings } from "../route.ts";

/** Storage drops whole weeks or months, so what is stored can outlive its retention by so much. */
const DROPPED_WITHIN_MS = 32 * DAY_MS;

const STEPS: readonly HistoryStep[] = ["1m", "5m", "1h", "1d"];
const WORDS: Readonly<Record<HistoryStep, string>> = {
  "1m": "samples of one minute",
  "5m": "values in steps of 5 minutes",
  "1h": "hourly values",
  "1d": "daily values",
};

/** How long values in that step are kept, ms. */
function keptMs(step: HistoryStep, settings: ApiSettings): number {
  if (step === "1m") return settings.retentionRawMs;
  return step === "5m" ? settings.retentionFivesMs : settings.retentionHourlyMs;
}

/** Before it nothing in that step can be stored, epoch ms. */
export function oldestStoredMs(step: HistoryStep, settings: ApiSettings, nowMs: number): number {
  // Minutes of an import stay until all of it is there.
  const held = step === "1m" || step === "5m" ? settings.historyImportMs : 0;
  return nowMs - Math.max(keptMs(step, settings), held) - DROPPED_WITHIN_MS;
}

/** The step, or the next longer one that is kept for as long as back to `fromMs`; the longest where none is. */
export function keptStep(
  step: HistoryStep,
  fromMs: number,
  settings: ApiSettings,
  nowMs: number,
): HistoryStep {
  const longer = STEPS.slice(STEPS.indexOf(step));
  return longer.find((each) => nowMs - fromMs <= keptMs(each, settings)) ?? "1d";
}

/** What to know of a span that reaches back beyond what is kept; `null` where it does not. */
export function keptNote(
  step: HistoryStep,
  fromMs: number,
  settings: ApiSettings,
  nowMs: number,
): string | null {
  const kept = keptMs(step, settings);
  if (nowMs - fromMs <= kept) return null;
  const note = `${WORDS[step]} are kept for ${kept / DAY_MS} days; older ones may be gone`;
  const better = keptStep(step, fromMs, settings, nowMs);
  return better === step ? note : `${note}: step=${better} goes back further`;
}
