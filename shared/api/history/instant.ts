import * as z from "zod";
import type { ParameterFault } from "../problem.ts";
import { toWireTime } from "../wire-time.ts";

/** A point in time as a user may write it: fixed, or so long before now. */
export type Instant = { readonly atMs: number } | { readonly beforeNowMs: number };

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const RELATIVE = /^(?:now)?-(\d{1,6})([smhd])$/;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/;
/** The year 2100: beyond it a number is milliseconds rather than seconds. */
const LATEST_MS = 4_102_444_800_000;

const EXPECTED = "RFC 3339 (2026-11-21T10:00:00Z), epoch seconds, now, or a time before now such as -24h";

/** An instant of a query. A `+` of a zone that was not escaped arrives as a blank, and is taken for what it was. */
export const instantParameter = z.string(EXPECTED).transform((text, issues): Instant => {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  issues.addIssue(EXPECTED);
  return z.NEVER;
});

function parseInstant(text: string): Instant | undefined {
  if (text === "now") return { beforeNowMs: 0 };
  const [, count, unit = ""] = RELATIVE.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) return { beforeNowMs: Number(count) * unitMs };

  const atMs = /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : parseRfc3339(text);
  return atMs >= 0 && atMs <= LATEST_MS ? { atMs } : undefined;
}

/** `NaN`, which lies within no bounds, for anything else. */
function parseRfc3339(text: string): number {
  const restored = text.replace(/ (\d\d:\d\d)$/, "+$1");
  return RFC3339.test(restored) ? Date.parse(restored) : Number.NaN;
}

/** Epoch milliseconds. */
export function resolveInstant(instant: Instant, nowMs: number): number {
  return "atMs" in instant ? instant.atMs : nowMs - instant.beforeNowMs;
}

/** Epoch ms; the end is exclusive. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The span of a query, or what is wrong with it. */
export function resolveSpan(
  from: Instant,
  to: Instant,
  nowMs: number,
): Span | { readonly fault: ParameterFault } {
  const fromMs = resolveInstant(from, nowMs);
  const toMs = resolveInstant(to, nowMs);
  if (fromMs < toMs) return { fromMs, toMs };
  const expected = `an instant before to=${toWireTime(toMs)}`;
  return { fault: { name: "from", value: toWireTime(fromMs), expected } };
}
