import { expect, it } from "vitest";
import { hostWith } from "./host.fixture.ts";

it("hands the request over as the cloud does, and the answer back", async () => {
  const host = await hostWith((app) => {
    app.http("echo", {
      route: "echo/{id}/{*rest}",
      methods: ["POST"],
      handler: async (request, context) => ({
        status: 201,
        headers: { "x-name": context.functionName, "content-type": "application/json" },
        cookies: [{ name: "a", value: "b c", path: "/", httpOnly: true, sameSite: "Lax", maxAge: 60 }],
        jsonBody: {
          url: new URL(request.url).pathname,
          params: request.params,
          query: Object.fromEntries(request.query),
          header: request.headers.get("x-test"),
          body: await request.text(),
        },
      }),
    });
  });
  const response = await fetch(`${host.address}/api/ECHO/a%20b/c/d?x=1&y=2&y=3&empty=`, {
    method: "POST",
    headers: { "x-test": "täst" },
    body: "höllo",
  });
  expect(response.status).toBe(201);
  expect(response.headers.get("x-name")).toBe("echo");
  expect(response.headers.get("set-cookie")).toBe("a=b%20c; Max-Age=60; Path=/; SameSite=Lax; HttpOnly");
  expect(await response.json()).toEqual({
    url: "/api/ECHO/a%20b/c/d",
    params: { id: "a b", rest: "c/d" },
    query: { x: "1", y: "2,3", empty: "" },
    header: "täst",
    body: "höllo",
  });
});

it("carries bytes unchanged both ways", async () => {
  const host = await hostWith((app) => {
    app.post("bytes", async (request) => ({
      headers: { "content-type": "application/octet-stream" },
      body: new Uint8Array(await request.arrayBuffer()),
    }));
  });
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
  const response = await fetch(`${host.address}/api/bytes`, { method: "POST", body: bytes });
  expect(response.headers.get("content-type")).toBe("application/octet-stream");
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
});

it("prefers the route that says more about the path", async () => {
  const host = await hostWith((app) => {
    const answer = (name: string, route: string) => app.get(name, { route, handler: () => ({ body: name }) });
    answer("rest", "{*rest}");
    answer("parameter", "clusters/{id}");
    answer("number", "clusters/{id:int}");
    answer("text", "clusters/worst");
    answer("optional", "alerts/{id?}");
    answer("mixed", "files/{name}.json");
  });
  const get = async (path: string): Promise<string> => (await fetch(`${host.address}${path}`)).text();
  expect(await get("/api/clusters/worst")).toBe("text");
  expect(await get("/api/clusters/12")).toBe("number");
  expect(await get("/api/clusters/x12")).toBe("parameter");
  expect(await get("/api/clusters/a/b")).toBe("rest");
  expect(await get("/api/alerts")).toBe("optional");
  expect(await get("/api/alerts/7/")).toBe("optional");
  expect(await get("/api/files/a.b.json")).toBe("mixed");
  expect(await get("/api")).toBe("rest");
});

it("takes the route prefix from host.json, an empty one too", async () => {
  const register = (app: Parameters<Parameters<typeof hostWith>[0]>[0]): void => {
    app.get("home", { route: "/", handler: () => ({ body: "home" }) });
    app.get("data", { route: "data", handler: () => ({ body: "data" }) });
  };
  const bare = await hostWith(register, { hostJson: { extensions: { http: { routePrefix: "" } } } });
  expect(await (await fetch(`${bare.address}/`)).text()).toBe("home");
  expect(await (await fetch(`${bare.address}/data`)).text()).toBe("data");
  const deep = await hostWith(register, { hostJson: { extensions: { http: { routePrefix: "/x/y/" } } } });
  expect(await (await fetch(`${deep.address}/x/y/data`)).text()).toBe("data");
  expect((await fetch(`${deep.address}/api/data`)).status).toBe(404);
});

