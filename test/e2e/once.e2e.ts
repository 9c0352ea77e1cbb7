import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { type SimulatedAzure, startSimulatedAzure } from "../../infra/local/simulated-azure/server.ts";

let azure: SimulatedAzure | undefined;

afterEach(async () => {
  await azure?.close();
  azure = undefined;
});

/** Runs the command through npm, as the README says it. The simulated Azure answers from this process, so it must not block. */
async function once(scenario: string, extra: readonly string[] = []) {
  azure = await startSimulatedAzure({ scenario });
  return run(["--once", "--json", "--azure", azure.address, ...extra]);
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { spawn } = await import("node:child_process");
  const child = spawn("npm", ["start", "--", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    stderr += data.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}

test.for([
  ["healthy", 0, "healthy"],
  ["skewed-node", 1, "warning"],
  ["exhausted-node", 2, "critical"],
  ["tcp-full", 2, "critical"],
  ["two-frontends-healthy", 0, "healthy"],
  ["single-failed-syn", 0, "healthy"],
  ["failures-without-ports", 2, "critical"],
  ["draining-nodes", 0, "healthy"],
  ["top-truncation", 2, "critical"],
  ["nat-gateway", 2, "critical"],
  ["all-paths", 0, "healthy"],
  ["data-freshness", 3, "unknown"],
  ["denied-required-endpoint", 2, "critical"],
] as const)("scenario %s exits with %i and says %s", async ([scenario, code, status]) => {
  const result = await once(scenario);
  expect(result.stderr).not.toContain("could not run");
  const document = JSON.parse(result.stdout);
  expect(document.health.status).toBe(status);
  expect(result.code).toBe(code);
  expect(document.clusters.length).toBeGreaterThan(0);
  for (const cluster of document.clusters) expect(cluster.checks).toHaveLength(21);
});

test("one subscription that refuses does not stop the other, and is named", async () => {
  const { stdout } = await once("partial-subscription");
  const { health, clusters } = JSON.parse(stdout);
  expect(clusters.length).toBeGreaterThan(0);
  expect(health.monitor.discovery.failures).toEqual([expect.objectContaining({ reason: "forbidden" })]);
});

describe("what keeps it from running exits with 4 and one sentence", () => {
  test("nobody answers at the address", async () => {
    const { code, stderr } = await run(["--once", "--json", "--azure", "http://127.0.0.1:9"]);
    expect(code).toBe(4);
    expect(stderr).toContain("could not run");
  });

  test.for([
    ["an unknown flag", ["--sped", "20"], "--sped"],
    ["a bad port", ["--port", "99999"], "--port 99999: expected a whole number from 0 to 65535"],
    ["--json alone", ["--json"], "--json: expected together with --once"],
    ["an unknown scenario", ["--once", "--scenario", "nope"], "nope"],
  ] as const)("%s", ([, args, words]) => {
    const { status, stderr } = spawnSync(process.execPath, ["infra/local/start.ts", ...args], {
      encoding: "utf8",
    });
    expect(status).toBe(4);
    expect(stderr).toContain(words);
  });

  test("wrong settings: every fault in one message", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ["infra/local/start.ts", "--once", "--scenario", "healthy"],
      {
        encoding: "utf8",
        env: {
          ...process.env,
          SNATWATCH_WARN_RATIO: "7",
          SNATWATCH_ALERT_FOR: "soon",
          SNATWATCH_NONSENSE: "1",
        },
      },
    );
    expect(status).toBe(4);
    for (const name of ["SNATWATCH_WARN_RATIO", "SNATWATCH_ALERT_FOR", "SNATWATCH_NONSENSE"])
      expect(stderr).toContain(name);
  });
});
