import { createHttpHeaders, type PipelineRequest } from "@azure/core-rest-pipeline";
import { TableClient, type TransactionAction } from "@azure/data-tables";
import { describe, expect, test } from "vitest";
import { cutTransactions } from "#adapters/tables/cut-transactions.ts";
import type { Step } from "#adapters/tables/step.ts";
import { parseTransactionAnswer } from "#adapters/tables/transaction-answer.ts";
import { renderTransaction } from "#adapters/tables/transaction-body.ts";

const TAG = "W/\"datetime'2026-11-21T10%3A00%3A00.0000000Z'\"";
const SERVICE = "https://account.table.core.windows.net";

/** The body that the SDK sends for the same actions, with its two ids made one. */
async function bodyOfSdk(actions: TransactionAction[], id: string): Promise<string> {
  const requests: PipelineRequest[] = [];
  const client = new TableClient(`${SERVICE}?sv=1&sig=x`, "Table", {
    httpClient: {
      async sendRequest(request) {
        requests.push(request);
        return { request, status: 202, headers: createHttpHeaders(), bodyAsText: "" };
      },
    },
  });
  await client.submitTransaction(actions);
  return String(requests[0]?.body).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, id);
}

describe("renderTransaction", () => {
  test("writes what the SDK would send", async () => {
    const row = "|subscriptions|a~00e4(1):2026112110:0000";
    const bytes = Uint8Array.of(1, 2, 3, 254);
    const properties = { bytes, text: 'ä "quoted"\r\n', yes: true, at: { int64: 1_763_719_200_000 } };
    const entity = {
      bytes,
      text: 'ä "quoted"\r\n',
      yes: true,
      at: { type: "Int64", value: "1763719200000" },
    };
    const keys = { partitionKey: "s1-westeurope-1", rowKey: row };
    const steps: Step[] = [
      { kind: "insert", row, properties },
      { kind: "put", row, properties },
      { kind: "replace", row, tag: TAG, properties },
      { kind: "merge", row, tag: TAG, properties },
      { kind: "delete", row },
    ];

    const body = renderTransaction(
      { serviceUrl: SERVICE, table: "Table", partition: keys.partitionKey },
      steps,
      "ID",
    );

    expect(body).toBe(
      await bodyOfSdk(
        [
          ["create", { ...keys, ...entity }],
          ["upsert", { ...keys, ...entity }, "Replace"],
          ["update", { ...keys, ...entity }, "Replace", { etag: TAG }],
          ["update", { ...keys, ...entity }, "Merge", { etag: TAG }],
          ["delete", keys],
        ],
        "ID",
      ),
    );
  });
});

describe("parseTransactionAnswer", () => {
  const part = (head: string, body = "") =>
    `--changesetresponse_1\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 ${head}\r\n\r\n${body}\r\n`;
  const answer = (...parts: string[]) => ({
    status: 202,
    bodyAsText: `--batchresponse_1\r\n\r\n${parts.join("")}--changesetresponse_1--\r\n--batchresponse_1--\r\n`,
  });

  test("gives the tags in order, nothing for a delete", () => {
    const text = answer(
      part(`204 No Content\r\nETag: ${TAG}\r\nDataServiceVersion: 1.0;`),
      part("204 No Content"),
      part("204 No Content\r\nETag: x"),
    );
    expect(parseTransactionAnswer(text)).toEqual([TAG, "", "x"]);
  });

  test("throws the status and code of the step that failed", () => {
    const error =
      '{"odata.error":{"code":"UpdateConditionNotSatisfied","message":{"value":"1:The update ..."}}}';
    const text = answer(part("412 Precondition Failed\r\nContent-Type: application/json", error));
    expect(() => parseTransactionAnswer(text)).toThrow(
      expect.objectContaining({ statusCode: 412, code: "UpdateConditionNotSatisfied" }),
    );
  });

  test.for([
    ["JSON", '{"odata.error":{"code":"AuthorizationFailure"}}', "AuthorizationFailure"],
    ["XML", "<m:error><m:code>InvalidInput</m:code></m:error>", "InvalidInput"],
    ["nothing", "", "unknown"],
  ] as const)("throws when the whole is refused with %s", ([, bodyAsText, code]) => {
    expect(() => parseTransactionAnswer({ status: 403, bodyAsText })).toThrow(
      expect.objectContaining({ statusCode: 403, code }),
    );
  });
});

describe("cutTransactions", () => {
  const item = (bytes: number) => ({
    step: { kind: "insert", row: "r", properties: { b: new Uint8Array(bytes) } } as const,
  });

  test("holds at most 100 steps, those of the caller included", () => {
    const sizes = (reserved: number) =>
      cutTransactions(
        Array.from({ length: 250 }, () => item(1)),
        reserved,
      ).map(({ length }) => length);
    expect(sizes(0)).toEqual([100, 100, 50]);
    expect(sizes(1)).toEqual([99, 99, 52]);
  });

  test("holds less than 4 MiB of text", () => {
    const cut = cutTransactions(Array.from({ length: 20 }, () => item(500 * 1024)));
    expect(cut.map(({ length }) => length)).toEqual([5, 5, 5, 5]);
  });

  test("keeps every item once, in order, and knows nothing of none", () => {
    const items = Array.from({ length: 7 }, (_, index) => item(index * 300 * 1024));
    expect(cutTransactions(items).flat()).toEqual(items);
    expect(cutTransactions([])).toEqual([]);
  });
});