it("answers what no function answers", async () => {
  const host = await hostWith(
    (app) => {
      app.get("only-get", () => ({ body: "x" }));
      app.post("small", async (request) => ({ body: await request.text() }));
      app.get("nothing", () => undefined as never);
    },
    { bodyLimitBytes: 10 },
  );
  const status = async (path: string, init?: RequestInit): Promise<number> =>
    (await fetch(`${host.address}${path}`, init)).status;
  expect(await status("/api/missing")).toBe(404);
  expect(await status("/only-get")).toBe(404);
  const wrongMethod = await fetch(`${host.address}/api/only-get`, { method: "DELETE" });
  expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "GET"]);
  expect(await status("/api/%E0%A4%A")).toBe(400);
  expect(await status("/api/small", { method: "POST", body: "01234567890" })).toBe(413);
  expect(await status("/api/small", { method: "POST", body: "0123456789" })).toBe(200);
  expect(await status("/api/nothing")).toBe(204);
});

it("answers 500 without a word when a function throws, and logs why", async () => {
  const host = await hostWith((app) => {
    app.get("broken", (_, context) => {
      context.warn("about to", { fail: true });
      throw new Error("the secret reason");
    });
    app.get("wrong", () => "not a response" as never);
  });
  const response = await fetch(`${host.address}/api/broken`);
  expect([response.status, await response.text()]).toEqual([500, ""]);
  expect(host.logged).toContain("warning broken about to { fail: true }");
  expect(host.logged.join("\n")).toMatch(/error broken failed after \d+ ms: Error: the secret reason/);
  expect((await fetch(`${host.address}/api/wrong`)).status).toBe(500);
});

it("asks for keys only when it has them", async () => {
  const register = (app: Parameters<Parameters<typeof hostWith>[0]>[0]): void => {
    for (const authLevel of ["anonymous", "function", "admin"] as const) {
      app.get(authLevel, { authLevel, handler: () => ({ body: "in" }) });
    }
  };
  const open = await hostWith(register);
  expect((await fetch(`${open.address}/api/admin`)).status).toBe(200);
  expect((await fetch(`${open.address}/admin/functions`)).status).toBe(200);

  const closed = await hostWith(register, { keys: { function: "f-key", admin: "a-key" } });
  const status = async (path: string, key?: string): Promise<number> =>
    (await fetch(`${closed.address}${path}`, key ? { headers: { "x-functions-key": key } } : {})).status;
  expect(await status("/api/anonymous")).toBe(200);
  expect(await status("/api/function")).toBe(401);
  expect(await status("/api/function", "wrong")).toBe(401);
  expect(await status("/api/function", "f-key")).toBe(200);
  expect(await status("/api/function", "a-key")).toBe(200);
  expect(await status("/api/function?code=f-key")).toBe(200);
  expect(await status("/api/admin", "f-key")).toBe(401);
  expect(await status("/api/admin", "a-key")).toBe(200);
  expect(await status("/admin/functions", "f-key")).toBe(401);
  expect(await status("/admin/functions", "a-key")).toBe(200);
});

it("lets a request in progress finish when it closes, and takes no new ones", async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const host = await hostWith((app) => {
    app.get("slow", async () => {
      started.resolve();
      await release.promise;
      return { body: "done" };
    });
  });
  const slow = fetch(`${host.address}/api/slow`);
  await started.promise;
  const closed = host.close({ drainMs: 5_000 });
  await expect(fetch(`${host.address}/api/slow`)).rejects.toThrow();
  release.resolve();
  expect(await (await slow).text()).toBe("done");
  await closed;
});

it("gives up on a run that outlasts the drain", async () => {
  const host = await hostWith((app) => app.get("stuck", () => new Promise(() => {})));
  const stuck = fetch(`${host.address}/api/stuck`).catch(() => "cut off");
  await new Promise((resolve) => setTimeout(resolve, 100));
  await host.close({ drainMs: 50 });
  expect(await stuck).toBe("cut off");
  expect(host.logged).toContain("warning host closing with 1 runs in progress after 50 ms");
});

it("fails a run that outlasts functionTimeout", async () => {
  const host = await hostWith((app) => app.get("long", () => new Promise(() => {})), {
    hostJson: { functionTimeout: "00:00:00.05" },
  });
  expect((await fetch(`${host.address}/api/long`)).status).toBe(500);
  expect(host.logged.join("\n")).toContain("timed out after 50 ms");
});
