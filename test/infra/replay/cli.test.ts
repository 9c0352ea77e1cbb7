import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const HEADER =
  "time,cluster,node,frontendIp,protocol,usedPorts,allocatedPorts,failedConnections,attemptedConnections";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function fileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "replay-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "in.csv");
  await writeFile(path, text);
  return path;
}

function run(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["infra/local/replay.ts", ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

const minute = (at: number) => new Date(Date.UTC(2026, 2, 2, 10, at)).toISOString();
const rows = (used: (at: number) => number, count = 30) =>
  Array.from({ length: count }, (_, at) => `${minute(at)},shop,n1,20.0.0.1,tcp,${used(at)},1024,0,200`);
const csv = (...lines: readonly string[]) => `${[HEADER, ...lines].join("\n")}\n`;

test("writes a line for each change, to a file or to stdout", async () => {
  const input = await fileOf(csv(...rows((at) => (at >= 10 && at < 20 ? 820 : 100))));
  const seen = await run("--in", input);
  const lines = seen.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(seen.code).toBe(0);
  expect(lines.map(({ time, state }) => `${time} ${state}`)).toEqual([
    "2026-03-02T10:10:00Z pending",
    "2026-03-02T10:16:00Z firing",
    "2026-03-02T10:25:00Z resolved",
  ]);
  expect(lines[0]).toEqual({
    time: "2026-03-02T10:10:00Z",
    cluster: "shop",
    check: "snat-ports",
    subject: { node: "n1", protocol: "tcp" },
    state: "pending",
    severity: "warning",
    message: "node n1 uses 820 of 1,024 SNAT ports (TCP, 80.1 %)",
  });
  const out = `${input}.ndjson`;
  expect((await run("--in", input, "--out", out)).code).toBe(0);
  expect(await readFile(out, "utf8")).toBe(seen.stdout);
});

test("a setting is obeyed to the letter", async () => {
  const input = await fileOf(csv(...rows(() => 520)));
  expect((await run("--in", input)).stdout).toBe("");
  const { stdout } = await run("--in", input, "--set", "SNATWATCH_WARN_RATIO=0.5");
  expect(stdout).toContain('"state":"firing","severity":"warning"');
});

test("empty fields are no value, columns may be in another order, lines end as they like", async () => {
  const text = rows(() => 1_000, 5).map((line) => line.split(",").reverse().join(","));
  const input = await fileOf([HEADER.split(",").reverse().join(","), ...text].join("\r\n"));
  expect((await run("--in", input)).stdout).toContain("1,000 of 1,024");
  const empty = await fileOf(csv(`${minute(0)},shop,n1,,udp,,,,`));
  const { code, stdout } = await run("--in", empty);
  expect({ code, checks: stdout.match(/"check":"[^"]*"/g) }).toEqual({
    code: 0,
    checks: ['"check":"data-freshness"'],
  });
});

const good = rows(() => 100, 2);
test.for([
  [
    "no number",
    csv(...good, `${minute(3)},shop,n1,20.0.0.1,tcp,many,1024,0,1`),
    [4, "usedPorts", '"many"', "a number"],
  ],
  ["no time", csv("yesterday,shop,n1,20.0.0.1,tcp,1,1024,0,1"), [2, "time", '"yesterday"', "a time such as"]],
  [
    "no protocol",
    csv(`${minute(0)},shop,n1,20.0.0.1,icmp,1,1024,0,1`),
    [2, "protocol", '"icmp"', "tcp or udp"],
  ],
  ["too few fields", csv(...good, `${minute(3)},shop,n1`), [4, "frontendIp", '""', "9 fields, got 3"]],
  [
    "out of time",
    csv(...good, `${minute(0)},shop,n1,20.0.0.1,tcp,1,1024,0,1`),
    [4, "time", minute(0), "in the order of time"],
  ],
  [
    "a cluster again",
    csv(
      ...good,
      `${minute(3)},other,n1,20.0.0.1,tcp,1,1024,0,1`,
      `${minute(4)},shop,n1,20.0.0.1,tcp,1,1024,0,1`,
    ),
    [5, "cluster", '"shop"', "all rows of a cluster together"],
  ],
  ["a header without a column", "time,cluster\n", [1, "node", "time,cluster", "a header"]],
] as const)("a bad row is named: %s", async ([, text, [line, column, value, expected]]) => {
  const { code, stderr } = await run("--in", await fileOf(text));
  expect(code).toBe(4);
  expect(stderr).toContain(`line ${line}, column ${column}, value `);
  expect(stderr).toContain(value);
  expect(stderr).toContain(expected);
});

test.for([
  [["--set", "SNATWATCH_WARN_RATO=0.5"], "did you mean SNATWATCH_WARN_RATIO"],
  [["--set", "SNATWATCH_WARN_RATIO=2"], "at most 1"],
  [["--set", "WARN=1"], "expected a setting of the README"],
  [["--set", "SNATWATCH_WARN_RATIO"], "expected NAME=VALUE"],
  [["--colour"], "--colour"],
] as const)("a mistake on the command line is named: %s", async ([args, words]) => {
  const { code, stderr } = await run("--in", await fileOf(csv(...good)), ...args);
  expect(code).toBe(4);
  expect(stderr).toContain(words);
});

test.for([
  [["--in", "/nowhere/at-all.csv"], "/nowhere/at-all.csv"],
  [[], "--in: expected a file"],
] as const)("without a file: %s", async ([args, words]) => {
  const { code, stderr } = await run(...args);
  expect(code).toBe(4);
  expect(stderr).toContain(words);
});
