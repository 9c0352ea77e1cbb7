// Pictures of every page at three widths, light and dark, to be looked at:
//
//   node test/e2e/dashboard-screenshots.ts --api http://127.0.0.1:7071/api --out DIR [--pages fleet,history]

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "./dashboard-browser.ts";
import { get } from "./running.ts";

const { values } = parseArgs({
  options: {
    api: { type: "string", default: "http://127.0.0.1:7071/api" },
    out: { type: "string", default: "screenshots" },
    pages: { type: "string", default: "" },
    schemes: { type: "string", default: "light,dark" },
  },
});
const WIDTHS = [360, 1280, 2560];

interface Row {
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly paths: readonly string[];
}

const { clusters } = await get(`${values.api}/clusters?limit=1000`);
const rows: readonly Row[] = Array.isArray(clusters) ? clusters : [];
const address = (wanted: (row: Row) => boolean): string => {
  const row = rows.find(wanted) ?? rows[0];
  return `#/clusters/${row?.subscriptionId}/${row?.resourceGroup}/${row?.name}`;
};
const checkout = address(({ name }) => name.startsWith("checkout"));
const gateway = address(({ paths }) => paths.includes("natGateway"));
const firewall = address(({ paths }) => paths.includes("firewall"));
const PAGES: Readonly<Record<string, string>> = {
  fleet: "#/",
  cluster: checkout,
  gateway,
  firewall,
  history: `${checkout}/history`,
  gatewayHistory: `${gateway}/history`,
  plan: `${checkout}/plan`,
  gatewayPlan: `${gateway}/plan?nodes=40`,
  backTest: `${checkout}/back-test?warnRatio=0.6&failRatio=0.8`,
  denials: `${firewall}/denials?from=-7d`,
  incidents: "#/incidents",
  silences: "#/silences",
  check: "#/checks/snat-ports",
  nowhere: "#/nonsense",
};

mkdirSync(values.out, { recursive: true });
const wanted = values.pages === "" ? Object.keys(PAGES) : values.pages.split(",");
const browser = await openBrowser();
try {
  for (const scheme of values.schemes.split(",")) {
    await browser.scheme(scheme === "dark" ? "dark" : "light");
    for (const page of wanted) {
      for (const width of WIDTHS) {
        await browser.resize(width, 900);
        await browser.goto("about:blank");
        await browser.goto(`${values.api}/dashboard${PAGES[page] ?? "#/"}`);
        await browser.until("document.querySelector('main')?.getAttribute('aria-busy') === 'false'", 60_000);
        await browser.settled();
        // A window as high as the page: what is outside of it would be left half drawn.
        await browser.resize(width, Number(await browser.evaluate("document.documentElement.scrollHeight")));
        await browser.settled();
        writeFileSync(join(values.out, `${page}-${width}-${scheme}.png`), await browser.screenshot(true));
      }
    }
  }
  console.log(
    `${wanted.length} pages in ${values.out}; complaints of the browser: ${browser.complaints.length}`,
  );
  for (const complaint of browser.complaints) console.log(complaint);
} finally {
  await browser.close();
}
