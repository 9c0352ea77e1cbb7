import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseHostJson } from "../../../infra/local/host/host-json.ts";
import { at, readBicep } from "./bicep-file.ts";
import { mappingAt, parseSmallYaml } from "./small-yaml.ts";

// The files beside the templates, by the rules of who reads them.

const main = readBicep("infra/main.bicep");
const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

test("azure.yaml is what azd takes", () => {
  // Rules: schemas/v1.0/azure.yaml.json of Azure/azure-dev.
  const document = parseSmallYaml(readFileSync("azure.yaml", "utf8"));
  expect(document["name"]).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  const infra = mappingAt(document, "infra");
  expect(infra["provider"]).toBe("bicep");
  expect(existsSync(`${String(infra["path"])}/${String(infra["module"])}.bicep`)).toBe(true);
  expect(existsSync(`${String(infra["path"])}/${String(infra["module"])}.parameters.json`)).toBe(true);

  const services = mappingAt(document, "services");
  const service = mappingAt(services, "app");
  // Anything but false would send the package to be built again, from a package.json without dependencies.
  expect(service).toMatchObject({ host: "function", language: "js", project: ".", remoteBuild: "false" });
  expect(service["dist"]).toBe("dist/package");
  const hook = mappingAt(service, "hooks", "prepackage");
  expect(hook["shell"]).toMatch(/^(sh|pwsh)$/);
  const [, script = ""] = /npm run (\S+)$/.exec(String(hook["run"])) ?? [];
  expect(json("package.json").scripts).toHaveProperty(script);

  // azd finds the app by this tag.
  const site = readBicep("infra/modules/app.bicep").resources.find(({ symbol }) => symbol === "site");
  expect(at(site?.body, "tags")).toMatchObject({
    text: expect.stringContaining("'azd-service-name': 'app'"),
  });
});

