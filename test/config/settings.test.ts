import { describe, expect, test } from "vitest";
import { type Environment, parseSettings } from "#config/settings.ts";
import { SettingsError } from "#config/settings-error.ts";

const STORAGE = { AzureWebJobsStorage: "UseDevelopmentStorage=true" };
const GUID = "0f5d9c1e-8f4a-4a37-9c39-1d0f53f2b8c1";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function parse(env: Environment, local = false) {
  return parseSettings({ ...STORAGE, ...env }, { local });
}

function faultsOf(env: Environment, local = false): readonly string[] {
  try {
    parse(env, local);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

test("gives the documented defaults when only the storage is set", () => {
  expect(parse({})).toEqual({
    subscriptions: [],
    cloud: "public",
    include: [],
    exclude: [],
    limits: {
      warnRatio: 0.75,
      failRatio: 0.9,
      failedRatio: 0.05,
      skewFactor: 3,
      staleAfterMs: 5 * MINUTE,
      collectLagMs: 3 * MINUTE,
    },
    alertForMs: 2 * MINUTE,
    keepFiringForMs: 5 * MINUTE,
    repeatIntervalMs: 240 * MINUTE,
    retentionRawMs: 14 * DAY,
    retentionHourlyMs: 400 * DAY,
    retentionFivesMs: 93 * DAY,
    historyImportMs: 30 * DAY,
    collectLagMs: 3 * MINUTE,
    inlineShards: 1,
    baseUrl: null,
    heartbeatUrl: null,
    channels: [],
    allowPrivateWebhooks: false,
    auth: "key",
    healthAccess: "key",
    writeAccess: "same",
    storage: { kind: "connectionString", connectionString: "UseDevelopmentStorage=true" },
  });
});

test("takes an empty value for one that is not given", () => {
  expect(parse({ SNATWATCH_WARN_RATIO: "", SNATWATCH_BASE_URL: " ", SNATWATCH_SUBSCRIPTIONS: "" })).toEqual(
    parse({}),
  );
});

test("reads lists, durations, words and addresses", () => {
  const settings = parse({
    SNATWATCH_SUBSCRIPTIONS: ` ${GUID.toUpperCase()} ,${GUID},`,
    SNATWATCH_INCLUDE: "prod-*, shop-?",
    SNATWATCH_ALERT_FOR: "90s",
    SNATWATCH_HISTORY_IMPORT: "0d",
    SNATWATCH_CLOUD: "USGovernment",
    SNATWATCH_BASE_URL: "https://snatwatch.example.com/",
    SNATWATCH_HEARTBEAT_URL: "https://hc.example.com/ping/1",
  });
  expect(settings.subscriptions).toEqual([GUID]);
  expect(settings.include).toEqual(["prod-*", "shop-?"]);
  expect(settings.alertForMs).toBe(90_000);
  expect(settings.historyImportMs).toBe(0);
  expect(settings.cloud).toBe("usgovernment");
  expect(settings.baseUrl).toBe("https://snatwatch.example.com");
  expect(settings.heartbeatUrl).toBe("https://hc.example.com/ping/1");
});

test.for([
  ["Azure", "app.azurewebsites.net", "https://app.azurewebsites.net"],
  ["the Core Tools", "localhost:7071", "http://localhost:7071"],
] as const)("takes the host name that %s gives for links", ([, hostName, baseUrl]) => {
  expect(parse({ WEBSITE_HOSTNAME: hostName }).baseUrl).toBe(baseUrl);
});

test("names every fault in one message", () => {
  const faults = faultsOf({
    SNATWATCH_WARN_RATIO: "75%",
    SNATWATCH_ALERT_FOR: "5 minutes",
    SNATWATCH_CLOUD: "mars",
    SNATWATCH_SUBSCRIPTIONS: "one",
    SNATWATCH_WARN_RATOI: "0.7",
    SNATWATCH_AUTH: "none",
    SNATWATCH_CHANNELS: "[",
    AzureWebJobsStorage: "",
  });
  expect(faults).toEqual([
    "SNATWATCH_WARN_RATOI is not a setting: did you mean SNATWATCH_WARN_RATIO?",
    'SNATWATCH_SUBSCRIPTIONS="one": expected a subscription id (a GUID), got "one"',
    'SNATWATCH_CLOUD="mars": expected one of public, usgovernment, china',
    'SNATWATCH_WARN_RATIO="75%": expected a number above 0, at most 1',
    'SNATWATCH_ALERT_FOR="5 minutes": expected a duration such as 30s, 5m, 2h or 14d, from 0s to 1d',
    'SNATWATCH_AUTH="none": expected key or entra; everybody may ask only in the local environment',
    "SNATWATCH_CHANNELS: expected a JSON array",
    "AzureWebJobsStorage is missing: expected a connection string, or AzureWebJobsStorage__accountName for the app's identity",
  ]);
});

test.for([
  ["a ratio of 0", "SNATWATCH_WARN_RATIO", "0"],
  ["a ratio above 1", "SNATWATCH_FAIL_RATIO", "1.01"],
  ["a ratio in another notation", "SNATWATCH_FAILED_RATIO", "5e-2"],
  ["a factor of 1", "SNATWATCH_SKEW_FACTOR", "1"],
  ["a duration without unit", "SNATWATCH_REPEAT_INTERVAL", "4"],
  ["a duration with a fraction", "SNATWATCH_REPEAT_INTERVAL", "1.5h"],
  ["a duration beyond its range", "SNATWATCH_HISTORY_IMPORT", "94d"],
  ["a duration below its range", "SNATWATCH_COLLECT_LAG", "30s"],
  ["a flag that is no word", "SNATWATCH_ALLOW_PRIVATE_WEBHOOKS", "1"],
  ["an address with a query", "SNATWATCH_BASE_URL", "https://a.example.com/?x=1"],
  ["an address of another kind", "SNATWATCH_BASE_URL", "ftp://a.example.com"],
  ["a pattern with a slash", "SNATWATCH_EXCLUDE", "a/b"],
  ["a count that is not whole", "SNATWATCH_INLINE_SHARDS", "1.5"],
] as const)("refuses %s", ([, name, value]) => {
  const faults = faultsOf({ [name]: value });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(`${name}="${value}": expected `);
});

describe("settings that contradict each other", () => {
  test("the warning limit must be below the failure limit", () => {
    expect(faultsOf({ SNATWATCH_WARN_RATIO: "0.9" })).toEqual([
      "SNATWATCH_WARN_RATIO=0.9: expected less than SNATWATCH_FAIL_RATIO=0.9",
    ]);
  });

  test("hourly history lasts at least as long as raw history", () => {
    expect(faultsOf({ SNATWATCH_RETENTION_RAW: "30d", SNATWATCH_RETENTION_HOURLY: "20d" })).toEqual([
      "SNATWATCH_RETENTION_HOURLY: expected at least SNATWATCH_RETENTION_RAW",
    ]);
  });
});

describe("who may ask", () => {
  test("everybody only in the local environment", () => {
    expect(parse({ SNATWATCH_AUTH: "none" }, true).auth).toBe("none");
    expect(faultsOf({ SNATWATCH_AUTH: "none" })).toHaveLength(1);
  });

  test("entra needs the platform's authentication", () => {
    expect(parse({ SNATWATCH_AUTH: "entra", WEBSITE_AUTH_ENABLED: "True" }).auth).toBe("entra");
    for (const enabled of [undefined, "False"]) {
      expect(faultsOf({ SNATWATCH_AUTH: "entra", WEBSITE_AUTH_ENABLED: enabled })[0]).toContain(
        "WEBSITE_AUTH_ENABLED",
      );
    }
  });
});

test("says that a Key Vault reference was not resolved, once for each setting", () => {
  const reference = "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)";
  const faults = faultsOf({
    SNATWATCH_CHANNELS: reference,
    SNATWATCH_HEARTBEAT_URL: reference,
    AzureWebJobsStorage: reference,
  });
  expect(faults.map((fault) => fault.split(" that ")[0])).toEqual([
    "SNATWATCH_HEARTBEAT_URL: a Key Vault reference",
    "SNATWATCH_CHANNELS: a Key Vault reference",
    "AzureWebJobsStorage: a Key Vault reference",
  ]);
});

test("never prints a secret", () => {
  const faults = faultsOf({
    SNATWATCH_HEARTBEAT_URL: "http://hc.example.com/hush-1",
    SNATWATCH_CHANNELS:
      '[{"name":"a","kind":"teams","url":"http://x.example.com/hush-2","secret":"hush-3"}] hush-4',
    AzureWebJobsStorage: "hush-5",
  });
  expect(faults).toHaveLength(3);
  expect(faults.join()).not.toContain("hush");
});

describe("storage", () => {
  const without = { AzureWebJobsStorage: undefined };

  test("by account name, in the cloud of the settings", () => {
    const env = { ...without, AzureWebJobsStorage__accountName: "stsnat1", SNATWATCH_CLOUD: "china" };
    expect(parse(env).storage).toEqual({
      kind: "identity",
      tableUrl: "https://stsnat1.table.core.chinacloudapi.cn",
      queueUrl: "https://stsnat1.queue.core.chinacloudapi.cn",
    });
  });

  test("by service addresses, of which both are needed", () => {
    const both = {
      AzureWebJobsStorage__tableServiceUri: "https://a.table.core.windows.net",
      AzureWebJobsStorage__queueServiceUri: "https://a.queue.core.windows.net",
    };
    expect(parse({ ...without, ...both }).storage).toEqual({
      kind: "identity",
      tableUrl: "https://a.table.core.windows.net",
      queueUrl: "https://a.queue.core.windows.net",
    });
    expect(faultsOf({ ...without, ...both, AzureWebJobsStorage__queueServiceUri: undefined })[0]).toContain(
      "both are needed",
    );
  });

  test("a bad account name is named", () => {
    expect(faultsOf({ ...without, AzureWebJobsStorage__accountName: "St_1" })[0]).toContain('"St_1"');
  });
});
