import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Browser, CHROMIUM, openBrowser } from "./dashboard-browser.ts";
import { get, type Running, start, until } from "./running.ts";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [360, 1280, 2560];
const READY = "document.querySelector('main')?.getAttribute('aria-busy') === 'false'";
const CHECKOUT = "checkout-prod-weu";
const REFRESH =
  "[...document.querySelectorAll('button')].find((each) => each.textContent === 'Refresh').click()";

interface Row {
  readonly name: string;
  readonly status: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

let folder: string;
let service: Running;
let browser: Browser;
/** The address of the cluster that has an incident, below `clusters/`. */
let checkout: string;

const clusters = async (): Promise<readonly Row[]> => {
  const { clusters: rows } = await get(`${service.api}/clusters?limit=1000`);
  return Array.isArray(rows) ? rows : [];
};
const show = async (hash: string) => {
  await browser.goto("about:blank");
  await browser.goto(`${service.api}/dashboard${hash}`);
  await browser.until(READY);
};
const click = (selector: string) =>
  browser.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
const press = (text: string) =>
  browser.evaluate(
    `[...document.querySelectorAll("button, a")].find((each) => each.textContent.trim() === ${JSON.stringify(text)}).click()`,
  );
const seen = (text: string) => `document.querySelector("main").innerText.includes(${JSON.stringify(text)})`;
const focusOn = (selector: string) =>
  browser.evaluate(`document.querySelector(${JSON.stringify(selector)}).focus()`);

// Only a developer without the browser skips it: `.ci/run` installs it.
describe.skipIf(!existsSync(CHROMIUM) && !process.env["CI"])("the dashboard in a real browser", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "dashboard-"));
    service = await start(["--data", folder, "--port", "0", "--speed", "30"]);
    const rows = await until(
      clusters,
      (all) => all.some(({ name, status }) => name === CHECKOUT && status === "critical"),
      150_000,
    );
    const row = rows.find(({ name }) => name === CHECKOUT);
    checkout = `${row?.subscriptionId}/${row?.resourceGroup}/${row?.name}`;
  }, 200_000);
  afterAll(async () => {
    service.child.kill("SIGKILL");
    await service.ended;
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    browser = await openBrowser();
    await browser.resize(1280, 900);
  });
  afterEach(() => browser.close());

  test("from the fleet to the worst cluster, its cause, its history, and the CSV that the API gives", async () => {
    await show("");
    await press("UTC");
    // It comes and goes: each of its incidents lasts a quarter of an hour.
    await browser.until(
      `(() => { ${REFRESH}; const first = document.querySelector(".fleet li"); return first.classList.contains("critical") && first.querySelector("a").textContent === "${CHECKOUT}"; })()`,
      150_000,
    );
    await click(".fleet li a");
    await browser.until("document.querySelector('.verdict')");
    expect(await browser.evaluate("document.activeElement.tagName")).toBe("H1");
    expect(await browser.evaluate("document.querySelector('.verdict').innerText")).toMatch(
      /SNAT ports[\s\S]*az aks update/,
    );
    expect(await browser.evaluate("document.querySelectorAll('.check').length")).toBe(21);

    const recent = `${service.api}/clusters/${checkout}/history?metric=usedRatio&from=-2h&step=1m`;
    await until(
      () => get(recent),
      ({ series }) =>
        Array.isArray(series) && series[0]?.values.filter((value: unknown) => value !== null).length > 60,
      150_000,
    );
    await press("History");
    await browser.until("document.querySelector('.canvas canvas')?.width > 0");
    const range = "document.querySelector('[aria-label=\"Range up to now\"] [aria-pressed=true]')";
    expect(await browser.evaluate(`${range}.textContent`)).toBe("24h");
    await show(`#/clusters/${checkout}/history?from=-2h`);
    await browser.until("document.querySelector('.canvas canvas')?.width > 0");
    const before = await browser.evaluate("location.hash");
    const box = Object(
      await browser.evaluate(
        "(() => { const { left, top, width, height } = document.querySelector('.u-over').getBoundingClientRect(); return { left, top, width, height }; })()",
      ),
    );
    const at = (share: number): [number, number] => [box.left + box.width * share, box.top + box.height / 2];
    await browser.drag(at(0.3), at(0.9));
    await browser.until("location.hash.includes('from=20')");
    const zoomed = new URLSearchParams(String(await browser.evaluate("location.hash.split('?')[1]")));
    const hours = (Date.parse(zoomed.get("to") ?? "") - Date.parse(zoomed.get("from") ?? "")) / 3_600_000;
    expect(hours).toBeGreaterThan(1);
    expect(hours).toBeLessThan(1.4);
    const start = String(zoomed.get("from")).slice(0, 16).replace("T", " ");
    await browser.until(seen(`${start} UTC to`));

    await browser.evaluate(`(() => {
      const make = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob) => { blob.text().then((text) => { window.savedCsv = text; }); return make(blob); };
    })()`);
    await press("Save as CSV");
    const saved = String(await browser.until("window.savedCsv"));
    zoomed.set("format", "csv");
    const told = await (await fetch(`${service.api}/clusters/${checkout}/history?${zoomed}`)).text();
    expect(saved.split("\r\n").length).toBeGreaterThan(100);
    expect(saved).toBe(told);

    await browser.evaluate("history.back()");
    await browser.until(`location.hash === ${JSON.stringify(before)}`);
    expect(browser.complaints).toEqual([]);
  });

  test("an incident appears and resolves while the page is open, and its messages tell where they arrived", async () => {
    await show(`#/incidents?cluster=${CHECKOUT}`);
    // Its address is its id: the page is never loaded again from here on.
    const ids = (state: string) =>
      `[...document.querySelectorAll(".incident.${state}")].map((each) => each.getAttribute("data-key"))`;
    const once = JSON.stringify(await browser.evaluate(`[...${ids("open")}, ...${ids("resolved")}]`));
    const appeared = `(() => { ${REFRESH}; return ${ids("open")}.find((id) => !${once}.includes(id)); })()`;
    const id = JSON.stringify(await browser.until(appeared, 250_000));
    await browser.until(`(() => { ${REFRESH}; return ${ids("resolved")}.includes(${id}); })()`, 250_000);
    const text = await browser.evaluate(
      `document.querySelector('[data-key=' + CSS.escape(${id}) + ']').textContent`,
    );
    expect(text).toMatch(/inbox-teams[\s\S]*delivered/);
    expect(browser.complaints).toEqual([]);
  });

  test("a click in the heat map opens the node, with its use against its allocation and what happened", async () => {
    await show(`#/clusters/${checkout}/history?from=-2h`);
    await browser.until("document.querySelector('.heat')?.clientHeight > 0");
    await browser.until("document.querySelector('.timeline')?.clientHeight > 0");
    const figures = "document.querySelector('.slot-heat ~ section tbody')";
    const all = Number(await browser.evaluate(`${figures}.rows.length`));
    expect(all).toBeGreaterThan(2);
    const first = String(await browser.evaluate(`${figures}.rows[0].cells[0].textContent`)).replace(
      " TCP",
      "",
    );
    await browser.evaluate("document.querySelector('.heat').scrollIntoView({ block: 'center' })");
    const { x, y } = Object(
      await browser.evaluate(
        "(() => { const { left, top, width } = document.querySelector('.heat').getBoundingClientRect(); return { x: left + width / 2, y: top + 3 }; })()",
      ),
    );
    await browser.drag([x, y], [x, y]);
    await browser.until(`location.hash.includes(${JSON.stringify(`node=${first}`)})`);
    await browser.until(`${figures}.rows.length === 2`);
    expect(await browser.evaluate("document.querySelector('main select').value")).toBe("usedPorts");

    const kinds = ["verdict", "alert", "topology", "notification"];
    await until(
      () => get(`${service.api}/clusters/${checkout}/events?from=-2h`),
      ({ events }) =>
        kinds.every((kind) => Array.isArray(events) && events.some((each) => each.kind === kind)),
      150_000,
    );
    await press("Refresh");
    await browser.until("document.querySelector('.events').textContent.includes('inbox-')");
    await browser.evaluate("document.querySelector('.events').open = true");
    expect(await browser.evaluate("document.querySelector('.events').innerText")).toMatch(
      /message[\s\S]*alert[\s\S]*verdict/,
    );
    await browser.evaluate("history.back()");
    await browser.until(`${figures}.rows.length === ${all}`);
    expect(browser.complaints).toEqual([]);
  });

  test("curves are moved with Shift and zoomed with the wheel, and the address follows", async () => {
    await show(`#/clusters/${checkout}/history?from=-2h`);
    await browser.until("document.querySelector('.u-over')?.clientWidth > 0");
    const span = async () => {
      const query = new URLSearchParams(String(await browser.evaluate("location.hash.split('?')[1]")));
      return [Date.parse(query.get("from") ?? ""), Date.parse(query.get("to") ?? "")] as const;
    };
    const at = `(() => { const { left, top, width } = document.querySelector('.u-over').getBoundingClientRect(); return { clientX: left + width / 2, clientY: top + 50, bubbles: true, cancelable: true, pointerId: 1 }; })()`;
    const over = "document.querySelector('.u-over')";
    await browser.evaluate(
      `for (let i = 0; i < 5; i += 1) ${over}.dispatchEvent(new WheelEvent("wheel", { ...${at}, deltaY: -1, ctrlKey: true }))`,
    );
    await browser.until("location.hash.includes('to=20')");
    const [from, to] = await span();
    expect((to - from) / 60_000).toBeGreaterThan(55);
    expect((to - from) / 60_000).toBeLessThan(65);
    await browser.settled();
    await browser.evaluate(`(() => {
      const at = ${at};
      ${over}.setPointerCapture = () => {};
      ${over}.dispatchEvent(new PointerEvent("pointerdown", { ...at, shiftKey: true }));
      ${over}.dispatchEvent(new PointerEvent("pointermove", { ...at, clientX: at.clientX + 100 }));
      ${over}.dispatchEvent(new PointerEvent("pointerup", at));
    })()`);
    const [moved, end] = await until(span, ([begun]) => begun < from);
    expect(Math.abs(end - moved - (to - from))).toBeLessThanOrEqual(2_000);
    expect(browser.complaints).toEqual([]);
  });

  test("a back-test tries other limits, tells the figures of the API, and says what it cannot take", async () => {
    const told = async (query: string) =>
      Object(await get(`${service.api}/clusters/${checkout}/replay?from=-24h${query}`))["replayed"].summary;
    await show(`#/clusters/${checkout}/back-test`);
    await browser.until("document.querySelector('.sides table')");
    const column = (index: number) =>
      browser.evaluate(
        `[...document.querySelectorAll(".sides tbody")[0].rows].map((row) => row.cells[${index}].textContent)`,
      );
    const strict = Number((await told("")).alerts);
    expect(strict).toBeGreaterThan(0);
    await focusOn("#limit-warnRatio");
    await browser.type("0.97");
    await focusOn("#limit-failRatio");
    await browser.type("0.99");
    await press("Try these limits");
    await browser.until("document.querySelector('.sides thead')?.rows[0].cells.length === 4");
    expect(await browser.evaluate("location.hash")).toContain("warnRatio=0.97");
    const lenient = await told("&warnRatio=0.97&failRatio=0.99");
    expect(Object(await column(3))[1]).toBe(String(lenient.alerts));
    expect(lenient.alerts).toBeLessThan(strict);
    expect(await browser.evaluate("document.querySelectorAll('.lane').length")).toBe(3);

    await browser.evaluate("document.querySelector('#limit-for').value = 'soon'");
    await press("Try these limits");
    await browser.until(seen("expected a duration such as 30s"));
    expect(browser.complaints.filter((text) => !text.includes("400"))).toEqual([]);
  });

  test("a plan has a curve from the cluster's own peak beside its table", async () => {
    await show(`#/clusters/${checkout}/plan?nodes=60`);
    await browser.until("document.querySelector('.curve .line')?.getAttribute('d').length > 50");
    const { paths } = await get(`${service.api}/clusters/${checkout}/plan?nodes=60`);
    const [{ curve }] = Array.isArray(paths) ? paths : [{ curve: [] }];
    const rows = await browser.evaluate(
      "[...document.querySelectorAll('.beside tbody tr')].map((row) => row.innerText)",
    );
    const asked = curve.find(({ nodes }: { nodes: number }) => nodes === 60);
    expect(rows).toContainEqual(
      expect.stringMatching(new RegExp(`^60\\s[\\s\\S]*${Math.round(asked.share * 100)}`)),
    );
    expect(browser.complaints).toEqual([]);
  });

  test("everything can be reached and used with the keyboard, and the focus is seen", async () => {
    await show("");
    await browser.press("Tab", 9);
    expect(await browser.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await browser.press("Enter", 13);
    expect(await browser.evaluate("document.activeElement.id")).toBe("content");
    const seenStops = new Set<string>();
    for (let i = 0; i < 16; i += 1) {
      await browser.press("Tab", 9);
      seenStops.add(
        String(
          await browser.evaluate(
            "document.activeElement.matches('.toggle') ? 'status' : document.activeElement.id || document.activeElement.tagName",
          ),
        ),
      );
      expect(
        await browser.evaluate(
          "document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none'",
        ),
      ).toBe(true);
    }
    expect([...seenStops]).toEqual(expect.arrayContaining(["status", "filter", "SELECT", "A"]));
    expect(browser.complaints).toEqual([]);
  });

  test("nothing moves by itself for those who do not want it", async () => {
    await browser.command("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-reduced-motion", value: "reduce" }],
    });
    await show("");
    expect(await browser.evaluate("document.getAnimations().length")).toBe(0);
  });

  test("a silence is made and ended from the page, with the keyboard", async () => {
    await show(`#/silences/new?cluster=${CHECKOUT}&check=snat-ports`);
    expect(await browser.evaluate("document.querySelector('#silence-cluster').value")).toBe(CHECKOUT);
    await focusOn("#silence-comment");
    await browser.type("<b>rolling out a fix</b>");
    await browser.press("Tab", 9);
    await browser.type("Ada");
    await click(".silenceform .primary");
    await browser.until("document.querySelector('.silence')");
    expect(await browser.evaluate("document.querySelector('.silence').innerText")).toContain(
      "<b>rolling out a fix</b>",
    );
    const { silences } = await get(`${service.api}/silences?state=active`);
    expect(silences).toMatchObject([{ cluster: CHECKOUT, check: "snat-ports", createdBy: "Ada" }]);
    await press("End it now");
    await browser.until("document.querySelector('.silence').innerText.includes('ended')");
    expect(await get(`${service.api}/silences?state=active`)).toMatchObject({ silences: [] });
    expect(browser.complaints).toEqual([]);
  });

  test("a refresh leaves alone what the reader looks at and types", async () => {
    await show("");
    await browser.press("/");
    await browser.type("prod");
    const rows = await browser.evaluate("document.querySelectorAll('.fleet li').length");
    expect(rows).toBeLessThan(17);
    await browser.evaluate("window.kept = document.querySelector('.fleet li'); scrollTo(0, 150)");
    const shown = "document.querySelector('.updated').textContent";
    await browser.evaluate(
      "window.asked = performance.getEntriesByType('resource').filter(({ name }) => name.includes('clusters?')).length",
    );
    await browser.evaluate(
      '[...document.querySelectorAll("button")].find((each) => each.textContent === "Refresh").onclick()',
    );
    await browser.until(
      "performance.getEntriesByType('resource').filter(({ name }) => name.includes('clusters?')).length > window.asked",
    );
    expect(await browser.evaluate(shown)).toMatch(/shown 20/);
    expect(
      await browser.evaluate(
        "[document.activeElement.id, document.activeElement.value, scrollY, window.kept.isConnected]",
      ),
    ).toEqual(["filter", "prod", 150, true]);

    await show(`#/clusters/${checkout}`);
    await click(".check.notApplicable summary, .check.pass summary");
    const open = "[...document.querySelectorAll('.check[open]')].map((each) => each.dataset.key).join()";
    const opened = await browser.evaluate(open);
    await press("Refresh");
    await browser.until(
      "performance.getEntriesByType('resource').filter(({ name }) => name.includes('health?')).length > 1",
    );
    expect(await browser.evaluate(open)).toBe(opened);
    expect(browser.complaints).toEqual([]);
  });

  test("what cannot be shown is said", async () => {
    await show("");
    await browser.intercept([{ address: /\/api\/(health|clusters)/, status: 0 }]);
    await press("Refresh");
    await browser.until(seen("The API cannot be reached"));
    expect(await browser.evaluate("document.querySelectorAll('.fleet li').length")).toBe(17);
    expect(await browser.evaluate("document.querySelector('.notice.bad').innerText")).toMatch(
      /What you see is of \d{4}-/,
    );

    await browser.intercept([
      { address: /\/api\/clusters\?/, status: 200, body: { clusters: [], nextCursor: null } },
    ]);
    await show("");
    await browser.until(seen("az role assignment create"));

    const problem = {
      type: "x",
      title: "Storage away",
      status: 503,
      detail: "tables time out",
      instance: "/api",
    };
    await browser.intercept([{ address: /\/api\/clusters\?/, status: 503, body: problem }]);
    await show("");
    await browser.until(seen("cannot reach its storage"));

    await browser.intercept([
      { address: /\/api\/clusters\?/, status: 403, body: { ...problem, status: 403 } },
    ]);
    await show("");
    await browser.until(seen("Ask for access"));

    const health = await get(`${service.api}/health?failOn=never`);
    const starting = { ...Object(health["monitor"]), status: "starting", lagSeconds: null };
    await browser.intercept([
      { address: /\/api\/health/, status: 200, body: { ...health, monitor: starting } },
      { address: /\/api\/clusters\?/, status: 200, body: { clusters: [], nextCursor: null } },
    ]);
    await show("");
    await browser.until(seen("The first search for clusters takes up to a minute"));
    expect(await browser.evaluate("document.querySelector('.monitor').innerText")).toContain("starting");

    const busy = {
      ...Object(health["monitor"]),
      throttledClusters: 3,
      deadDeliveries: 2,
      backfillMinutes: 90,
    };
    const failures = [
      { subscriptionId: "s-1", reason: "forbidden", message: "the identity may not read it" },
    ];
    const discovery = { ...Object(busy)["discovery"], failures };
    await browser.intercept([
      { address: /\/api\/health/, status: 200, body: { ...health, monitor: { ...busy, discovery } } },
    ]);
    await show("");
    await browser.until(seen("s-1: the identity may not read it"));
    expect(await browser.evaluate("document.querySelector('.monitor').innerText")).toMatch(
      /data .* behind[\s\S]*1 h 30 min of the past[\s\S]*3 clusters throttled[\s\S]*2 messages given up/,
    );

    const cluster = await get(`${service.api}/clusters/${checkout}`);
    const part = await get(`${service.api}/clusters/${checkout}/history?metric=usedRatio&from=-1h`);
    await browser.intercept([
      {
        address: /\/history\?/,
        status: 200,
        body: { ...part, incomplete: true, faults: ["hour 7 is damaged"] },
      },
      { address: /\/checkout-prod-weu$/, status: 200, body: { ...cluster, backfillMinutes: 600 } },
    ]);
    await show(`#/clusters/${checkout}/history`);
    await browser.until(seen("Not everything could be read: hour 7 is damaged"));
    await browser.until(seen("still being read from Azure: 10 h to go"));

    const monitor = { ...Object(health["monitor"]), status: "stale", lagSeconds: 4_000 };
    await browser.intercept([{ address: /\/api\/health/, status: 503, body: { ...health, monitor } }]);
    await show("");
    await browser.until(seen("The collector has stopped"));
    await browser.intercept([]);
    await show("#/clusters/no/such/cluster");
    await browser.until(seen("not known here"));
    await show("#/nonsense");
    await browser.until(seen("There is nothing at"));
    expect(browser.complaints.filter((text) => !text.startsWith("network:"))).toEqual([]);
  });

  test("no page breaks a rule of axe, light or dark, nor is wider than its window", async () => {
    const pages = [
      "#/",
      `#/clusters/${checkout}`,
      `#/clusters/${checkout}/history`,
      `#/clusters/${checkout}/history?metric=usedPorts&by=cluster`,
      `#/clusters/${checkout}/plan`,
      `#/clusters/${checkout}/back-test?warnRatio=0.5&failRatio=0.8`,
      `#/clusters/${checkout}/denials`,
      "#/incidents",
      "#/silences",
      "#/checks/snat-ports",
    ];
    for (const scheme of ["light", "dark"] as const) {
      await browser.scheme(scheme);
      for (const page of pages) {
        await browser.resize(1280, 900);
        await show(page);
        await browser.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
        await browser.evaluate(AXE);
        const violations = await browser.evaluate(
          "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.slice(0, 2).map(({ html, failureSummary }) => [id, html.slice(0, 160), failureSummary].join(' | '))))",
        );
        expect.soft({ page, scheme, violations }).toEqual({ page, scheme, violations: [] });
        for (const width of WIDTHS) {
          await browser.resize(width, 900);
          expect([
            page,
            width,
            await browser.evaluate("document.documentElement.scrollWidth <= innerWidth"),
          ]).toEqual([page, width, true]);
        }
      }
    }
    expect(browser.complaints).toEqual([]);
  });
});

describe.skipIf(!existsSync(CHROMIUM) && !process.env["CI"])("the dashboard where a key is asked for", () => {
  test("opens without one, asks, and keeps it for the session of the tab only", async () => {
    folder = mkdtempSync(join(tmpdir(), "dashboard-keys-"));
    service = await start(["--data", folder, "--port", "0", "--keys"]);
    browser = await openBrowser();
    try {
      await browser.goto(`${service.api}/dashboard`);
      await browser.until("document.querySelector('#key')");
      await focusOn("#key");
      await browser.type("wrong");
      await press("Open");
      await browser.until("document.querySelector('#key')?.value === ''");
      await focusOn("#key");
      await browser.type("local-function-key");
      await press("Open");
      await browser.until("document.querySelector('.fleet li')", 60_000);
      expect(await browser.evaluate("[localStorage.length, sessionStorage.length]")).toEqual([0, 1]);
      expect(browser.complaints.filter((text) => !text.includes("401"))).toEqual([]);
    } finally {
      await browser.close();
      service.child.kill("SIGKILL");
      await service.ended;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
