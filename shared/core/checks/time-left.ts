import { formatCount } from "../format.ts";

/** Minutes until something, with the interval that holds them in nine of ten cases; no latest: it may as well never come. */
interface TimeLeft {
  readonly minutes: number;
  readonly minutesLow: number;
  readonly minutesHigh: number | null;
}

/** `about 32 minutes (24 to 51)`; the interval is left open where it has no end. */
export function describeTimeLeft({ minutes, minutesLow, minutesHigh }: TimeLeft): string {
  if (minutes < 1) return "less than a minute";
  const about = formatCount(minutes);
  const latest = minutesHigh === null ? "or more" : `to ${formatCount(minutesHigh)}`;
  return `about ${about} ${about === "1" ? "minute" : "minutes"} (${formatCount(minutesLow)} ${latest})`;
}
