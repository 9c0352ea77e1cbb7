import type { HttpClient } from "@azure/core-rest-pipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { createService, type Service } from "#shared/composition.ts";
import { createStandInHttpClient, standInCredential } from "../../infra/local/stand-in/http-client.ts";
import { ANCHOR, type Client, open, PER_NODE, values } from "../infra/simulated-azure/support.ts";
import { type Accounts, startAccounts } from "./support/accounts.ts";
import { quietLogger } from "./support/quiet-logger.ts";

// The past of a cluster on first sight: all that Azure has, however often the service dies and compacts on the way.

let accounts: Accounts | undefined;
beforeAll(async () => {
  accounts = await startAccounts(1);
}, 60_000);
afterAll(() => accounts?.stop());

type Json = Readonly<Record<string, unknown>>;

const CLUSTER = "catalog-prod-neu";
const REGION = "northeurope";

/** The service over one storage, with a clock that moves when it is told, in a process that may die. */
class Installation {
  nowMs = ANCHOR + MINUTE_MS / 2;
  #requestsToLive = Number.POSITIVE_INFINITY;
  readonly #storage: string;
  readonly #azure: HttpClient;
  #service: Service;

  constructor(storage: string, address: string) {
    this.#storage = storage;
    this.#azure = createStandInHttpClient(address);
    this.#service = this.#open();
  }

  get service(): Service {
    return this.#service;
  }

