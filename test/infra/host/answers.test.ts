import { request as httpRequest, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bodyForms } from "#adapters/http/body-forms.ts";
import { answerHttp } from "#api/answer-http.ts";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { MINUTE_MS } from "#core/time.ts";
import { cluster, entry, MINUTE_NOW_MS, openApi, path, state, type World } from "../../api/fakes.ts";
import { hostWith } from "./host.fixture.ts";

// The API over real HTTP, as a client sees it: through the host and @azure/functions.

const block = createBlock(MINUTE_NOW_MS - 120 * MINUTE_MS, MINUTE_NOW_MS);
const used = ensureSeries(block, "usedPorts", {
  backendIp: "10.0.0.4",
  protocol: "tcp",
  frontendIp: "20.1.2.3",
});
for (const [minute] of used.values.entries()) used.values[minute] = 100 + minute;
const WORLD: World = {
  entries: [entry("shop", { cluster: cluster("shop") })],
  states: [state("shop")],
  block,
};
const { subscriptionId, resourceGroup, name } = path("shop").params;
const HISTORY = `clusters/${subscriptionId}/${resourceGroup}/${name}/history?metric=usedPorts&step=1m&from=-2h`;

async function serve(world: World = WORLD) {
  const { api } = openApi(world);
  const host = await hostWith((app) => {
    for (const route of api.routes) {
      app.http(route.name, {
        route: route.template,
        methods: [route.method],
        handler: async (request) => {
          const { method, params, query, headers } = request;
          const asked = { method, params, query, headers, text: () => request.text() };
          const answer = await answerHttp(api, bodyForms, route.name, asked);
          return { ...answer, headers: { ...answer.headers } };
        },
      });
    }
  });
  return async (route: string, headers: Record<string, string> = {}, method = "GET") => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest(`${host.address}/api/${route}`, { method, headers }, resolve).on("error", reject).end();
    });
    const body = await buffer(response);
    return { status: response.statusCode, headers: response.headers, body };
  };
}

test("a read carries a tag, and is not sent again to who has it", async () => {
  const ask = await serve();
  const first = await ask(HISTORY);
  expect(first.status).toBe(200);
  expect(first.headers).toMatchObject({
    etag: expect.stringMatching(/^W\/"[\w-]{22}"$/),
    "cache-control": "private, no-cache",
    vary: "accept-encoding",
    "content-type": "application/json; charset=utf-8",
  });
  expect(JSON.parse(first.body.toString()).times).toHaveLength(121);

  const { etag = "" } = first.headers;
  for (const known of [etag, etag.replace("W/", ""), `"other", ${etag}`, "*"]) {
    const again = await ask(HISTORY, { "if-none-match": known, "accept-encoding": "br" });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(again.headers).toMatchObject({
      etag,
      "cache-control": "private, no-cache",
      vary: "accept-encoding",
      "x-content-type-options": "nosniff",
    });
    expect(Object.keys(again.headers).filter((header) => header.startsWith("content-"))).toEqual([
      "content-security-policy",
    ]);
  }
  expect((await ask(HISTORY, { "if-none-match": '"other"' })).status).toBe(200);
});

test("a read with its key in the address is kept by nobody", async () => {
  const ask = await serve();
  const { status, headers } = await ask(`${HISTORY}&code=${"k".repeat(56)}`);
  expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
});

test("an answer that changes changes its tag; one and the same has the same in every coding", async () => {
  const ask = await serve();
  const tags = await Promise.all(
    ["identity", "gzip", "br"].map(
      async (coding) => (await ask(HISTORY, { "accept-encoding": coding })).headers.etag,
    ),
  );
  expect(new Set(tags).size).toBe(1);
  used.values[7] = 5;
  expect((await ask(HISTORY, { "if-none-match": tags[0] ?? "" })).status).toBe(200);
});

test.for([
  ["br, gzip", "br"],
  ["gzip;q=1, br;q=0.2", "gzip"],
  ["*;q=0.5", "br"],
  ["deflate", undefined],
  ["identity;q=1, gzip;q=0.5", undefined],
  ["*;q=0", undefined],
] as const)("accept-encoding %s: %s", async ([accepted, coding]) => {
  const ask = await serve();
  const plain = await ask(HISTORY);
  const { headers, body } = await ask(HISTORY, { "accept-encoding": accepted });
  expect(headers["content-encoding"]).toBe(coding);
  expect(headers.vary).toBe("accept-encoding");
  expect(Number(headers["content-length"])).toBe(body.length);
  const unpacked = coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body;
  expect(unpacked).toEqual(plain.body);
  if (coding !== undefined) expect(body.length).toBeLessThan(plain.body.length / 2);
});

test("a small answer is sent as it is, unless its client does not take that", async () => {
  const ask = await serve();
  expect((await ask("silences", { "accept-encoding": "br" })).headers["content-encoding"]).toBeUndefined();
  const { headers, body } = await ask("silences", { "accept-encoding": "br, identity;q=0" });
  expect(headers["content-encoding"]).toBe("br");
  expect(JSON.parse(brotliDecompressSync(body).toString())).toEqual({ silences: [] });
});

test("CSV, metrics and the description have tags, too", async () => {
  const ask = await serve();
  for (const route of [`${HISTORY}&format=csv`, "metrics", "openapi.json"]) {
    const first = await ask(route, { "accept-encoding": "gzip" });
    expect([first.status, first.headers["content-encoding"]], route).toEqual([200, "gzip"]);
    const again = await ask(route, { "if-none-match": first.headers.etag ?? "" });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(again.headers["content-disposition"]).toBeUndefined();
  }
});

test("a CSV that is not whole is another one than the whole, though its rows are the same", async () => {
  const whole = await (await serve())(`${HISTORY}&format=csv`);
  const cut = await (await serve({ ...WORLD, faults: ["damaged"] }))(`${HISTORY}&format=csv`);
  expect(cut.body).toEqual(whole.body);
  expect(cut.headers["x-snatwatch-incomplete"]).toBe("true");
  expect(cut.headers.etag).not.toBe(whole.headers.etag);
});

test("a problem has no tag and is never kept; a long one is packed", async () => {
  const ask = await serve();
  const { status, headers, body } = await ask(`history-of/${"x".repeat(10)}`);
  expect([status, body.length]).toEqual([404, 0]);
  expect(headers.etag).toBeUndefined();

  const long = `${HISTORY}&${Array.from({ length: 30 }, (_, at) => `nonsense${at}=1`).join("&")}`;
  const refused = await ask(long, { "accept-encoding": "br", "if-none-match": "*" });
  expect(refused.status).toBe(400);
  expect(refused.headers).toMatchObject({
    "content-type": "application/problem+json",
    "content-encoding": "br",
    "cache-control": "no-store",
    vary: "accept-encoding",
  });
  expect(refused.headers.etag).toBeUndefined();
  expect(JSON.parse(brotliDecompressSync(refused.body).toString()).errors).toHaveLength(30);
});

test("health that is bad is told each time, whatever the client has", async () => {
  const ask = await serve({ ...WORLD, states: [] });
  const { status, headers } = await ask("health?failOn=warning", { "if-none-match": "*" });
  expect(status).toBe(503);
  expect([headers.etag, headers["cache-control"]]).toEqual([undefined, "no-store"]);
});
