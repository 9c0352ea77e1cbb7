import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { app, output } from "@azure/functions";
import { expect, it, onTestFinished } from "vitest";
import { loadRegistrations, startHost } from "../../../infra/local/host/host.ts";
import { hostWith } from "./host.fixture.ts";

const QUIET = { port: 0, nowMs: Date.now, log: () => {}, env: {} };

it("lists what an app registers, without starting it", async () => {
  const functions = await loadRegistrations(async () => {
    app.timer("collect", { schedule: "%COLLECT%", handler: () => {} });
    app.http("health", { route: "health", methods: ["GET"], authLevel: "function", handler: () => ({}) });
    app.http("plain", { handler: () => ({}) });
    app.storageQueue("deliver", {
      queueName: "deliver",
      connection: "AzureWebJobsStorage",
      handler: () => {},
    });
  });
  expect(functions.map(({ trigger, ...rest }) => rest)).toEqual([
    { name: "collect", type: "timerTrigger", schedule: "%COLLECT%" },
    { name: "health", type: "httpTrigger", authLevel: "function", methods: ["GET"], route: "health" },
    { name: "plain", type: "httpTrigger", authLevel: "anonymous", methods: ["GET", "POST"], route: "plain" },
    { name: "deliver", type: "queueTrigger", queueName: "deliver" },
  ]);
  expect(functions[3]?.trigger["connection"]).toBe("AzureWebJobsStorage");
});

it("answers the require of a CommonJS bundle as it answers an import", async () => {
  const folder = mkdtempSync(join(tmpdir(), "snatwatch-bundle-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const bundle = join(folder, "main.cjs");
  writeFileSync(
    bundle,
    `require("@azure/functions").app.timer("t", { schedule: "0 * * * * *", handler() {} });`,
  );
  const functions = await loadRegistrations(() => import(/* @vite-ignore */ pathToFileURL(bundle).href));
  expect(functions.map(({ name }) => name)).toEqual(["t"]);
});

it("resolves app settings in bindings", async () => {
  const host = await hostWith((library) => library.timer("t", { schedule: "%WHEN%", handler: () => {} }), {
    env: { WHEN: "0 0 * * * *" },
  });
  expect(host.functions).toMatchObject([{ name: "t", schedule: "0 0 * * * *" }]);
});

it.each<[string, () => void, string]>([
  ["nothing registered", () => {}, "no function was registered"],
  ["a missing setting", () => app.timer("t", { schedule: "%NO%", handler: () => {} }), 'app setting "NO"'],
  ["a bad schedule", () => app.timer("t", { schedule: "every minute", handler: () => {} }), "six fields"],
  ["a bad route", () => app.get("h", { route: "{a:date}", handler: () => ({}) }), 'does not know "{a:date}"'],
  [
    "a name twice",
    () => {
      for (const name of ["t", "t"]) app.timer(name, { schedule: "0 * * * * *", handler: () => {} });
    },
    'a function named "t" is registered already',
  ],
  [
    "a trigger it does not imitate",
    () => app.storageBlob("b", { path: "x", connection: "y", handler: () => {} }),
    'no trigger "blobTrigger"',
  ],
  [
    "an output it does not imitate",
    () =>
      app.timer("t", {
        schedule: "0 * * * * *",
        return: output.storageQueue({ queueName: "q", connection: "c" }),
        handler: () => {},
      }),
    'no binding "queue"',
  ],
  [
    "a queue without storage",
    () => app.storageQueue("q", { queueName: "q", connection: "AzureWebJobsStorage", handler: () => {} }),
    'app setting "AzureWebJobsStorage" must hold the connection string',
  ],
])("refuses to start with %s", async (_, register, message) => {
  const started = startHost({ ...QUIET, functions: async () => register(), hostJson: {} });
  await expect(started).rejects.toThrow(message);
});

it("names every fault of host.json", async () => {
  const hostJson = {
    functionTimeout: "soon",
    extensions: { queues: { batchSize: 33, messageEncoding: "utf16" } },
  };
  const started = startHost({ ...QUIET, functions: async () => {}, hostJson });
  await expect(started).rejects.toThrow(/functionTimeout[\s\S]*batchSize[\s\S]*messageEncoding|batchSize/);
});

it("refuses registrations after startup", async () => {
  await hostWith((library) => library.timer("t", { schedule: "0 0 0 1 1 *", handler: () => {} }));
  expect(() => app.timer("late", { schedule: "0 * * * * *", handler: () => {} })).toThrow(
    "during app startup",
  );
});

it("runs the library's hooks", async () => {
  const seen: string[] = [];
  const host = await hostWith((library) => {
    library.hook.appStart(() => void seen.push("start"));
    library.hook.preInvocation(
      (context) => void seen.push(`before ${context.invocationContext.functionName}`),
    );
    library.hook.postInvocation((context) => void seen.push(`after ${context.result}`));
    library.hook.appTerminate(() => void seen.push("terminate"));
    library.timer("t", { schedule: "0 0 0 1 1 *", handler: () => "result" });
  });
  await host.invoke("t");
  await host.close();
  expect(seen).toEqual(["start", "before t", "after result", "terminate"]);
});
