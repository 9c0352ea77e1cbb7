import { RestError } from "@azure/data-tables";
import { describe, expect, test } from "vitest";
import type { TableStores } from "#adapters/tables/open-tables.ts";
import { HOUR_MS } from "#core/time.ts";
import { historyOf, keptFrom, MONDAY_MS, usedPorts } from "../../contract/samples.ts";
import { state } from "../../contract/states.ts";
import { appended } from "../../support/appended.ts";
import { type Answer, failureOf, storesOver } from "./fake-service.ts";

const saveOne = ({ clusterStates }: TableStores) =>
  clusterStates.save("s", [{ state: state("/c"), tag: null }]);
const appendOne = ({ series }: TableStores) =>
  appended(series, "s", [{ clusterKey: "/c", block: usedPorts(MONDAY_MS, { a: [1] }) }], MONDAY_MS);
const SPAN = { fromMs: MONDAY_MS, toMs: MONDAY_MS + HOUR_MS };
const never = new AbortController().signal;
/** Every call of the series store that goes to the service. */
const SERIES_CALLS: readonly ((stores: TableStores) => Promise<unknown>)[] = [
  ({ series }) => series.read("s", "/c", SPAN.fromMs, SPAN.toMs),
  ({ series }) =>
    historyOf(series, "s", "/c", {
      metric: "usedPorts",
      by: "node",
      aggregation: "max",
      stepMs: HOUR_MS,
      ...SPAN,
    }),
  ({ series }) => series.seal(MONDAY_MS, never),
  ({ series }) => series.expire(keptFrom(MONDAY_MS)),
  ({ series }) => series.forget("s", "/c"),
  ({ series }) => series.extent("s", "/c"),
  ({ series }) => series.census(never),
];
const listAll = ({ outbox }: TableStores) => outbox.listSince(0);

describe("pages", () => {
  test("goes on after a short and an empty page, until there is no token", async () => {
    const summary = (name: string) => ({
      PartitionKey: "s",
      RowKey: name,
      "odata.etag": "t",
      "s0@odata.type": "Edm.Binary",
      s0: Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify({ clusterKey: name }))]).toString("base64"),
    });
    const token = (next: string) => ({
      "x-ms-continuation-NextPartitionKey": next,
      "x-ms-continuation-NextRowKey": next,
    });
    const pages: Answer[] = [
      { status: 200, body: { value: [] }, headers: token("1") },
      { status: 200, body: { value: [summary("a")] }, headers: token("2") },
      { status: 200, body: { value: [] }, headers: token("3") },
      { status: 200, body: { value: [summary("b"), summary("c")] } },
    ];
    const { stores, urls } = storesOver((_, call) => pages[call - 1] ?? new Error("one page too many"));

    const summaries = await stores.clusterStates.summaries();

    expect(summaries.map(({ clusterKey }) => clusterKey)).toEqual(["a", "b", "c"]);
    expect(urls.map((url) => new URL(url).searchParams.get("NextRowKey"))).toEqual([null, "1", "2", "3"]);
  });
});

describe("failures", () => {
  test("tries again what the service was too busy for", async () => {
    const { stores, urls } = storesOver((_, call) =>
      call < 3
        ? { status: 503, body: { "odata.error": { code: "ServerBusy" } } }
        : { status: 200, body: { value: [] } },
    );

    expect(await listAll(stores)).toEqual([]);
    expect(urls).toHaveLength(3);
  });

  test.for([
    ["busy", 503, "ServerBusy", "throttled"],
    ["broken", 500, "InternalError", "unavailable"],
    ["slow", 500, "OperationTimedOut", "timeout"],
    ["without a role", 403, "AuthorizationPermissionMismatch", "forbidden"],
    ["without a token", 401, "InvalidAuthenticationInfo", "unauthorized"],
    ["not understood", 400, "InvalidInput", "rejected"],
    ["being deleted", 409, "TableBeingDeleted", "unavailable"],
  ] as const)("says why: %s", async ([, status, code, reason]) => {
    const { stores } = storesOver(() => ({ status, body: { "odata.error": { code } } }));

    for (const call of [saveOne, listAll, appendOne, ...SERIES_CALLS]) {
      const error = await failureOf(call(stores));
      expect(error.reason).toBe(reason);
      expect(error.message).toContain(`${status} ${code}`);
    }
  });

  test("gives up at its deadline, whatever the service does", async () => {
    const { stores } = storesOver(
      ({ abortSignal }) =>
        new Promise((_, reject) =>
          abortSignal?.addEventListener?.("abort", () => reject(new DOMException("", "AbortError"))),
        ),
    );

    for (const call of [saveOne, listAll, appendOne, ...SERIES_CALLS]) {
      expect((await failureOf(call(stores))).reason).toBe("timeout");
    }
  });

  test("names a network that is not there, without address or key", async () => {
    const failure = Object.assign(new Error("connect ECONNREFUSED a.table.core.windows.net?sig=SECRET"), {
      code: "ECONNREFUSED",
    });
    const { stores } = storesOver(() => failure);

    const error = await failureOf(listAll(stores));

    expect(error).toMatchObject({ reason: "unavailable", message: expect.not.stringContaining("SECRET") });
  });

  test.for(["ECONNRESET", "EPIPE"])("tries again on a connection that was closed: %s", async (code) => {
    const { stores, urls } = storesOver((_, call) =>
      call === 1 ? new RestError(`write ${code}`, { code }) : { status: 200, body: { value: [] } },
    );

    expect(await listAll(stores)).toEqual([]);
    expect(urls).toHaveLength(2);
  });

  test("takes a write whose answer was lost for done", async () => {
    // The first try was carried out, its answer never came; the retry finds the entity there, as a rival's would be.
    const page: { value: object[] } = { value: [] };
    const { stores } = storesOver((request) => {
      if (request.method === "GET") return { status: 200, body: page };
      const entity = String(request.body).match(/\{.*\}/)?.[0] ?? "{}";
      page.value = [{ ...JSON.parse(entity), "odata.etag": "t" }];
      const conflict = '{"odata.error":{"code":"EntityAlreadyExists"}}';
      const body = `--batchresponse_1\r\n--changesetresponse_1\r\n\r\nHTTP/1.1 409 Conflict\r\n\r\n${conflict}\r\n--changesetresponse_1--`;
      return { status: 202, body, headers: { "content-type": "multipart/mixed; boundary=batchresponse_1" } };
    });

    const recent = await appendOne(stores);

    expect(recent.get("/c")?.series.size).toBe(1);
  });

  test("gives up when a rival is always faster", async () => {
    const { stores } = storesOver((request) => {
      if (request.method === "GET") return { status: 200, body: { value: [] } };
      const conflict = '{"odata.error":{"code":"EntityAlreadyExists"}}';
      const body = `--changesetresponse_1\r\n\r\nHTTP/1.1 409 Conflict\r\n\r\n${conflict}\r\n--changesetresponse_1--`;
      return { status: 202, body, headers: { "content-type": "multipart/mixed" } };
    });

    expect((await failureOf(appendOne(stores))).reason).toBe("unavailable");
    expect((await failureOf(saveOne(stores))).reason).toBe("unavailable");
  });
});
