import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ProblemAnswer } from "#api/answers/problem.ts";
import { alertEvents } from "#core/events/alert-events.ts";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { change } from "../contract/event-store.ts";
import {
  alert,
  cluster,
  entry,
  get,
  MINUTE_NOW_MS,
  NOW_MS,
  openApi,
  path,
  state,
  verdict,
  type World,
} from "./fakes.ts";

const Operation = z.object({
  operationId: z.string(),
  parameters: z.array(
    z.looseObject({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.looseObject({}) }),
  ),
  requestBody: z
    .object({
      required: z.literal(true),
      content: z.object({
        "application/json": z.object({ schema: z.looseObject({ type: z.literal("object") }) }),
      }),
    })
    .optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
});
const Document = z.looseObject({
  openapi: z.literal("3.1.0"),
  info: z.looseObject({ version: z.literal("1.2.3") }),
  servers: z.tuple([z.object({ url: z.literal("/api") })]),
  paths: z.record(z.string(), z.partialRecord(z.enum(["get", "post", "delete"]), Operation)),
});

async function description() {
  return Document.parse((await get(openApi(), "openapi")).json);
}

test("describes every route, with every parameter of its path and query", async () => {
  const { paths } = await description();
  const { routes } = openApi().api;
  expect(Object.keys(paths)).toEqual([...new Set(routes.map(({ template }) => `/${template}`))]);
  for (const { name, method, template, load } of routes) {
    const { query, body, responses } = await load();
    const operation = paths[`/${template}`]?.[z.enum(["get", "post", "delete"]).parse(method.toLowerCase())];
    expect(operation?.requestBody === undefined).toBe(body === null);
    expect(operation?.operationId).toBe(name);
    const inPath = [...template.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    expect(operation?.parameters.map((parameter) => parameter.name)).toEqual([
      ...inPath,
      ...Object.keys(query.shape),
    ]);
    const unchanged = method === "GET" ? ["304"] : [];
    expect(Object.keys(operation?.responses ?? {})).toEqual(
      [...Object.keys(responses), ...unchanged, "default"].sort(),
    );
  }
});

test("tells type, bounds, default and need of parameters", async () => {
  const { paths } = await description();
  const parameters = [
    ...(paths["/clusters"]?.get?.parameters ?? []),
    ...Object.values(paths).flatMap((operations) => operations.get?.parameters ?? []),
  ];
  const find = (name: string) => parameters.find((parameter) => parameter.name === name);
  expect(find("limit")).toMatchObject({
    required: false,
    description: "Clusters on a page.",
    schema: { type: "integer", minimum: 1, maximum: 1000, default: 100 },
  });
  expect(find("from")).toMatchObject({ required: false, schema: { type: "string", default: "-24h" } });
  expect(find("metric")).toMatchObject({
    required: true,
    schema: { enum: expect.arrayContaining(["usedRatio"]) },
  });
  expect(find("name")).toMatchObject({ in: "path", required: true });
});

test("its references lead somewhere", async () => {
  const document: unknown = (await get(openApi(), "openapi")).json;
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
  for (const [, reference = ""] of references) {
    let target: unknown = document;
    for (const part of reference.split("/")) target = z.record(z.string(), z.unknown()).parse(target)[part];
    expect(target).toBeDefined();
  }
});

describe("real answers are as described", () => {
  const block = createBlock(MINUTE_NOW_MS - 600_000, MINUTE_NOW_MS);
  ensureSeries(block, "failedConnections", { backendIp: "10.0.0.4" }).values.set([1]);
  const fault = { source: "topology", reason: "forbidden", message: "403" } as const;
  const full: World = {
    entries: [
      entry("shop", {
        cluster: cluster("shop", { problems: [fault], tags: { "snatwatch-warn-ratio": "x" } }),
      }),
      entry("new", { cluster: cluster("new", { outboundType: null, loadBalancer: null, paths: [] }) }),
    ],
    states: [
      state("shop", {
        verdict: verdict("critical"),
        alerts: [alert(), alert({ key: "r", phase: "resolved", resolvedAtMs: NOW_MS })],
      }),
    ],
    block,
    events: [
      { ...change(0), atMs: NOW_MS - 5_000 },
      ...alertEvents([], [alert({ phase: "firing" })], NOW_MS - 4_000, null),
    ],
    faults: ["damaged"],
    outbox: [],
  };
  const worlds: readonly (readonly [string, World])[] = [
    ["a full world", full],
    ["an empty world", { discovery: null }],
  ];

  for (const [named, world] of worlds) {
    test.for(openApi().api.routes.map((route) => [route.name, route] as const))(
      `${named}: %s`,
      async ([name, route]) => {
        const query = name === "history" ? "metric=failedConnections" : "";
        for (const clusterName of ["shop", "new"]) {
          const response = await get(openApi(world), name, query, path(clusterName));
          if (typeof response.body === "string") continue;
          const { responses } = await route.load();
          const schema = responses[response.status]?.content["application/json"] ?? ProblemAnswer;
          // A field that the schema does not know would be dropped here, and so be noticed.
          expect(z.parse(schema, response.json)).toEqual(response.json);
        }
      },
    );
  }
});
