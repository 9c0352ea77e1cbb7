// Figures and times as a reader wants them. No locale of the browser: the same picture looks the same everywhere.

export type Zone = "local" | "utc";

const NONE = "–";
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** `1,024`; a fraction keeps at most one place. `null` is a dash, never 0. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return value.toLocaleString("en-GB", { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 1 });
}

/** A ratio of 0.869 is `86.9 %`. */
export function percent(ratio: number | null | undefined): string {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return NONE;
  return `${(ratio * 100).toLocaleString("en-GB", { maximumFractionDigits: 1 })} %`;
}

/** The two largest units: `2 min`, `3 h 20 min`, `4 d 2 h`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NONE;
  if (seconds < MINUTE_S) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < HOUR_S) return `${Math.round(seconds / MINUTE_S)} min`;
  if (seconds < DAY_S) return twoUnits(seconds, HOUR_S, "h", MINUTE_S, "min");
  return twoUnits(seconds, DAY_S, "d", HOUR_S, "h");
}

function twoUnits(seconds: number, large: number, largeName: string, small: number, smallName: string) {
  const whole = Math.floor(seconds / large);
  const rest = Math.floor((seconds - whole * large) / small);
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}

/** Time until there are no ports left; 0 is now. */
export function untilEmpty(seconds: number | null): string {
  return seconds !== null && seconds <= 0 ? "now" : duration(seconds);
}

/** How long ago an instant was; `never` for none. */
export function age(instant: string | null, nowMs: number): string {
  if (instant === null) return "never";
  return duration((nowMs - Date.parse(instant)) / 1_000);
}

/** `2026-11-21 15:36`, with the zone's name where it is UTC. */
export function time(instant: string | number | null, zone: Zone): string {
  if (instant === null) return NONE;
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return NONE;
  const shown = zone === "utc" ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  const text = shown.toISOString().slice(0, 16).replace("T", " ");
  return zone === "utc" ? `${text} UTC` : text;
}

/** Marks of a time axis, from epoch seconds: hours, with the day under the first of it and at midnight. */
export function axisTimes(marks: readonly number[], zone: Zone): string[] {
  const texts = marks.map((mark) => time(mark * 1_000, zone).slice(5, 16));
  const daily = texts.every((text) => text.endsWith("00:00"));
  return texts.map((text, i) => {
    const [day = "", clock = ""] = text.split(" ");
    if (daily) return day;
    return i === 0 || texts[i - 1]?.slice(0, 5) !== day ? `${clock}\n${day}` : clock;
  });
}

const PATH_LABELS: Readonly<Record<string, string>> = {
  loadBalancer: "load balancer",
  natGateway: "NAT gateway",
  firewall: "firewall",
  virtualAppliance: "appliance",
  nodePublicIp: "node addresses",
  egressGateway: "egress gateway",
  none: "no way out",
  unknown: "unknown path",
};

export function pathLabel(kind: string): string {
  return PATH_LABELS[kind] ?? kind;
}

/** `minutesUntilExhaustion` is `minutes until exhaustion`; names that are text already stay. */
export function words(name: string): string {
  return name.includes(" ")
    ? name
    : name.replace(/([a-z\d])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);
}

/** The last part of an ARM id, which is the name that a person knows. */
export function resourceName(id: string | null | undefined): string {
  return id?.split("/").findLast((part) => part !== "") ?? NONE;
}
