// What the dashboard costs in a real browser: bytes of its first page, a fleet of thousands, a heat map, curves that are moved by hand.
//
//   node test/bench/dashboard.ts [--clusters 2000]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ClusterRow } from "#api/answers/clusters.ts";
import type { HistoryAnswer } from "#api/answers/history.ts";
import { openBrowser } from "../e2e/dashboard-browser.ts";
import { get, start, until } from "../e2e/running.ts";

const { values } = parseArgs({ options: { clusters: { type: "string", default: "2000" } } });
const STATUSES = ["critical", "unknown", "warning", "healthy"] as const;
const TYPED = "cluster-19";
/** How long curves are moved, ms. */
const MOVED_MS = 3_000;

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
  limits: { warnRatio: 0.75, failRatio: 0.9 },
  exhaustionInSeconds: i % 9 === 0 ? i : null,
  evaluatedAt: "2026-11-21T10:00:00Z",
  dataThrough: "2026-11-21T09:58:00Z",
}));

/** A history of 100 nodes as the API would give it. */
function history(steps: number, step: "1m" | "1h", stepSeconds: number): HistoryAnswer {
  const endSeconds = Date.parse("2026-11-21T10:00:00Z") / 1_000;
  const times = Array.from({ length: steps }, (_, i) => endSeconds - (steps - i) * stepSeconds);
  const series = Array.from({ length: 100 }, (_, node) => ({
    labels: { node: `aks-nodepool1-1-vmss${String(node).padStart(6, "0")}`, protocol: "tcp" },
    values: times.map((_, i) =>
      (i * 7 + node) % 97 === 0
        ? null
        : Math.abs(0.4 + 0.35 * Math.sin(i / 40 + node) + 0.1 * Math.sin(i * 1.7 + node)),
    ),
  }));
  const [from, to] = [times[0] ?? 0, endSeconds].map((seconds) => new Date(seconds * 1_000).toISOString());
  return {
    ...{ metric: "usedRatio", unit: "ratio", by: "node", agg: "max", step, stepSeconds },
    ...{ from: from ?? "", to: to ?? "", times, series, incomplete: false, faults: [], note: null },
  };
}

/** Marks of the browser: when the fleet was painted, and what each drawing of the heat map took of the main thread. */
const WATCH = `
  new MutationObserver((_, observer) => {
    if (document.querySelector(".fleet li") === null) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.now(); }));
  }).observe(document, { childList: true, subtree: true });
  window.heat = [];
  const { createImageData, putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.createImageData = function (...size) {
    this.begun = performance.now();
    return createImageData.apply(this, size);
  };
  CanvasRenderingContext2D.prototype.putImageData = function (...image) {
    putImageData.apply(this, image);
    window.heat.push(performance.now() - this.begun);
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) (window.long ??= []).push(duration);
  }).observe({ type: "longtask" });
`;

const folder = mkdtempSync(join(tmpdir(), "dashboard-bench-"));
const service = await start(["--data", folder, "--port", "0", "--scenario", "healthy"]);
const browser = await openBrowser();
try {
  await browser.resize(1280, 900);
  await browser.command("Page.addScriptToEvaluateOnNewDocument", { source: WATCH });
  await browser.command("Performance.enable", { timeDomain: "threadTicks" });
  await benchFleet();
  const { clusters: rows } = await until(
    () => get(`${service.api}/clusters`),
    ({ clusters: found }) => Array.isArray(found) && found.length > 0,
  );
  const { subscriptionId, resourceGroup, name } = Object(rows)[0];
  const address = `${service.api}/dashboard#/clusters/${subscriptionId}/${resourceGroup}/${name}/history`;
  await benchHeatMap(address);
  await benchCurves(address);
} finally {
  await browser.close();
  service.child.kill("SIGKILL");
  await service.ended;
  rmSync(folder, { recursive: true, force: true });
}

