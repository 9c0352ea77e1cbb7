import { createEmptyPipeline, createPipelineRequest, type HttpClient } from "@azure/core-rest-pipeline";
import { describe, expect, test } from "vitest";
import { cloudEndpoints } from "#adapters/azure/cloud.ts";
import { deadlineOf, orAbort, startDeadline } from "#adapters/azure/deadline.ts";
import { timeoutPolicy } from "#adapters/azure/timeout-policy.ts";
import { runPool } from "#adapters/azure/work-pool.ts";
import { fakeTime } from "./support.ts";

describe("an attempt", () => {
  const deaf: HttpClient = { sendRequest: () => new Promise(() => {}) };

  test("ends after its time even if the client ignores signals", async () => {
    const pipeline = createEmptyPipeline();
    pipeline.addPolicy(timeoutPolicy(20));
    const sent = pipeline.sendRequest(deaf, createPipelineRequest({ url: "https://x" }));
    await expect(sent).rejects.toMatchObject({ reason: "timeout", message: "no answer within 0.02 s" });
  });

  test("ends when the call's signal aborts, and leaves that signal on the request", async () => {
    const pipeline = createEmptyPipeline();
    pipeline.addPolicy(timeoutPolicy(10_000));
    const controller = new AbortController();
    const request = createPipelineRequest({ url: "https://x", abortSignal: controller.signal });
    const sent = pipeline.sendRequest(deaf, request);
    controller.abort();
    await expect(sent).rejects.toMatchObject({ reason: "timeout" });
    expect(request.abortSignal).toBe(controller.signal);
  });
});

describe("a deadline", () => {
  test("travels beside its signal", () => {
    const deadline = startDeadline(5_000, fakeTime());
    expect(deadlineOf(deadline.signal)).toBe(5_000);
    expect(deadlineOf(new AbortController().signal)).toBeUndefined();
    deadline.dispose();
  });

  test("ends with its parent", async () => {
    const parent = new AbortController();
    const deadline = startDeadline(60_000, fakeTime(), parent.signal);
    const work = orAbort(new Promise(() => {}), deadline.signal);
    parent.abort();
    await expect(work).rejects.toMatchObject({ reason: "timeout", message: "stopped by the caller" });
    deadline.dispose();
  });
});

describe("the pool", () => {
  test("runs no more than its limit at a time, and the jobs that jobs bring", async () => {
    let active = 0;
    let most = 0;
    const done: number[] = [];
    await runPool([1, 2, 3, 4, 5], 2, async (job) => {
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
      done.push(job);
      return job < 10 ? [job + 10] : [];
    });
    expect(most).toBe(2);
    expect(done.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 11, 12, 13, 14, 15]);
  });

  test("ends at once without jobs and with the first error", async () => {
    await runPool([], 2, () => Promise.resolve([]));
    await expect(runPool([1], 2, () => Promise.reject(new Error("bug")))).rejects.toThrow("bug");
  });
});

test.for([
  ["public", "metrics.monitor.azure.com", "https://management.azure.com/.default"],
  ["usgovernment", "metrics.monitor.azure.us", "https://management.usgovcloudapi.net/.default"],
  ["china", "metrics.monitor.azure.cn", "https://management.chinacloudapi.cn/.default"],
] as const)("cloud %s has its own hosts and audiences", ([cloud, metricsHostSuffix, armScope]) => {
  expect(cloudEndpoints(cloud)).toMatchObject({
    metricsHostSuffix,
    metricsAudience: `https://${metricsHostSuffix}`,
    armScope,
  });
});
