import type { Briefing } from "./briefing.ts";
import { homeLinks } from "./links.ts";
import type { Telling } from "./telling.ts";
import { utcText } from "./time-text.ts";
import { STATUS_SYMBOL } from "./words.ts";

/** What is sent to try a channel: says so at its start, and looks like nothing that needs an answer. */
export function testBriefing(channel: string, { baseUrl, nowMs }: Telling): Briefing {
  return {
    status: "test",
    symbol: STATUS_SYMBOL.test,
    title: "[TEST] Snatwatch can reach this channel",
    standing: `A test message, asked for at ${utcText(nowMs)}. Nothing is wrong and nothing is to be done.`,
    notes: [],
    heading: "",
    lines: [],
    more: () => null,
    cause: null,
    remedy: null,
    facts: [{ label: "Channel", value: channel }],
    links: homeLinks(baseUrl),
  };
}
