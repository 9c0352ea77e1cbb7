import { describe, expect, test } from "vitest";
import { MOST_GROUPS } from "#adapters/logs/query.ts";
import { REST_REASON } from "#core/denials/log-row.ts";
import {
  answerOf,
  destination,
  FROM_MS,
  failure,
  firewallId,
  group,
  raw,
  readOne,
  requestFor,
  sourceWith,
  tableOf,
  target,
  workspaceId,
} from "./support.ts";

test("one query for a workspace names the time, its firewalls and nothing else", async () => {
  const { read, questions } = sourceWith(() => answerOf());
  await read(
    requestFor({
      firewalls: ["fw", "fw2", "unused"].map((name) => ({ id: firewallId(name), logs: [destination("a")] })),
      targets: [target("one"), target("two", { firewallIds: [firewallId("FW2")] })],
    }),
  );

  const [question, ...others] = questions();
  expect(others).toEqual([]);
  expect(question).toMatchObject({
    workspace: "guid-a",
    timespan: "2026-11-21T10:00:00.000Z/2026-11-21T10:15:00.000Z",
  });
  expect(question?.text).toContain("union isfuzzy=true");
  expect(question?.text).toContain(
    `in~ ("${firewallId("fw").toLowerCase()}", "${firewallId("fw2").toLowerCase()}")`,
  );
  expect(question?.text).not.toMatch(/ago\(|now\(|AzureDiagnostics|unused/);
  expect(question?.text).toMatch(/TimeGenerated >= datetime\(2026-11-21T10:00:00/);
  expect(question?.request.headers["prefer"]).toBe("wait=27");
  expect(question?.request.headers["authorization"]).toBe("Bearer secret-token");
});

describe("which tables are asked:", () => {
  test.for<[title: string, logs: readonly ReturnType<typeof destination>[], asked: readonly string[]]>([
    [
      "tables of their own",
      [destination("a")],
      ["a: AZFWNetworkRule AZFWApplicationRule AZFWDnsQuery AZFWThreatIntel AZFWIdpsSignature"],
    ],
    ["AzureDiagnostics", [destination("a", { tables: "legacy" })], ["a: AzureDiagnostics"]],
    [
      "one category",
      [destination("a", { categories: ["azfwnetworkrule", "AZFWFlowTrace"] })],
      ["a: AZFWNetworkRule"],
    ],
    ["none that denies", [destination("a", { categories: ["AZFWFatFlow"] })], []],
    ["none", [], []],
    [
      "the same rows in two workspaces",
      [destination("b"), destination("a")],
      ["a: AZFWNetworkRule AZFWApplicationRule AZFWDnsQuery AZFWThreatIntel AZFWIdpsSignature"],
    ],
    [
      "the same rows in both forms",
      [
        destination("a", { tables: "legacy" }),
        destination("b", { categories: ["AZFWNetworkRule", "AZFWApplicationRule"] }),
      ],
      ["b: AZFWNetworkRule AZFWApplicationRule", "a: AzureDiagnostics except network application"],
    ],
    [
      "categories spread over workspaces",
      [
        destination("a", { tables: "legacy", categories: ["AzureFirewallNetworkRule"] }),
        destination("b", {
          tables: "legacy",
          categories: ["AzureFirewallNetworkRule", "AzureFirewallApplicationRule"],
        }),
      ],
      ["b: AzureDiagnostics"],
    ],
    [
      "an unreadable workspace beside a readable one",
      [destination("a", { customerId: null }), destination("b", { categories: "all" })],
      ["b: AZFWNetworkRule AZFWApplicationRule AZFWDnsQuery AZFWThreatIntel AZFWIdpsSignature"],
    ],
  ])("%s", async ([, logs, asked]) => {
    const { read, questions } = sourceWith(() => answerOf());
    const answers = await read(requestFor({ firewalls: [{ id: firewallId("fw"), logs }] }));

    expect(answers.get("one")).toEqual({ denials: [], problems: [] });
    const seen = questions().map(({ workspace, text }) => {
      const tables = [...text.matchAll(/^\((AZFW\w+|AzureDiagnostics)$/gm)].map(([, table]) => table);
      const except = [...text.matchAll(/Kind !in \((.*)\)/g)].map(([, kinds]) => ` except ${kinds}`);
      return `${workspace.slice(5)}: ${tables.join(" ")}${except.join("").replace(/[",]/g, "")}`;
    });
    expect(seen.sort()).toEqual([...asked].sort());
  });
});

test("where a workspace fails, another with the same rows is asked", async () => {
  const { read, questions } = sourceWith(({ workspace }) =>
    workspace === "guid-a" ? failure(403, "InsufficientAccessError") : answerOf(raw()),
  );
  const logs = [destination("a"), destination("b")];
  const answer = (await read(requestFor({ firewalls: [{ id: firewallId("fw"), logs }] }))).get("one");

  expect(questions().map(({ workspace }) => workspace)).toEqual(["guid-a", "guid-b"]);
  expect(answer?.denials).toHaveLength(1);
  expect(answer?.problems).toEqual([]);
});

test.for([
  [403, "InsufficientAccessError", "forbidden"],
  [401, "AuthorizationRequiredError", "unauthorized"],
  [404, "WorkspaceNotFoundError", "notFound"],
] as const)("%i says what to grant", async ([status, code, reason]) => {
  const answer = await readOne(() => failure(status, code));

  const command = `az role assignment create --assignee <principal-id> --role "Log Analytics Reader" --scope ${workspaceId("a")}`;
  expect(answer.denials).toEqual([]);
  expect(answer.problems).toEqual([
    { source: "firewallLogs", reason, message: expect.stringContaining(command) },
  ]);
  expect(answer.problems[0]?.message).toContain(`${status} ${code}`);
});

test("an unreadable workspace that no other can stand in for is told without asking", async () => {
  const { read, questions } = sourceWith(() => answerOf());
  const logs = [destination("a", { customerId: null })];
  const answer = (await read(requestFor({ firewalls: [{ id: firewallId("fw"), logs }] }))).get("one");

  expect(questions()).toEqual([]);
  expect(answer?.problems).toMatchObject([
    { reason: "forbidden", message: expect.stringContaining("az role") },
  ]);
});

test("one workspace's failure is no other's", async () => {
  const { read } = sourceWith(({ workspace }) =>
    workspace === "guid-a"
      ? failure(400, "BadArgumentError", "no")
      : answerOf(raw({ _ResourceId: firewallId("fw2") })),
  );
  const answers = await read(
    requestFor({
      firewalls: [
        { id: firewallId("fw"), logs: [destination("a")] },
        { id: firewallId("fw2"), logs: [destination("b")] },
      ],
      targets: [target("one"), target("two", { firewallIds: [firewallId("fw2")] })],
    }),
  );
  expect(answers.get("one")).toMatchObject({ denials: [], problems: [{ reason: "rejected" }] });
  expect(answers.get("two")).toMatchObject({ denials: [{ count: 1 }], problems: [] });
});

test("a table that the workspace does not know is left out, and stays so", async () => {
  const refusal = {
    status: 400,
    body: {
      error: {
        message: "The request had some invalid properties",
        code: "BadArgumentError",
        innererror: {
          code: "SemanticError",
          innererror: {
            code: "SEM0100",
            message: "Failed to resolve table or column expression named 'AZFWThreatIntel'",
          },
        },
      },
    },
  };
  const { read, questions } = sourceWith(({ text }) =>
    text.includes("AZFWThreatIntel") ? refusal : answerOf(raw()),
  );

  for (const _ of [1, 2]) {
    const answer = (await read()).get("one");
    expect(answer).toMatchObject({ denials: [{ count: 1 }], problems: [] });
  }
  expect(questions().map(({ text }) => text.includes("AZFWThreatIntel"))).toEqual([true, false, false]);
  expect(questions()[2]?.text).toContain("AZFWNetworkRule");
});

test.for([
  [
    "an error beside the tables",
    { error: { code: "PartialError", message: "some", details: [{ innererror: { message: "too large" } }] } },
    "too large",
  ],
  ["a status", { status: "PartialFailure" }, "marked as partial"],
  ["the client's own words", { partialError: { message: "cut" } }, "cut"],
] as const)("a partial answer counts and is told: %s", async ([, marks, words]) => {
  const answer = await readOne(() => ({ body: { tables: [tableOf([group()])], ...marks } }));
  expect(answer.denials).toHaveLength(1);
  expect(answer.problems).toMatchObject([{ reason: "partial", message: expect.stringContaining(words) }]);
});

test.for([
  ["no JSON", "<html>"],
  ["no tables", {}],
] as const)("an answer that is none: %s", async ([, body]) => {
  expect(await readOne(() => ({ body }))).toMatchObject({ denials: [], problems: [{ reason: "malformed" }] });
});

test("throttling is waited for", async () => {
  const answer = await readOne((_, count) =>
    count === 1 ? { status: 429, headers: { "retry-after": "2" } } : answerOf(group()),
  );
  expect(answer).toMatchObject({ denials: [{ count: 12 }], problems: [] });
});

test("at most three queries at a time, of all reads together", async () => {
  let active = 0;
  let most = 0;
  const { read } = sourceWith(async () => {
    active += 1;
    most = Math.max(most, active);
    await new Promise((resolve) => setImmediate(resolve));
    active -= 1;
    return answerOf();
  });
  const firewalls = ["a", "b", "c", "d"].map((name) => ({ id: firewallId(name), logs: [destination(name)] }));
  const targets = [target("one", { firewallIds: firewalls.map(({ id }) => id) })];

  await Promise.all([read(requestFor({ firewalls, targets })), read(requestFor({ firewalls, targets }))]);

  expect(most).toBe(3);
});

test("a deadline ends a workspace that does not answer", async () => {
  const { read } = sourceWith(() => new Promise(() => {}), { deadlineMs: 30, timeoutMs: 5_000 });
  expect((await read()).get("one")).toMatchObject({ denials: [], problems: [{ reason: "timeout" }] });
});

test("a full answer is asked for again, bounded, with totals that say what is left out", async () => {
  const full = Array.from({ length: MOST_GROUPS }, (_, at) =>
    group({ Destination: `h${at}.example.com`, Count: 1 }),
  );
  const bounded = [
    group({ Count: 10 }),
    group({ Destination: "x.example.com", Count: 5 }),
    group({
      Destination: "",
      DestinationPort: "",
      Protocol: "",
      ActionReason: REST_REASON,
      Total: true,
      Count: 1_000_000,
      Sources: "",
    }),
  ];
  const { read, questions } = sourceWith((_, count) => answerOf(...(count === 1 ? full : bounded)));

  const answer = (await read()).get("one");

  expect(questions()[1]?.text).toMatch(/materialize[\s\S]+Scope == "0" \| top/);
  expect(answer?.problems).toEqual([]);
  expect(answer?.denials.map(({ destination: to, count, reason }) => [to, count, reason])).toEqual([
    ["", 999_985, REST_REASON],
    ["mcr.microsoft.com", 10, "Default Action"],
    ["x.example.com", 5, "Default Action"],
  ]);
});

test("a full answer counts as cut where the bounded one cannot be had", async () => {
  const full = Array.from({ length: MOST_GROUPS }, (_, at) =>
    group({ Destination: `h${at % 50}.example.com`, Count: 1 }),
  );
  const answer = await readOne((_, count) =>
    count === 1 ? answerOf(...full) : failure(400, "BadArgumentError"),
  );
  expect(answer.denials.reduce((sum, { count }) => sum + count, 0)).toBe(MOST_GROUPS);
  expect(answer.problems).toMatchObject([{ reason: "partial" }]);
});

test("a cluster whose addresses nobody knows is not asked for, and told so", async () => {
  const { read, questions } = sourceWith(() => answerOf());
  const answers = await read(requestFor({ targets: [target("one", { prefixes: [] })] }));
  expect(questions()).toEqual([]);
  expect(answers.get("one")).toMatchObject({ problems: [{ reason: "empty" }] });
});

test("names are escaped on their way into a query", async () => {
  const { read, questions } = sourceWith(() => answerOf());
  const id = firewallId('f"w\\');
  await read(
    requestFor({
      firewalls: [{ id, logs: [destination("a")] }],
      targets: [target("one", { firewallIds: [id], fromMs: FROM_MS })],
    }),
  );
  expect(questions()[0]?.text).toContain(String.raw`azurefirewalls/f\"w\\"`);
});

test.for([
  ["usgovernment", "api.loganalytics.us"],
  ["china", "api.loganalytics.azure.cn"],
] as const)("%s is asked at its own address", async ([cloud, host]) => {
  const { read, questions } = sourceWith(() => answerOf(), { cloud });
  await read();
  expect(questions()[0]?.request.url.host).toBe(host);
});
