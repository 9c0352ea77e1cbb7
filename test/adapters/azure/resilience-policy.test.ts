import { createEmptyPipeline, createPipelineRequest, RestError } from "@azure/core-rest-pipeline";
import { describe, expect, test } from "vitest";
import type { AzureCallEvent } from "#adapters/azure/call-event.ts";
import { startDeadline } from "#adapters/azure/deadline.ts";
import { RequestGate } from "#adapters/azure/request-gate.ts";
import { resiliencePolicy } from "#adapters/azure/resilience-policy.ts";
import { type FakeAnswer, fakeHttpClient, fakeTime, haveRecorded, NOW_MS, recorded } from "./support.ts";

const URL_ASKED = "https://westeurope.metrics.monitor.azure.com/subscriptions/aaa/metrics:getBatch";
const OK: FakeAnswer = { body: { values: [] } };

function setUp(answers: readonly (FakeAnswer | Error)[], random = 0) {
  const time = fakeTime(random);
  const gate = new RequestGate();
  const events: AzureCallEvent[] = [];
  const client = fakeHttpClient((_request, count) => {
    const answer = answers[count - 1] ?? OK;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(resiliencePolicy({ api: "test", gate, time, observe: (event) => events.push(event) }));
  const send = (budgetMs = 60_000) => {
    const deadline = startDeadline(budgetMs, time);
    const request = createPipelineRequest({ url: URL_ASKED, abortSignal: deadline.signal });
    return pipeline.sendRequest(client, request).finally(() => deadline.dispose());
  };
  return { time, gate, events, client, send };
}

describe("a throttled request", () => {
  test.for([
    ["429 with seconds", { status: 429, headers: { "retry-after": "7" } }, 7_000],
    ["429 with ms", { status: 429, headers: { "x-ms-retry-after-ms": "1234" } }, 1_234],
    ["429 with a date", { status: 429, headers: { "retry-after": "Sat, 21 Nov 2026 10:15:09 GMT" } }, 9_000],
    ["429 with the wait in its text", { status: 429, body: "try again after '6' seconds" }, 6_000],
    ["529 with seconds", { status: 529, headers: { "retry-after": "3" } }, 3_000],
    ["503 with seconds", { status: 503, headers: { "retry-after": "4" } }, 4_000],
  ] as const)("is not sent again sooner than asked: %s", async ([, answer, waitMs]) => {
    const { time, send, client } = setUp([answer]);
    expect((await send()).status).toBe(200);
    expect(client.seen).toHaveLength(2);
    expect(time.elapsedMs()).toBe(waitMs);
  });

  test("waits a little longer than asked, never less, so that instances do not return as one", async () => {
    const { time, send } = setUp([{ status: 429, headers: { "retry-after": "10" } }], 0.5);
    await send();
    expect(time.elapsedMs()).toBe(10_500);
  });

  test.for([429, 529])("without a wish backs off with growing full jitter: %i", async (status) => {
    const { time, send } = setUp([{ status }, { status }, { status }], 0.5);
    await send();
    expect(time.slept.filter((ms) => ms > 100)).toEqual([500, 1_000, 2_000]);
  });

  test("fails at once where the wait would outlast the deadline, and says when to come back", async () => {
    const { time, send, client } = setUp([{ status: 429, headers: { "retry-after": "120" } }]);
    await expect(send()).rejects.toMatchObject({ reason: "throttled", retryAtMs: NOW_MS + 120_000 });
    expect(client.seen).toHaveLength(1);
    expect(time.slept).toEqual([]);
  });

  test("keeps later calls of the same subscription and region from knocking", async () => {
    const { send, client, time } = setUp([{ status: 429, headers: { "retry-after": "120" } }]);
    await expect(send()).rejects.toMatchObject({ reason: "throttled" });
    await expect(send()).rejects.toMatchObject({ reason: "throttled", retryAtMs: NOW_MS + 120_000 });
    expect(client.seen).toHaveLength(1);
    await send(200_000);
    expect(client.seen).toHaveLength(2);
    expect(time.elapsedMs()).toBe(120_000);
  });

  test("gives up after six refusals in a row", async () => {
    const { send, client } = setUp(Array.from({ length: 9 }, () => ({ status: 429 })));
    await expect(send()).rejects.toMatchObject({ reason: "throttled" });
    expect(client.seen).toHaveLength(6);
  });

  test.skipIf(!haveRecorded)("understands the recorded wait of 6 s in ARM's text", async () => {
    const { response } = recorded("errors/arm-429-subscription-requests-throttled.json");
    const { time, send } = setUp([{ status: response.status, body: response.body }]);
    await send();
    expect(time.elapsedMs()).toBe(6_000);
  });
});

describe("a failed request", () => {
  test.for([500, 502, 503, 504, 408])("is asked again on %i", async (status) => {
    const { send, client } = setUp([{ status }]);
    expect((await send()).status).toBe(200);
    expect(client.seen).toHaveLength(2);
  });

  test.for([400, 401, 403, 404, 501])("is not asked again on %i", async (status) => {
    const { send, client } = setUp([{ status }]);
    expect((await send()).status).toBe(status);
    expect(client.seen).toHaveLength(1);
  });

  test("is asked again after a reset connection, four times in all", async () => {
    const reset = new RestError("read ECONNRESET", { code: "ECONNRESET" });
    const { send, client, events } = setUp([reset, reset, reset, reset, reset]);
    await expect(send()).rejects.toBe(reset);
    expect(client.seen).toHaveLength(4);
    expect(events.filter(({ kind }) => kind === "retry")).toHaveLength(3);
  });

  test("keeps its last answer where no time is left for another try", async () => {
    const { send, client } = setUp([{ status: 500 }], 0.9);
    expect((await send(100)).status).toBe(500);
    expect(client.seen).toHaveLength(1);
  });

  test("does not repeat our own bugs", async () => {
    const { send, client } = setUp([new TypeError("undefined is not a function")]);
    await expect(send()).rejects.toThrow(TypeError);
    expect(client.seen).toHaveLength(1);
  });
});

test("requests beyond the bucket wait for its refill", async () => {
  const { send, time } = setUp([]);
  for (let sent = 0; sent < 251; sent += 1) await send();
  expect(time.elapsedMs()).toBe(40);
});

test("Azure's own count of reads left is believed: other instances drink from the same bucket", async () => {
  const { send, time } = setUp([{ headers: { "x-ms-ratelimit-remaining-subscription-reads": "1" } }]);
  await send();
  await send();
  expect(time.elapsedMs()).toBe(0);
  await send();
  expect(time.elapsedMs()).toBe(40);
});

test("each request is reported with its outcome and size", async () => {
  const { send, events } = setUp([{ status: 500, body: "oops" }]);
  await send();
  expect(
    events.map((event) => (event.kind === "request" ? [event.outcome, event.bytes] : event.kind)),
  ).toEqual([["unavailable", 4], "retry", ["ok", 13]]);
});
