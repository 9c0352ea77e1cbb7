import { describe, expect, test } from "vitest";
import { authLevelFor } from "#api/access.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import { MemorySilenceStore } from "../support/memory/silence-store.ts";
import { entry, get, NOW_MS, openApi } from "./fakes.ts";

const ROUTES = openApi().api.routes;
const WRITES = ROUTES.filter(({ method }) => method !== "GET").map(({ name }) => name);
const GUARDED = ROUTES.filter(({ access }) => access === "guarded");
/** What a write takes and refuses stands with its own tests. */
const READS = ROUTES.filter(({ method }) => method === "GET");

test("has the routes of the contract, each once", () => {
  expect(ROUTES.map(({ method, template }) => `${method} ${template}`)).toEqual([
    "GET health",
    "GET clusters",
    "GET clusters/{subscriptionId}/{resourceGroup}/{name}",
    "GET clusters/{subscriptionId}/{resourceGroup}/{name}/history",
    "GET clusters/{subscriptionId}/{resourceGroup}/{name}/events",
    "GET clusters/{subscriptionId}/{resourceGroup}/{name}/plan",
    "GET clusters/{subscriptionId}/{resourceGroup}/{name}/replay",
    "GET clusters/{subscriptionId}/{resourceGroup}/{name}/denials",
    "GET clusters/{subscriptionId}/{resourceGroup}/{name}/badge.svg",
    "GET alerts",
    "GET incidents",
    "GET silences",
    "POST silences",
    "DELETE silences/{id}",
    "GET channels",
    "POST channels/{name}/test",
    "GET metrics",
    "GET openapi.json",
  ]);
  expect(new Set(ROUTES.map(({ name }) => name)).size).toBe(ROUTES.length);
});

test("every answer forbids guessing, keeping and framing", async () => {
  const opened = openApi();
  for (const { name } of ROUTES) {
    for (const query of ["", "nonsense=1"]) {
      const { headers } = await get(opened, name, query);
      expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    }
  }
});

describe("parameters", () => {
  test("every route refuses one that it does not know, and names those that it does", async () => {
    for (const { name } of READS) {
      const { json, status } = await get(openApi(), name, "nonsense=1");
      expect(status).toBe(400);
      expect(json).toMatchObject({
        type: "urn:snatwatch:problem:invalid-parameter",
        errors: expect.arrayContaining([
          { name: "nonsense", value: "1", expected: expect.stringContaining("parameters") },
        ]),
      });
    }
  });

  test("all faults are named at once", async () => {
    const { json } = await get(openApi(), "clusters", "limit=0&statsu=critical&status=bad");
    expect(json).toEqual({
      type: "urn:snatwatch:problem:invalid-parameter",
      title: "Invalid parameter",
      status: 400,
      detail: expect.stringContaining(
        'statsu="critical": expected one of the parameters status, q, limit, cursor',
      ),
      instance: "/api/clusters",
      errors: [
        { name: "statsu", value: "critical", expected: "one of the parameters status, q, limit, cursor" },
        {
          name: "status",
          value: "bad",
          expected: "one or more of critical, unknown, warning, healthy, separated by commas",
        },
        { name: "limit", value: "0", expected: "a whole number from 1 to 1000" },
      ],
    });
  });

  test("one that is given twice is refused", async () => {
    const { json } = await get(openApi(), "alerts", "state=all&state=firing");
    expect(json).toMatchObject({
      errors: [{ name: "state", value: "firing", expected: "the parameter once" }],
    });
  });

  test("the host's key is none of ours, and never in an answer", async () => {
    expect((await get(openApi(), "alerts", "code=hush")).status).toBe(200);
    const { body } = await get(openApi(), "alerts", "code=hush&state=x");
    expect(JSON.stringify(body)).not.toContain("hush");
  });
});

describe("a storage that is away", () => {
  const STORED = READS.filter(({ name }) => !["health", "openapi", "channels"].includes(name));

  test.for(["unavailable", "timeout", "throttled"] as const)("answers 503 when it is %s", async (reason) => {
    for (const { name } of STORED) {
      const failure = new AdapterError(reason, "table hush");
      const silences = Object.assign(new MemorySilenceStore(), { list: () => Promise.reject(failure) });
      const opened = openApi({ failure, silences });
      const response = await get(opened, name, name === "history" ? "metric=usedPorts" : "");
      expect(response.status).toBe(503);
      expect(response.headers["retry-after"]).toBe("10");
      expect(JSON.stringify(response.body)).not.toContain("hush");
      expect(opened.logged).toHaveLength(1);
    }
  });

  test.for([
    ["as long as the store said", 42_000, "42"],
    ["at least a second", -5_000, "1"],
    ["five minutes at most", 3_600_000, "300"],
  ] as const)("asks to wait %s", async ([, waitMs, retryAfter]) => {
    const failure = new AdapterError("throttled", "x", { retryAtMs: NOW_MS + waitMs });
    expect((await get(openApi({ failure }), "health")).headers["retry-after"]).toBe(retryAfter);
  });
});

