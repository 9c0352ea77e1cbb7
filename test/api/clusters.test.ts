import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  cluster,
  entry,
  get,
  keyOf,
  NOW_MS,
  openApi,
  SUBSCRIPTION,
  state,
  verdict,
  type World,
} from "./fakes.ts";

const Page = z.object({
  clusters: z.array(z.looseObject({ name: z.string() })),
  nextCursor: z.string().nullable(),
});

const WORLD: World = {
  entries: ["delta", "Alpha", "charlie", "bravo"].map((name) => entry(name)),
  states: [
    state("Alpha", { verdict: verdict("critical") }),
    state("bravo", { verdict: verdict("warning") }),
    state("charlie"),
  ],
};

async function namesOf(query: string, world: World = WORLD): Promise<string[]> {
  const { json } = await get(openApi(world), "clusters", query);
  return Page.parse(json).clusters.map(({ name }) => name);
}

test("a row tells what the contract says", async () => {
  const { json } = await get(openApi({ entries: [entry("Alpha")], states: [state("Alpha")] }), "clusters");
  expect(json).toEqual({
    clusters: [
      {
        id: cluster("Alpha").ref.id,
        name: "Alpha",
        subscriptionId: SUBSCRIPTION,
        resourceGroup: "RG-One",
        location: "westeurope",
        outboundType: "loadBalancer",
        paths: ["loadBalancer"],
        nodes: 2,
        status: "healthy",
        headline: "it is healthy",
        worstUsedRatio: 0.5,
        limits: { warnRatio: 0.75, failRatio: 0.9 },
        exhaustionInSeconds: null,
        evaluatedAt: "2026-11-21T10:00:10Z",
        dataThrough: "2026-11-21T09:57:00Z",
      },
    ],
    nextCursor: null,
  });
});

test.for([
  ["all, by name in any case", "", ["Alpha", "bravo", "charlie", "delta"]],
  ["those of a status", "status=critical", ["Alpha"]],
  ["those without a verdict as unknown", "status=unknown", ["delta"]],
  ["those of several statuses", "status=critical,warning", ["Alpha", "bravo"]],
  ["those whose name holds a text in any case", "q=ALPH", ["Alpha"]],
  ["those whose resource group does", "q=rg-one", ["Alpha", "bravo", "charlie", "delta"]],
  ["none for a text that nothing holds", "q=zulu", []],
  ["all for filters without a value", "status=&q=&limit=&cursor=", ["Alpha", "bravo", "charlie", "delta"]],
] as const)("lists %s", async ([, query, names]) => {
  expect(await namesOf(query)).toEqual(names);
});

test("leaves out clusters that are gone", async () => {
  expect(await namesOf("", { entries: [entry("a", { goneSinceMs: NOW_MS }), entry("b")] })).toEqual(["b"]);
});

describe("pages", () => {
  async function pageOf(query: string, world: World = WORLD) {
    return Page.parse((await get(openApi(world), "clusters", query)).json);
  }

  test("go on where the one before ended, and end", async () => {
    const first = await pageOf("limit=3");
    expect(first.clusters.map(({ name }) => name)).toEqual(["Alpha", "bravo", "charlie"]);
    const second = await pageOf(`limit=3&cursor=${first.nextCursor}`);
    expect(second.clusters.map(({ name }) => name)).toEqual(["delta"]);
    expect(second.nextCursor).toBeNull();
  });

  test("stay in step when the last cluster of a page goes and others come", async () => {
    const first = await pageOf("limit=2");
    const entries = ["aaa", "Alpha", "bz", "charlie", "delta"].map((name) => entry(name));
    const second = await pageOf(`limit=2&cursor=${first.nextCursor}`, { entries });
    expect(second.clusters.map(({ name }) => name)).toEqual(["bz", "charlie"]);
  });

  test.for(["x", "Zm9v", Buffer.from(keyOf("a")).toString("hex")])("refuse the cursor %s", async (cursor) => {
    const { status, json } = await get(openApi(WORLD), "clusters", `cursor=${cursor}`);
    expect(status).toBe(400);
    expect(json).toMatchObject({
      errors: [{ name: "cursor", value: cursor, expected: "a nextCursor of an earlier answer" }],
    });
  });

  test.for(["0", "1001", "1.5", "many", "-1"])("refuse a limit of %s", async (limit) => {
    const { status, json } = await get(openApi(WORLD), "clusters", `limit=${limit}`);
    expect(status).toBe(400);
    expect(json).toMatchObject({
      errors: [{ name: "limit", value: limit, expected: "a whole number from 1 to 1000" }],
    });
  });
});
