// What the dashboard costs in a real browser: bytes of its first page, and a fleet of thousands.
//
//   node test/bench/dashboard.ts [--clusters 2000]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ClusterRow } from "#api/answers/clusters.ts";
import { openBrowser } from "../e2e/dashboard-browser.ts";
import { start } from "../e2e/running.ts";

const { values } = parseArgs({ options: { clusters: { type: "string", default: "2000" } } });
const STATUSES = ["critical", "unknown", "warning", "healthy"] as const;
const TYPED = "cluster-19";

const clusters: readonly ClusterRow[] = Array.from({ length: Number(values.clusters) }, (_, i) => ({
  id: `/subscriptions/s${i % 7}/resourcegroups/rg-${i}/providers/Microsoft.ContainerService/managedClusters/cluster-${i}`,
  name: `cluster-${i}`,
  subscriptionId: `s${i % 7}`,
  resourceGroup: `rg-${i}`,
  location: "westeurope",
  outboundType: "loadBalancer",
  paths: ["loadBalancer"],
  nodes: (i % 40) + 1,
  status: STATUSES[i % 4] ?? "healthy",
  headline: `highest: node aks-nodepool1-${i}-vmss000000 uses ${i % 1_024} of 1,024 SNAT ports`,
  worstUsedRatio: (i % 1_024) / 1_024,
  exhaustionInSeconds: i % 9 === 0 ? i : null,
  evaluatedAt: "2026-11-21T10:00:00Z",
  dataThrough: "2026-11-21T09:58:00Z",
}));

const folder = mkdtempSync(join(tmpdir(), "dashboard-bench-"));
const service = await start(["--data", folder, "--port", "0", "--scenario", "healthy"]);
const browser = await openBrowser();
try {
  await browser.resize(1280, 900);
  await browser.command("Page.addScriptToEvaluateOnNewDocument", {
    source: `new MutationObserver((_, observer) => {
      if (document.querySelector(".fleet li") === null) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.now(); }));
    }).observe(document, { childList: true, subtree: true });`,
  });
  await browser.intercept([
    { address: /\/api\/clusters\?/, status: 200, body: { clusters, nextCursor: null } },
  ]);
  await browser.goto(`${service.api}/dashboard`);
  const painted = Number(await browser.until("window.painted"));
  const answered = Number(
    await browser.evaluate(
      "performance.getEntriesByType('resource').find(({ name }) => name.includes('/clusters?')).responseEnd",
    ),
  );
  const bytes = Number(
    await browser.evaluate(
      "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource').filter(({ name }) => name.includes('/dashboard/'))].reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)",
    ),
  );
  const keys = await browser.evaluate(`(() => {
    const field = document.querySelector("#filter");
    return [...${JSON.stringify(TYPED)}].map((_, i) => {
      const before = performance.now();
      field.value = ${JSON.stringify(TYPED)}.slice(0, i + 1);
      field.dispatchEvent(new Event("input"));
      document.body.offsetHeight;
      return performance.now() - before;
    });
  })()`);
  const times = Array.isArray(keys) ? keys.map(Number) : [];
  console.table([
    {
      clusters: clusters.length,
      "first page, bytes": bytes,
      "data to paint, ms": Math.round(painted - answered),
      "slowest key, ms": Math.round(Math.max(...times)),
      "mean key, ms": Math.round(times.reduce((a, b) => a + b, 0) / times.length),
    },
  ]);
} finally {
  await browser.close();
  service.child.kill("SIGKILL");
  await service.ended;
  rmSync(folder, { recursive: true, force: true });
}