test("azd down takes the roles back, in every subscription that has them", () => {
  const document = parseSmallYaml(readFileSync("azure.yaml", "utf8"));
  const hook = mappingAt(document, "hooks", "predown");
  // Or a right that is missing would leave everything.
  expect(hook).toMatchObject({ shell: "sh", run: "sh infra/remove-grants.sh", continueOnError: "true" });
  const script = readFileSync("infra/remove-grants.sh", "utf8");
  const outputs = main.outputs.map(({ name }) => name);
  for (const name of ["identityPrincipalId", "grantedSubscriptionIds"]) {
    expect(outputs).toContain(name);
    expect(script).toContain(`\${${name}:-}`);
  }

  const folder = mkdtempSync(join(tmpdir(), "snatwatch-az-"));
  const log = join(folder, "log");
  // Stands for az: a subscription has an assignment of ours, "one" the custom role too; in "closed" nothing is allowed.
  const az = `#!/bin/sh
echo "$@" >> "$LOG"
case "$*" in
  *closed*) exit 1 ;;
  *"assignment list"*) echo assignment-1 assignment-2 ;;
  *"definition list"*"NAME one"*) echo role ;;
esac
`;
  writeFileSync(join(folder, "az"), az, { mode: 0o755 });
  const run = (env: Readonly<Record<string, string>>) => {
    writeFileSync(log, "");
    const { status, stderr } = spawnSync("sh", ["infra/remove-grants.sh"], {
      env: { PATH: `${folder}:${process.env["PATH"]}`, LOG: log, AZURE_ENV_NAME: "NAME", ...env },
      encoding: "utf8",
    });
    const calls = readFileSync(log, "utf8").trim().split("\n");
    return { status, calls, left: stderr.split("\n").filter((line) => line.startsWith("az ")) };
  };
  const deletesOf = (calls: readonly string[]) => calls.filter((line) => line.includes(" delete "));

  const { status, calls, left } = run({ identityPrincipalId: "who", grantedSubscriptionIds: "one two" });
  expect({ status, left }).toEqual({ status: 0, left: [] });
  expect(deletesOf(calls)).toEqual([
    "role assignment delete --ids assignment-1",
    "role assignment delete --ids assignment-2",
    "role definition delete --name Snatwatch reader NAME one --scope /subscriptions/one",
    "role assignment delete --ids assignment-1",
    "role assignment delete --ids assignment-2",
  ]);
  // Only what the template assigns: its built-in roles and its own.
  const guids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  const assigned = readFileSync("infra/modules/reader.bicep", "utf8").match(guids) ?? [];
  expect(calls[0]).toMatch(/^role assignment list --assignee who --scope \/subscriptions\/one --query \[\?/);
  expect(calls[0]).toContain("roleDefinitionName=='Snatwatch reader NAME one'");
  expect(calls[0]?.match(guids)?.toSorted()).toEqual(assigned.toSorted());

  const refused = run({ identityPrincipalId: "who", grantedSubscriptionIds: "closed one" });
  expect(refused.status).toBe(1);
  expect(deletesOf(refused.calls), "the others lose theirs").toHaveLength(3);
  const scope = '--scope "/subscriptions/closed"';
  expect(refused.left.toSorted()).toEqual(
    [
      ...[...assigned, "Snatwatch reader NAME closed"].map(
        (role) => `az role assignment delete --assignee "who" --role "${role}" ${scope}`,
      ),
      `az role definition delete --name "Snatwatch reader NAME closed" ${scope}`,
    ].toSorted(),
  );

  expect(run({})).toMatchObject({ status: 0, calls: [""] });
  expect(run({ identityPrincipalId: "who" })).toMatchObject({ status: 0, calls: [""] });
  rmSync(folder, { recursive: true });
});

test("the reader of azure.yaml refuses what it cannot read", () => {
  expect(() => parseSmallYaml("a:\n  - b")).toThrow("line 2");
  expect(() => parseSmallYaml("a: b\na: c")).toThrow("line 2");
  expect(() => parseSmallYaml("a:\n    b: c")).toThrow("line 2");
});

test("the parameters of azd are those of the template", () => {
  const { parameters } = json("infra/main.parameters.json");
  const known = main.parameters.map(({ name }) => name);
  expect(Object.keys(parameters).filter((name) => !known.includes(name))).toEqual([]);
  const needed = main.parameters.filter(({ fallback }) => fallback === undefined).map(({ name }) => name);
  expect(needed).toEqual(["name", "location"]);
  expect(Object.keys(parameters)).toEqual(expect.arrayContaining(needed));
});

test("parameters that are numbers have limits", () => {
  const numbers = main.parameters.filter(({ fallback }) => /^\d+$/.test(fallback ?? ""));
  for (const { name, decorators } of numbers) {
    const limited = /@allowed/.test(decorators.join()) || /@minValue.*@maxValue/s.test(decorators.join());
    expect(limited, name).toBe(true);
  }
  expect(numbers.length).toBeGreaterThan(3);
});

test("host.json fits the plan and the code", () => {
  const host = json("host.json");
  expect(host.version).toBe("2.0");
  expect(host.extensionBundle).toEqual({
    id: "Microsoft.Azure.Functions.ExtensionBundle",
    version: "[4.0.0, 5.0.0)",
  });
  // Longer than the longest deadline in functions/, so that the code ends first.
  const deadlines = [
    "collect.timer",
    "collect-shard.queue",
    "discover.timer",
    "import.timer",
    "deliver.queue",
  ].map((name) => {
    const [, amount = "0", factor = "1"] =
      /AbortSignal\.timeout\((\d[\d_]*)(?: \* ([\d_]+))?\)/.exec(
        readFileSync(`functions/${name}.ts`, "utf8"),
      ) ?? [];
    return Number(amount.replaceAll("_", "")) * Number(factor.replaceAll("_", ""));
  });
  expect(Math.min(...deadlines)).toBeGreaterThan(0);
  const [hours = 0, minutes = 0, seconds = 0] = String(host.functionTimeout).split(":").map(Number);
  expect(((hours * 60 + minutes) * 60 + seconds) * 1000).toBeGreaterThan(Math.max(...deadlines));

  const { extensions, logging } = host;
  expect(extensions.queues).toMatchObject({ messageEncoding: "base64", maxDequeueCount: 5 });
  expect(extensions.queues.batchSize).toBeLessThanOrEqual(32);
  expect(logging.logLevel.default).toBe("Warning");
  expect(logging.applicationInsights.samplingSettings).toMatchObject({ isEnabled: true });
  // The local host takes the same file.
  expect(() => parseHostJson(host)).not.toThrow();
});
