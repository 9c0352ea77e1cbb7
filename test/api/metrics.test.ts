import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderExposition } from "#api/exposition.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { alert, entry, get, MINUTE_NOW_MS, NOW_MS, openApi, state, verdict, type World } from "./fakes.ts";

const HOUR_MS = 3_600_000;

function row(sequence: number, change: Partial<OutboxRow>): OutboxRow {
  return {
    channel: "ops",
    incidentId: "i",
    sequence,
    message: {
      incidentId: "i",
      sequence,
      kind: "opened",
      reason: "first",
      cluster: entry("shop").cluster.ref,
      severity: "critical",
      headline: "",
      openedAtMs: NOW_MS,
      atMs: NOW_MS,
      alerts: [],
      cause: null,
      remedy: null,
      leadingCheck: "snat-ports",
    },
    state: "pending",
    createdAtMs: NOW_MS,
    attempts: 0,
    nextAttemptAtMs: NOW_MS,
    leaseUntilMs: null,
    settledAtMs: null,
    lastError: null,
    ...change,
  };
}

const WORLD: World = {
  entries: [entry("shop"), entry("stale"), entry("new")],
  states: [
    state("shop", {
      verdict: verdict("critical", { worstUsedRatio: 0.976_562_5 }),
      backfill: [{ fromMs: MINUTE_NOW_MS - HOUR_MS, toMs: MINUTE_NOW_MS, kind: "catchUp" }],
      alerts: [alert(), alert({ key: "b", phase: "pending", severity: "warning", firedAtMs: null })],
    }),
    state("stale", { verdict: verdict("healthy", { evaluatedAtMs: NOW_MS - HOUR_MS }), dataThroughMs: null }),
  ],
  deliveries: { countedAtMs: NOW_MS - 60_000, dead: 2 },
  outbox: [
    row(1, {}),
    row(2, { state: "sending", createdAtMs: NOW_MS - 30 * HOUR_MS }),
    row(3, { state: "delivered", settledAtMs: NOW_MS }),
    row(4, { state: "dead", settledAtMs: NOW_MS }),
    row(5, { state: "dead", settledAtMs: NOW_MS, createdAtMs: NOW_MS - 30 * HOUR_MS }),
  ],
};

test("tells what the golden exposition tells", async () => {
  const { body, headers, status } = await get(openApi(WORLD), "metrics");
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(body).toBe(readFileSync(new URL("../golden/exposition.txt", import.meta.url), "utf8"));
});

test("tells of the monitor where there is no cluster yet", async () => {
  const { body } = await get(openApi({ discovery: null }), "metrics");
  expect(body).toContain('snatwatch_build_info{version="1.2.3"} 1');
  expect(body).not.toContain("snatwatch_cluster_status");
  expect(body).not.toContain("snatwatch_collector_lag_seconds");
  expect(body).not.toContain("snatwatch_outbox_rows");
});

test("leaves out nodes beyond its bound, counts them, and keeps the fullest", async () => {
  const nodes = verdict("healthy").nodes.flatMap((node) =>
    Array.from({ length: 5_002 }, (_, i) => ({ ...node, backendIp: `ip-${i}`, usedRatio: i / 6_000 })),
  );
  const states = [state("big", { verdict: verdict("healthy", { nodes }) })];
  const { body } = await get(openApi({ entries: [entry("big")], states }), "metrics");
  expect(body).toContain("snatwatch_node_rows_left_out 2\n");
  expect(body).toContain('backend_ip="ip-5001"');
  expect(body).not.toContain('backend_ip="ip-1"');
  expect(String(body).match(/^snatwatch_node_used_ports\{/gm)).toHaveLength(5_000);
});

test("escapes labels and help as the format asks", () => {
  const text = renderExposition([
    { name: "a", help: 'back\\slash "quote"\nline', samples: [{ labels: { l: 'a\\b"c\nd' }, value: 0.5 }] },
    { name: "empty", help: "left out", samples: [] },
  ]);
  expect(text).toBe('# HELP a back\\\\slash "quote"\\nline\n# TYPE a gauge\na{l="a\\\\b\\"c\\nd"} 0.5\n');
});
