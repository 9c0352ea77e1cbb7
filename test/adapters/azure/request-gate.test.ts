import { describe, expect, test } from "vitest";
import { RequestGate, scopeOf } from "#adapters/azure/request-gate.ts";
import { TokenBucket } from "#adapters/azure/token-bucket.ts";

const LIMITS = { capacity: 3, refillPerSecond: 2 };

describe("a token bucket", () => {
  test("gives its capacity at once and then one token for each refill", () => {
    const bucket = new TokenBucket(LIMITS, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0]);
    expect(bucket.take(0)).toBe(500);
    expect(bucket.take(499)).toBe(1);
    expect(bucket.take(500)).toBe(0);
  });

  test("never holds more than its capacity", () => {
    const bucket = new TokenBucket(LIMITS, 0);
    for (let taken = 0; taken < 3; taken += 1) expect(bucket.take(3_600_000)).toBe(0);
    expect(bucket.take(3_600_000)).toBe(500);
  });

  test("believes Azure where Azure counts fewer", () => {
    const bucket = new TokenBucket(LIMITS, 0);
    bucket.atMost(1, 0);
    expect([bucket.take(0), bucket.take(0)]).toEqual([0, 500]);
  });
});

describe("the scope of a request", () => {
  const batch = "https://westeurope.metrics.monitor.azure.com/subscriptions/AAA/metrics:getBatch?top=10";
  const arm = "https://management.azure.com/subscriptions/AAA/providers/Microsoft.Network/loadBalancers";
  const nested =
    "https://management.azure.com/subscriptions/aaa/resourceGroups/g/providers/Microsoft.Network/loadBalancers/k/providers/Microsoft.Insights/metrics";

  test("is subscription and region for batches", () => {
    expect(scopeOf(batch).bucket).toBe("aaa|westeurope.metrics.monitor.azure.com");
  });

  test("names the provider that serves the request", () => {
    expect(scopeOf(arm).lane).toBe("aaa|management.azure.com|microsoft.network");
    expect(scopeOf(nested).lane).toBe("aaa|management.azure.com|microsoft.insights");
  });
});

describe("the gate", () => {
  const network = scopeOf("https://management.azure.com/subscriptions/a/providers/Microsoft.Network/x");
  const insights = scopeOf("https://management.azure.com/subscriptions/a/providers/Microsoft.Insights/x");
  const other = scopeOf("https://management.azure.com/subscriptions/b/providers/Microsoft.Network/x");

  test("keeps a whole subscription out until the time Azure named, and no other", () => {
    const gate = new RequestGate();
    gate.close(network, 5_000, true, 1_000);
    expect(gate.tryEnter(insights, 5_999)).toBe(1);
    expect(gate.tryEnter(other, 5_999)).toBe(0);
    expect(gate.tryEnter(insights, 6_000)).toBe(0);
  });

  test("keeps one provider out where the limit is the provider's", () => {
    const gate = new RequestGate();
    gate.close(network, 5_000, false, 0);
    expect(gate.tryEnter(network, 0)).toBe(5_000);
    expect(gate.tryEnter(insights, 0)).toBe(0);
  });

  test("is not opened by a shorter wish", () => {
    const gate = new RequestGate();
    gate.close(network, 5_000, true, 0);
    gate.close(network, 1_000, true, 0);
    expect(gate.closedForMs(network, 2_000)).toBe(3_000);
  });
});
