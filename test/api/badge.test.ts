import { describe, expect, test } from "vitest";
import { MINUTE_MS } from "#core/time.ts";
import type { Status } from "#core/verdict/verdict.ts";
import { entry, get, NOW_MS, openApi, path, state, verdict, type World } from "./fakes.ts";

const world = (status: Status): World => ({
  entries: [entry("shop")],
  states: [state("shop", { verdict: verdict(status) })],
});
const badgeOf = (given: World, name = "SHOP") => get(openApi(given), "badge", "", path(name));

test.for(["healthy", "warning", "critical", "unknown"] as const)("says %s, and no name", async (status) => {
  const { status: code, headers, body } = await badgeOf(world(status));
  expect(code).toBe(200);
  expect(headers).toMatchObject({
    "content-type": "image/svg+xml; charset=utf-8",
    "cache-control": "private, max-age=60",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
  });
  expect(body).toContain(`<title id="title">egress: ${status}</title>`);
  expect(body).not.toMatch(/shop|style|script|href/i);
});

test("an old verdict is unknown", async () => {
  const old = verdict("healthy", { evaluatedAtMs: NOW_MS - 31 * MINUTE_MS });
  const { body } = await badgeOf({ ...world("healthy"), states: [state("shop", { verdict: old })] });
  expect(body).toContain("egress: unknown");
});

test.for([
  ["was never there", world("critical"), "other"],
  ["is gone", { ...world("critical"), entries: [entry("shop", { goneSinceMs: NOW_MS - 1 })] }, "shop"],
] as const)("a cluster that %s is not found", async ([, given, name]) => {
  expect((await badgeOf(given, name)).status).toBe(404);
});

describe("without a key", () => {
  const settings = { healthAccess: "anonymous" } as const;

  test("tells the status, for caches of images as well", async () => {
    const { headers, body } = await badgeOf({ ...world("critical"), settings });
    expect(headers["cache-control"]).toBe("public, max-age=60");
    expect(body).toContain("egress: critical");
  });

  test("does not tell which clusters there are", async () => {
    const unjudged = await badgeOf({ entries: [entry("shop")], settings });
    const absent = await badgeOf({ ...world("critical"), settings }, "other");
    const gone = { ...world("critical"), entries: [entry("shop", { goneSinceMs: NOW_MS - 1 })], settings };
    expect(absent).toEqual(unjudged);
    expect(await badgeOf(gone)).toEqual(unjudged);
    expect(absent.status).toBe(200);
  });
});
