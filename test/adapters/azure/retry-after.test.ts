import { describe, expect, test } from "vitest";
import { askedWaitMs } from "#adapters/azure/retry-after.ts";
import { haveRecorded, NOW_MS, recorded } from "./support.ts";

function asked(headers: Record<string, string>, body = ""): number | undefined {
  return askedWaitMs({ get: (name) => headers[name] }, body, NOW_MS);
}

describe("the wait that Azure asks for", () => {
  test.for([
    ["seconds", { "retry-after": "17" }, "", 17_000],
    ["a date, by our clock", { "retry-after": "Sat, 21 Nov 2026 10:15:30 GMT" }, "", 30_000],
    [
      "a date, by the server's clock where the answer tells it",
      { "retry-after": "Mon, 27 Nov 2023 09:04:57 GMT", date: "Mon, 27 Nov 2023 09:00:52 GMT" },
      "",
      245_000,
    ],
    ["a date that has passed", { "retry-after": "Sat, 21 Nov 2026 10:00:00 GMT" }, "", 0],
    ["milliseconds", { "x-ms-retry-after-ms": "1500" }, "", 1_500],
    ["seconds in the text", {}, "Please try again after '324' seconds.", 324_000],
    ["seconds in the text without quotes", {}, "Try again after 6 seconds.", 6_000],
    ["a date in the text", {}, "Please retry after '2026-11-21T10:16:00.0000000Z' UTC.", 60_000],
    ["the longest of several", { "retry-after": "5" }, "try again after '9' seconds", 9_000],
    ["nothing", {}, "Retry the request later.", undefined],
    ["nonsense", { "retry-after": "soon" }, "", undefined],
    ["a negative number", { "retry-after": "-5" }, "", undefined],
  ] as const)("%s", ([, headers, body, expected]) => {
    expect(asked(headers, body)).toBe(expected);
  });

  test.skipIf(!haveRecorded).for([
    ["errors/arm-429-plain-text.json", 245_000],
    ["errors/arm-429-resource-requests-throttled.json", 324_000],
    ["errors/arm-429-subscription-requests-throttled.json", 6_000],
    ["errors/metrics-429-metricdefinitions.json", 309_000],
    ["errors/appservice-429-capitalised.json", undefined],
  ] as const)("is read from the recorded %s", ([path, expected]) => {
    const { headers = {}, body } = recorded(path).response;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    expect(asked(headers, text)).toBe(expected);
  });
});
