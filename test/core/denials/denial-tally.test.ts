import { expect, test } from "vitest";
import { DENIAL_SPAN_MS } from "#core/denials/denial.ts";
import { DenialTally, MOST_DETAILED } from "#core/denials/denial-tally.ts";
import { type LogRow, REST_REASON } from "#core/denials/log-row.ts";

const SPAN_MS = Date.parse("2026-11-21T10:00:00Z");

function row(changes: Partial<LogRow> = {}): LogRow {
  return {
    kind: "network",
    firewall: "/fw",
    destination: "8.8.8.8",
    port: 53,
    protocol: "udp",
    rule: null,
    reason: null,
    count: 1,
    sources: ["10.0.0.4"],
    sourceCount: 1,
    firstSeenMs: SPAN_MS + 1,
    lastSeenMs: SPAN_MS + 1,
    ...changes,
  };
}

function tallied(rows: readonly LogRow[]) {
  const tally = new DenialTally();
  for (const each of rows) tally.add(each);
  return tally.denials();
}

test("rows alike within a span become one denial", () => {
  const denials = tallied([
    row({ lastSeenMs: SPAN_MS + 9 }),
    row({ count: 4, sources: ["10.0.0.5"], firstSeenMs: SPAN_MS }),
    row({ firstSeenMs: SPAN_MS + DENIAL_SPAN_MS }),
  ]);
  expect(denials).toMatchObject([
    { spanMs: SPAN_MS, count: 5, sources: ["10.0.0.4", "10.0.0.5"], sourceCount: 2, firstSeenMs: SPAN_MS },
    { spanMs: SPAN_MS + DENIAL_SPAN_MS, count: 1 },
  ]);
  expect(denials[0]?.lastSeenMs).toBe(SPAN_MS + 9);
});

test("another firewall, destination, port, protocol or rule is another denial", () => {
  const rows = [
    row(),
    row({ firewall: "/fw2" }),
    row({ destination: "9.9.9.9" }),
    row({ port: 54 }),
    row({ protocol: "tcp" }),
    row({ rule: "C/R" }),
  ];
  expect(tallied(rows)).toHaveLength(rows.length);
});

test("ten sources are listed, and all are counted", () => {
  const rows = Array.from({ length: 25 }, (_, at) => row({ sources: [`10.0.0.${at}`] }));
  const [denial] = tallied([...rows, row({ sources: ["10.0.0.1"], sourceCount: 7 })]);
  expect(denial?.sources).toHaveLength(10);
  expect(denial?.sourceCount).toBe(25);
});

test("beyond the bound the least frequent are counted together, and the total stays", () => {
  const rows = Array.from({ length: MOST_DETAILED + 500 }, (_, at) =>
    row({ destination: `h${at}.example.com`, count: at < 500 ? 1 : 2 }),
  );
  const denials = tallied(rows);
  const [rest, ...others] = denials.filter(({ destination }) => destination === "");
  expect(denials).toHaveLength(MOST_DETAILED + 1);
  expect(rest).toMatchObject({ count: 500, port: null, protocol: "", reason: REST_REASON });
  expect(others).toEqual([]);
  expect(denials.reduce((sum, { count }) => sum + count, 0)).toBe(500 + 2 * MOST_DETAILED);
});
