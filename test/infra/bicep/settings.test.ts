import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { VARIABLES } from "#config/schema.ts";
import { parseSettings } from "#config/settings.ts";
import { EXPECTED_FUNCTIONS } from "../../functions/registered.ts";
import { at, type BicepFile, readBicep, readValue, type Value } from "./bicep-file.ts";
import { textsOf } from "./house-rules.ts";

// What the templates give the app is what the app takes.

const MODULES = resolve(import.meta.dirname, "../../../infra/modules");
const app = readBicep(`${MODULES}/app.bicep`);

/** Settings of the platform and of Azure's clients. Source: "App settings reference for Azure Functions". */
const PLATFORM: ReadonlySet<string> = new Set([
  "AzureWebJobsStorage__accountName",
  "AzureWebJobsStorage__credential",
  "AzureWebJobsStorage__clientId",
  "AZURE_CLIENT_ID",
  "languageWorkers__node__arguments",
  // Of glibc.
  "MALLOC_ARENA_MAX",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
]);

/** What expressions come to in one deployment. */
const CAME_TO: Readonly<Record<string, string>> = {
  AzureWebJobsStorage__accountName: "snatabc123",
  SNATWATCH_CLOUD: "public",
  SNATWATCH_SUBSCRIPTIONS: "11111111-2222-3333-4444-555555555555,11111111-2222-3333-4444-666666666666",
  SNATWATCH_HEALTH_ACCESS: "anonymous",
  SNATWATCH_WRITE_ACCESS: "own",
  SNATWATCH_CHANNELS: '[{"name":"ops","kind":"slack","url":"https://hooks.slack.com/services/x"}]',
};

function held(file: BicepFile, name: string): Value | undefined {
  const node = file.variables.get(name);
  return node === undefined ? undefined : readValue(node, file.variables);
}

/** Every object that a value may come to. */
function entriesOf(value: Value | undefined): readonly { readonly key: string; readonly value: Value }[] {
  if (value?.kind === "either") return value.branches.flatMap(entriesOf);
  return value?.kind === "object" ? value.entries : [];
}

const entries = [...entriesOf(held(app, "requiredSettings")), ...entriesOf(held(app, "channelSettings"))];

/** @param branch of a choice: 0 is the first */
function environment(branch: number): Record<string, string> {
  return Object.fromEntries(
    entries.map(({ key, value }) => {
      const chosen = value.kind === "either" ? value.branches[branch] : value;
      const literal = chosen?.kind === "string" ? chosen.text : undefined;
      return [key, literal ?? CAME_TO[key] ?? "x"];
    }),
  );
}

describe("the settings of the template", () => {
  test("all of them reach the app, and what a user adds cannot replace them", () => {
    const given = app.resources.find(({ symbol }) => symbol === "appSettings");
    const properties = at(given?.body, "properties");
    expect(properties).toMatchObject({ text: "union(settings, requiredSettings, channelSettings)" });
  });

  test("exist", () => {
    const names = entries.map(({ key }) => key).filter((key) => !PLATFORM.has(key));
    expect(names.filter((name) => !Object.hasOwn(VARIABLES.shape, name))).toEqual([]);
    expect(names).not.toEqual([]);
  });

  test("give Node the flags that it has locally, where memory and processor time are measured", () => {
    const { scripts } = JSON.parse(readFileSync(resolve(MODULES, "../../package.json"), "utf8"));
    const flags = String(scripts.start).match(/--\S+/g) ?? [];
    expect(flags).not.toEqual([]);
    expect(environment(0)["languageWorkers__node__arguments"]).toBe(flags.join(" "));
  });

  test("are taken by the app, with keys and behind a sign-in", () => {
    const signedIn = parseSettings({ ...environment(0), WEBSITE_AUTH_ENABLED: "True" }, { local: false });
    expect(signedIn.auth).toBe("entra");
    const withKeys = parseSettings(environment(1), { local: false });
    expect(withKeys).toMatchObject({ auth: "key", healthAccess: "anonymous", cloud: "public" });
    expect(withKeys.storage).toEqual({
      kind: "identity",
      tableUrl: "https://snatabc123.table.core.windows.net",
      queueUrl: "https://snatabc123.queue.core.windows.net",
    });
    expect(withKeys.subscriptions).toHaveLength(2);
    expect(withKeys.channels).toHaveLength(1);
  });

  test("would be refused without the one that is required", () => {
    const { AzureWebJobsStorage__accountName: _, ...rest } = environment(1);
    expect(() => parseSettings(rest, { local: false })).toThrow("AzureWebJobsStorage is missing");
  });

  test("name a cloud for each of Bicep's", () => {
    const clouds = entriesOf(held(readBicep(`${MODULES}/../main.bicep`), "clouds"));
    for (const { value } of clouds) {
      const text = value.kind === "string" ? value.text : "";
      expect(VARIABLES.shape.SNATWATCH_CLOUD.safeParse(text).success, text).toBe(true);
    }
    expect(clouds).toHaveLength(3);
  });
});

describe("the storage account", () => {
  const storage = readBicep(`${MODULES}/storage.bicep`);

  test("has the queues that functions listen to", () => {
    const listened = EXPECTED_FUNCTIONS.flatMap((line) => /: queue (\S+) in/.exec(line)?.[1] ?? []);
    expect(textsOf(held(storage, "queues"))).toEqual(listened.sort());
  });

  test("has the tables that the app opens by a fixed name", () => {
    const source = readFileSync("shared/adapters/tables/open-tables.ts", "utf8");
    const opened = [...source.matchAll(/account\.table\("(\w+)"\)/g)].map(([, name]) => `Snatwatch${name}`);
    expect(textsOf(held(storage, "tables"))).toEqual(opened.sort());
  });
});