async function benchFleet(): Promise<void> {
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
  const before = await mainThreadMs();
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
  const times = numbers(keys);
  const spentMs = (await mainThreadMs()) - before;
  console.table([
    {
      clusters: clusters.length,
      "first page, bytes": bytes,
      "data to paint, ms": Math.round(painted - answered),
      "slowest key, ms": Math.round(Math.max(...times)),
      "mean key, ms": Math.round(times.reduce((a, b) => a + b, 0) / times.length),
      "main thread a key, CPU ms": Number((spentMs / times.length).toFixed(1)),
    },
  ]);
}

/** CPU time of the page's main thread so far: on a busy machine a frame waits for its turn, too. */
async function mainThreadMs(): Promise<number> {
  const { metrics } = await browser.command("Performance.getMetrics");
  const found = Array.isArray(metrics) ? metrics.find(({ name }) => name === "TaskDuration") : undefined;
  return Number(found?.value) * 1_000;
}

async function open(address: string, body: HistoryAnswer): Promise<void> {
  await browser.intercept([{ address: /\/history\?/, status: 200, body }]);
  await browser.goto("about:blank");
  await browser.goto(address);
  await browser.until("document.querySelector('.canvas canvas')?.width > 0 && window.heat.length > 0");
  await browser.settled();
}

async function benchHeatMap(address: string): Promise<void> {
  await open(address, history(1_440, "1m", 60));
  const [first = Number.NaN] = numbers(await browser.evaluate("window.heat"));
  console.table([{ "heat map": "100 nodes x 1,440 minutes", "main thread, ms": Number(first.toFixed(1)) }]);
}

async function benchCurves(address: string): Promise<void> {
  const rows: object[] = [];
  for (const gesture of ["move", "zoom"] as const) {
    await open(address, history(720, "1h", 3_600));
    const before = await mainThreadMs();
    const frames = numbers(await browser.evaluate(framesOf(gesture)));
    const spentMs = (await mainThreadMs()) - before;
    const sorted = frames.toSorted((a, b) => a - b);
    const long = frames.filter((ms) => ms > 20).length;
    rows.push({
      "30 days of 100 series": gesture,
      frames: frames.length,
      "frames a second": Number((1_000 / (frames.reduce((a, b) => a + b, 0) / frames.length)).toFixed(1)),
      "frame p50, ms": Number((sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1)),
      "frame p95, ms": Number((sorted[Math.floor(sorted.length * 0.95)] ?? 0).toFixed(1)),
      "over 20 ms": long,
      "main thread a frame, CPU ms": Number((spentMs / frames.length).toFixed(1)),
    });
  }
  console.table(rows);
}

/** Moves or zooms once for each frame, as a hand does, and tells how long each frame was. */
function framesOf(gesture: "move" | "zoom"): string {
  return `new Promise((resolve) => {
    const over = document.querySelector(".u-over");
    const { left, top, width, height } = over.getBoundingClientRect();
    const at = (x) => ({ clientX: left + x, clientY: top + height / 2, bubbles: true, pointerId: 1 });
    over.setPointerCapture = () => {};
    const frames = [];
    const begun = performance.now();
    let last = begun;
    let count = 0;
    if (${gesture === "move"}) over.dispatchEvent(new PointerEvent("pointerdown", { ...at(width / 2), shiftKey: true }));
    const frame = () => {
      const now = performance.now();
      if (count > 0) frames.push(now - last);
      last = now;
      if (now - begun > ${MOVED_MS}) return resolve(frames);
      count += 1;
      if (${gesture === "move"}) over.dispatchEvent(new PointerEvent("pointermove", at(width / 2 + Math.sin(count / 20) * width * 0.3)));
      else over.dispatchEvent(new WheelEvent("wheel", { ...at(width / 2), deltaY: Math.floor(count / 20) % 2 === 0 ? -1 : 1, ctrlKey: true, cancelable: true }));
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  })`;
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}
