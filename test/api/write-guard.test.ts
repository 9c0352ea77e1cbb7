import { expect, test } from "vitest";
import { z } from "zod";
import { parseBody } from "#api/body.ts";
import { refuseWrite } from "#api/write-guard.ts";

const JSON_TYPE = { "content-type": "application/json" };

function statusFor(headers: Record<string, string>, method = "POST"): number | null {
  const request = { method, params: {}, query: [], headers: new Headers(headers) };
  return refuseWrite(request, "/api/x")?.status ?? null;
}

test.for([
  ["a program", {}, null],
  ["a program that names the character set", { "content-type": "Application/JSON; charset=utf-8" }, null],
  [
    "our own page",
    { origin: "https://app.example", host: "APP.example", "sec-fetch-site": "same-origin" },
    null,
  ],
  [
    "our own page behind a proxy",
    { origin: "https://status.example", host: "app.azurewebsites.net", "x-forwarded-host": "status.example" },
    null,
  ],
  ["our own page on a port", { origin: "http://127.0.0.1:7071", host: "127.0.0.1:7071" }, null],
  ["a page on another port", { origin: "http://127.0.0.1:7072", host: "127.0.0.1:7071" }, 403],
  ["another site", { origin: "https://evil.example", host: "app.example" }, 403],
  ["a sandboxed page", { origin: "null", host: "app.example" }, 403],
  ["a page of a neighbour", { "sec-fetch-site": "same-site" }, 403],
  ["a page without an origin", { "sec-fetch-site": "cross-site" }, 403],
  ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
  ["a form in disguise", { "content-type": "text/plain; application/json" }, 415],
  ["no type", { "content-type": "" }, 415],
  ["a type that only begins so", { "content-type": "application/jsonp" }, 415],
] as const)("a write of %s", ([, headers, status]) => {
  expect(statusFor({ ...JSON_TYPE, ...headers })).toBe(status);
});

test("DELETE has no body, and is guarded all the same", () => {
  expect(statusFor({}, "DELETE")).toBeNull();
  expect(statusFor({ origin: "https://evil.example", host: "app.example" }, "DELETE")).toBe(403);
});

const Silence = z.strictObject({
  until: z.iso.datetime("a time such as 2026-11-21T10:00:00Z"),
  subject: z.strictObject({ node: z.string("a text").optional() }).optional(),
});

const whole = { until: "2026-11-21T10:00:00Z" };

test.for([
  ["a field of the wrong form", { until: "soon" }, "until", "soon", "a time such as 2026-11-21T10:00:00Z"],
  ["a field that is missing", {}, "until", "", "a time such as 2026-11-21T10:00:00Z"],
  ["a field within a field", { ...whole, subject: { node: 7 } }, "subject.node", "7", "a text"],
  ["a field nobody knows", { ...whole, untli: [1] }, "untli", "[1]", "one of the fields until, subject"],
  ["a long value, cut", { until: "x".repeat(500) }, "until", `${"x".repeat(100)}…`, expect.any(String)],
] as const)("names %s", ([, body, name, value, expected]) => {
  expect(parseBody(Silence, JSON.stringify(body))).toEqual({
    ok: false,
    faults: [{ name, value, expected }],
  });
});

test.for(["null", "7", '"x"', "[]", "{", "undefined"])("%s is no body", (text) => {
  expect(parseBody(Silence, text)).toMatchObject({ faults: [{ name: "body", expected: "a JSON object" }] });
});

test("a whole body is read", () => {
  expect(parseBody(Silence, JSON.stringify(whole))).toEqual({ ok: true, value: whole });
  expect(parseBody(z.object({}), "  ")).toEqual({ ok: true, value: {} });
});