  /** Dies at the request to Azure after so many, and starts again. */
  async killedAfter(requests: number, work: (service: Service) => Promise<unknown>): Promise<void> {
    this.#requestsToLive = requests;
    await work(this.#service).catch(() => {});
    expect(this.#requestsToLive).toBeLessThan(0);
    this.#requestsToLive = Number.POSITIVE_INFINITY;
    this.#service = this.#open();
  }

  async ask(route: string, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    const { clusters } = await this.#answer("clusters", {}, {});
    const [cluster] = Array.isArray(clusters) ? clusters : [];
    return await this.#answer(route, query, cluster ?? {});
  }

  async text(route: string): Promise<string> {
    const request = { method: "GET", params: {}, query: [], headers: new Headers() };
    const { body } = await this.#service.api.handle(route, request);
    return String(body);
  }

  async #answer(
    route: string,
    query: Readonly<Record<string, string>>,
    params: Readonly<Record<string, string>>,
  ): Promise<Json> {
    const request = { method: "GET", params, query: Object.entries(query), headers: new Headers() };
    const { status, body } = await this.#service.api.handle(route, request);
    if (status !== 200 || typeof body === "string") throw new Error(`${route}: ${status} ${String(body)}`);
    return { ...body };
  }

  #open(): Service {
    return createService({
      env: {
        AzureWebJobsStorage: this.#storage,
        SNATWATCH_AUTH: "none",
        SNATWATCH_INLINE_SHARDS: "100",
        SNATWATCH_INCLUDE: CLUSTER,
        SNATWATCH_HISTORY_IMPORT: "93d",
        SNATWATCH_RETENTION_RAW: "14d",
      },
      local: true,
      clock: { nowMs: () => this.nowMs },
      credential: standInCredential,
      httpClient: {
        sendRequest: async (request) => {
          this.#requestsToLive -= 1;
          if (this.#requestsToLive < 0) throw new Error("killed");
          return await this.#azure.sendRequest(request);
        },
      },
    });
  }
}

const deadline = () => AbortSignal.timeout(60_000);

async function progressOf(installation: Installation): Promise<number> {
  const { monitor } = await installation.ask("health", { failOn: "never" });
  const { importProgress, lagSeconds } = { ...(monitor as Json) };
  expect(lagSeconds, "the live collection is on time").toBeLessThan(6 * 60);
  const exposed = /^snatwatch_import_progress_ratio (\S+)$/m.exec(await installation.text("metrics"));
  expect(Number(exposed?.[1])).toBe(importProgress);
  return Number(importProgress);
}

/** Hourly maxima of ports in use by backend and protocol, from the minutes that Azure has. */
async function azureHours(client: Client, dayMs: number): Promise<Record<string, (number | null)[]>> {
  const [id = ""] = (await client.ids("Microsoft.Network/loadBalancers")).filter((each) =>
    each.includes(CLUSTER),
  );
  const series = await client.series(id, {
    region: REGION,
    metricnames: "UsedSnatPorts",
    aggregation: "average",
    filter: PER_NODE,
    top: "1000",
    starttime: new Date(dayMs).toISOString(),
    endtime: new Date(dayMs + DAY_MS).toISOString(),
  });
  const hours: Record<string, (number | null)[]> = {};
  for (const each of series) {
    const minutes = values(each);
    const name = `${each.labels["backendipaddress"]} ${each.labels["protocoltype"]?.toLowerCase()}`;
    hours[name] = Array.from({ length: 24 }, (_, hour) => {
      const known = minutes.slice(hour * 60, hour * 60 + 60).filter((value) => value !== null);
      return known.length === 0 ? null : Math.max(...known);
    });
  }
  return hours;
}

function hoursOf(history: Json, dayMs: number): Record<string, (number | null)[]> {
  const times = history["times"] as number[];
  const series = history["series"] as { labels: Record<string, string>; values: (number | null)[] }[];
  const from = times.indexOf(dayMs / 1000);
  return Object.fromEntries(
    series.map(({ labels, values: all }) => [
      `${labels["backendIp"]} ${labels["protocol"]}`,
      all.slice(from, from + 24),
    ]),
  );
}

test("93 days are imported beside the live collection, through deaths and compactions, and stay as roll-ups", async () => {
  let installation: Installation | undefined;
  const client = await open("healthy", { anchorMs: ANCHOR, nowMs: () => installation?.nowMs ?? ANCHOR });
  installation = new Installation(accounts?.take() ?? "", client.azure.address);
  await installation.service.discover(quietLogger, deadline());
  await installation.service.collect(quietLogger, deadline());
  const progress = [await progressOf(installation)];
  expect(progress[0]).toBeLessThan(0.01);

  for (let run = 1, steps = 1; steps > 0; run += 1) {
    installation.nowMs += MINUTE_MS;
    await installation.service.collect(quietLogger, deadline());
    if (run === 3 || run === 6) {
      await installation.killedAfter(7 + run, (it) => it.importHistory(quietLogger, deadline()));
    }
    steps = await installation.service.importHistory(quietLogger, deadline());
    if (run % 2 === 0) await installation.service.compact(quietLogger, deadline());
    progress.push(await progressOf(installation));
  }

  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.length).toBeGreaterThan(6);
  expect(progress.at(-1)).toBe(1);
  await installation.service.compact(quietLogger, deadline());

  const history = await installation.ask("history", {
    metric: "usedPorts",
    step: "1h",
    from: "-90d",
    agg: "max",
  });
  expect(history).toMatchObject({ incomplete: false, faults: [], note: null });
  const today = Math.floor(ANCHOR / DAY_MS) * DAY_MS;
  for (const daysAgo of [89, 88, 60, 46, 22, 15, 14, 7, 1]) {
    const dayMs = today - daysAgo * DAY_MS;
    const wanted = await azureHours(client, dayMs);
    expect(Object.keys(wanted)).toHaveLength(6);
    expect(hoursOf(history, dayMs)).toEqual(wanted);
  }
  // Not an hour without a value, whatever the day.
  const hours = 90 * 24;
  for (const { values: all } of history["series"] as { values: (number | null)[] }[]) {
    expect(all.slice(0, hours - 1).filter((value) => value === null)).toEqual([]);
  }

  const minutesOf = async (daysAgo: number) => {
    const span = {
      from: `-${daysAgo}d`,
      to: new Date(installation.nowMs - daysAgo * DAY_MS + HOUR_MS).toISOString(),
    };
    const { series } = await installation.ask("history", { metric: "usedPorts", step: "1m", ...span });
    return (series as unknown[]).length;
  };
  expect([await minutesOf(80), await minutesOf(30), await minutesOf(10)]).toEqual([0, 0, 6]);
}, 300_000);