test("an unexpected failure is logged, and told without internals", async () => {
  for (const failure of [new TypeError("hush"), new AdapterError("forbidden", "hush")]) {
    const opened = openApi({ failure });
    const { json, status } = await get(opened, "clusters");
    expect(status).toBe(500);
    expect(json).toMatchObject({ type: "urn:snatwatch:problem:internal-error", instance: "/api/clusters" });
    expect(JSON.stringify(json)).not.toContain("hush");
    expect(opened.logged.join()).toContain("hush");
  }
});

test("only GET is answered", async () => {
  const { headers, status } = await get(openApi(), "clusters", "", { method: "POST" });
  expect(status).toBe(405);
  expect(headers["allow"]).toBe("GET");
});

test("a route that does not exist is a bug", async () => {
  await expect(get(openApi(), "nothing")).rejects.toThrow(RangeError);
});

describe("who may ask", () => {
  const levels = (settings: Parameters<typeof authLevelFor>[1]) =>
    Object.fromEntries(ROUTES.map((route) => [route.name, authLevelFor(route, settings)]));

  test("key: the host asks for a key, on health and badges only if the setting says so", () => {
    expect(new Set(Object.values(levels({ auth: "key", healthAccess: "key", writeAccess: "same" })))).toEqual(
      new Set(["function"]),
    );
    const open = levels({ auth: "key", healthAccess: "anonymous", writeAccess: "same" });
    expect(Object.entries(open).filter(([, level]) => level === "anonymous")).toEqual([
      ["health", "anonymous"],
      ["badge", "anonymous"],
    ]);
  });

  test("entra: every route refuses a request without a principal", async () => {
    const opened = openApi({ entries: [entry("a")], settings: { auth: "entra" } });
    for (const route of ROUTES) {
      expect(authLevelFor(route, { auth: "entra", healthAccess: "key", writeAccess: "own" })).toBe(
        "anonymous",
      );
      const refused = await get(opened, route.name, "", { method: route.method });
      expect(refused.status).toBe(401);
      expect(refused.json).toMatchObject({ title: "Not authenticated" });
    }
    const headers = { "x-ms-client-principal": "e30=" };
    expect((await get(opened, "clusters", "", { headers })).status).toBe(200);
  });

  test("entra: health can be open, the others stay shut", async () => {
    const opened = openApi({ settings: { auth: "entra", healthAccess: "anonymous" } });
    expect((await get(opened, "health")).status).toBe(200);
    for (const { name, method } of GUARDED) {
      expect((await get(opened, name, "", { method })).status).toBe(401);
    }
  });

  test("key: writes can ask for the master key, and only they do", () => {
    const asked = Object.entries(levels({ auth: "key", healthAccess: "key", writeAccess: "own" }));
    expect(asked.filter(([, level]) => level === "admin").map(([name]) => name)).toEqual(WRITES);
    expect(new Set(asked.map(([, level]) => level))).toEqual(new Set(["admin", "function"]));
  });

  const principal = (...claims: readonly object[]) =>
    Buffer.from(JSON.stringify({ claims })).toString("base64");
  test.for([
    ["the role of a token", principal({ typ: "roles", val: "Snatwatch.Write" }), true],
    [
      "the role as the platform names it",
      principal({
        typ: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
        val: "Snatwatch.Write",
      }),
      true,
    ],
    ["another role", principal({ typ: "roles", val: "Snatwatch.Read" }), false],
    ["a name that is like the role", principal({ typ: "name", val: "Snatwatch.Write" }), false],
    ["no claims", "e30=", false],
    ["no JSON", "x", false],
  ] as const)("entra: writes can ask for an app role: %s", async ([, header, allowed]) => {
    const opened = openApi({ settings: { auth: "entra", writeAccess: "own" } });
    const headers = { "x-ms-client-principal": header, "content-type": "application/json" };
    for (const name of WRITES) {
      const method = ROUTES.find((route) => route.name === name)?.method ?? "";
      const { status } = await get(opened, name, "", { method, headers });
      expect([name, status === 403]).toEqual([name, !allowed]);
    }
    expect((await get(opened, "clusters", "", { headers })).status).toBe(200);
  });

  test("writing can be turned off for everybody", async () => {
    for (const auth of ["key", "entra", "none"] as const) {
      const opened = openApi({ settings: { auth, writeAccess: "none" } });
      const claims = principal({ typ: "roles", val: "Snatwatch.Write" });
      const headers = { "x-ms-client-principal": claims, "content-type": "application/json" };
      for (const name of WRITES) {
        const method = ROUTES.find((route) => route.name === name)?.method ?? "";
        const refused = await get(opened, name, "", { method, headers });
        expect([refused.status, refused.json]).toMatchObject([403, { title: "Not allowed" }]);
      }
    }
  });

  test("none: everybody", async () => {
    const opened = openApi({ settings: { auth: "none" } });
    expect((await get(opened, "clusters")).status).toBe(200);
    expect(
      authLevelFor(
        { access: "guarded", method: "POST" },
        { auth: "none", healthAccess: "key", writeAccess: "own" },
      ),
    ).toBe("anonymous");
  });
});
