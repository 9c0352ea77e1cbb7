import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { BicepSyntaxError, parseBicep } from "./bicep-file.ts";
import { checkNames } from "./check-names.ts";
import { checkTypes } from "./check-types.ts";
import { checkHouseRules, MUST } from "./house-rules.ts";
import { HAS_TYPES } from "./resource-types.ts";

// Each rule bites: a sound template, one fault planted at a time.

const SOUND = `
@description('Name.')
param name string
@secure()
@description('A secret.')
param channels string = ''

var level = 'TLS1_2'

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: level
    supportsHttpsTrafficOnly: true
    networkAcls: { defaultAction: empty(name) ? 'Deny' : 'Allow' }
  }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: 'westeurope'
  properties: {
    httpsOnly: true
    siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2' }
  }
}

resource signIn 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'authsettingsV2'
  properties: { platform: { enabled: true } }
}

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id)
  properties: {
    principalId: name
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('x', '974c5e8b-45b9-4653-ba55-5f855dd0fb88')
  }
}

module identity 'identity.bicep' = {
  name: 'identity'
  params: {
    name: name
    location: 'westeurope'
    tags: {}
  }
}

output id string = identity.outputs.id
`;

/** A path beside the real modules, so that the module is found. */
const PATH = resolve(import.meta.dirname, "../../../infra/modules/planted.bicep");

type Plant = readonly [fault: string, from: string, to: string, says: string];

const TYPES: readonly Plant[] = [
  [
    "unknown type",
    "storageAccounts@",
    "storageAccount@",
    "unknown type Microsoft.Storage/storageAccount@2025-06-01",
  ],
  [
    "unknown property",
    "allowBlobPublicAccess: false",
    "allowBlobPublicAcces: false",
    "unknown property properties.allowBlobPublicAcces",
  ],
  [
    "unknown property at the top",
    "kind: 'StorageV2'",
    "kind: 'StorageV2'\n  kin: 'a'",
    "unknown property kin",
  ],
  ["wrong case", "httpsOnly: true", "HttpsOnly: true", "unknown property properties.HttpsOnly"],
  ["missing required", "  kind: 'StorageV2'\n", "", "kind is missing"],
  ["missing required, deep", "sku: { name: 'Standard_LRS' }", "sku: {}", "sku.name is missing"],
  [
    "read-only set",
    "allowBlobPublicAccess: false",
    "allowBlobPublicAccess: false\n    creationTime: 'now'",
    "properties.creationTime is read-only",
  ],
  ["wrong literal", "'Standard_LRS'", "'Standard_LSR'", "sku.name is 'Standard_LSR'"],
  ["wrong literal in a branch", "? 'Deny'", "? 'Denied'", "properties.networkAcls.defaultAction is 'Denied'"],
  [
    "wrong literal in a variable",
    "level = 'TLS1_2'",
    "level = 'TLS_1_2'",
    "properties.minimumTlsVersion is 'TLS_1_2'",
  ],
  [
    "text for a flag",
    "httpsOnly: true",
    "httpsOnly: 'true'",
    "properties.httpsOnly is 'true', expected true or false",
  ],
  [
    "object for a text",
    "location: 'westeurope'\n  kind",
    "location: {}\n  kind",
    "location is an object, expected a string",
  ],
  [
    "number for a text",
    "minTlsVersion: '1.2'",
    "minTlsVersion: 12",
    "properties.siteConfig.minTlsVersion is '12'",
  ],
  [
    "list for an object",
    "sku: { name: 'Standard_LRS' }",
    "sku: ['Standard_LRS']",
    "sku is an array, expected an object",
  ],
  ["unknown kind of configuration", "'authsettingsV2'", "'authsettingsV3'", "name is 'authsettingsV3'"],
  [
    "unknown property of a kind",
    "platform: { enabled",
    "platform: { enable",
    "unknown property properties.platform.enable",
  ],
];

const RULES: readonly Plant[] = [
  [
    "listKeys in an output",
    "identity.outputs.id",
    "account.listKeys().keys[0].value",
    "listKeys hands out a key",
  ],
  [
    "listKeys as a function",
    "name: guid(account.id)",
    "name: listKeys(account.id, '2025-06-01')",
    "listKeys hands out a key",
  ],
  [
    "another list function",
    "name: guid(account.id)",
    "name: account.listAccountSas()",
    "listAccountSas hands out a key",
  ],
  ["secret in an output", "identity.outputs.id", "channels", "output id tells a secret"],
  [
    "secret in an output by a detour",
    "var level = 'TLS1_2'\n",
    `var level = 'TLS1_2'\nvar hidden = '\${channels}'\nvar more = { a: hidden }\noutput told object = more\n`,
    "output told tells a secret",
  ],
  [
    "connection string in an output",
    "identity.outputs.id",
    "site.properties.ConnectionString",
    "output id tells a secret",
  ],
  [
    "shared keys",
    "allowSharedKeyAccess: false",
    "allowSharedKeyAccess: true",
    "allowSharedKeyAccess must be false",
  ],
  ["shared keys by silence", "    allowSharedKeyAccess: false\n", "", "allowSharedKeyAccess must be false"],
  [
    "public blobs",
    "allowBlobPublicAccess: false",
    "allowBlobPublicAccess: true",
    "allowBlobPublicAccess must be false",
  ],
  [
    "http to storage",
    "supportsHttpsTrafficOnly: true",
    "supportsHttpsTrafficOnly: false",
    "supportsHttpsTrafficOnly must be true",
  ],
  ["http to the app", "    httpsOnly: true\n", "", "httpsOnly must be true"],
  [
    "old TLS of storage",
    "level = 'TLS1_2'",
    "level = 'TLS1_0'",
    "minimumTlsVersion must be TLS1_2 or TLS1_3",
  ],
  [
    "old TLS of the app",
    "{ minTlsVersion: '1.2'",
    "{ minTlsVersion: '1.1'",
    "minTlsVersion must be 1.2 or 1.3",
  ],
  [
    "key in a setting",
    "parent: site",
    "parent: site\n  AzureWebJobsStorage: 'x'",
    "AzureWebJobsStorage is a connection with a key",
  ],
  [
    "key in a text",
    "location: 'westeurope'\n  kind",
    "location: 'a;AccountKey=b'\n  kind",
    "a key in a text",
  ],
  [
    "plain http",
    "location: 'westeurope'\n  kind",
    "location: 'http://a.example'\n  kind",
    "an address without https",
  ],
  [
    "a role that writes",
    "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "is no role of ours",
  ],
  [
    "no kind of principal",
    "    principalType: 'ServicePrincipal'\n",
    "",
    "principalType must be ServicePrincipal",
  ],
  ["secret that is not secure", "@secure()\n", "", "parameter channels must be secure"],
  [
    "secret with a default",
    "param channels string = ''",
    "param channels string = 'x'",
    "secure parameter channels has a default",
  ],
  ["parameter without a description", "@description('Name.')\n", "", "parameter name has no description"],
];

const NAMES: readonly Plant[] = [
  ["undeclared name", "guid(account.id)", "guid(acount.id)", "acount is not declared"],
  [
    "module that is not there",
    "'identity.bicep'",
    "'identities.bicep'",
    "module file identities.bicep is not there",
  ],
  [
    "parameter the module has not",
    "tags: {}",
    "tags: {}\n    colour: 'red'",
    "module identity has no parameter colour",
  ],
  ["parameter the module needs", "    tags: {}\n", "", "module identity needs parameter tags"],
  [
    "output the module has not",
    "identity.outputs.id",
    "identity.outputs.secret",
    "identity.outputs.secret is not there",
  ],
];

function plant(from: string, to: string) {
  expect(SOUND.split(from), `"${from}" stands once`).toHaveLength(2);
  return parseBicep(SOUND.replace(from, () => to));
}

test("the sound template has no fault", () => {
  const file = parseBicep(SOUND);
  expect([...checkHouseRules(file), ...checkNames(file, PATH)]).toEqual([]);
});

test.runIf(HAS_TYPES)("the sound template agrees with Azure's types, all of it checked", () => {
  expect(checkTypes(parseBicep(SOUND))).toEqual({ faults: [], notChecked: [] });
});

describe.runIf(HAS_TYPES)("types", () => {
  test.for(TYPES)("%s", ([, from, to, says]) => {
    const { faults } = checkTypes(plant(from, to));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(says);
  });

  test("an unknown type of a known provider and version", () => {
    const { faults } = checkTypes(plant("storageAccounts@2025-06-01", "storageAccountz@2025-06-01"));
    expect(faults).toEqual([
      expect.stringContaining("unknown type Microsoft.Storage/storageAccountz@2025-06-01"),
    ]);
  });

  test("a version that is not here is not passed", () => {
    const { notChecked } = checkTypes(plant("storageAccounts@2025-06-01", "storageAccounts@1999-01-01"));
    expect(notChecked).toEqual(["Microsoft.Storage/storageAccounts@1999-01-01"]);
  });
});

describe("our own rules", () => {
  test.for(RULES)("%s", ([, from, to, says]) => {
    expect(checkHouseRules(plant(from, to)).join("\n")).toContain(says);
  });

  test.for(MUST)("%s says %s", ([type, path, allowed]) => {
    const faultsOf = (value: string | null) => {
      const body =
        value === null ? "{}" : path.split(".").reduceRight((inner, key) => `{ ${key}: ${inner} }`, value);
      return checkHouseRules(parseBicep(`resource it '${type}@2025-01-01' = ${body}\n`));
    };
    const fault = expect.stringContaining(`${path} must be ${allowed.join(" or ")}`);
    expect(faultsOf("'no'")).toContainEqual(fault);
    expect(faultsOf(null)).toContainEqual(fault);
    for (const value of allowed) {
      const written = /^(true|false)$/.test(value) ? value : `'${value}'`;
      expect(faultsOf(written)).not.toContainEqual(fault);
    }
  });

  test("a connection by an account's key", () => {
    const file = parseBicep("resource it 'a/b@1' = { type: 'StorageAccountConnectionString' }\n");
    expect(checkHouseRules(file).join("\n")).toContain("a connection with a key");
  });
});

describe("names", () => {
  test.for(NAMES)("%s", ([, from, to, says]) => {
    expect(checkNames(plant(from, to), PATH).join("\n")).toContain(says);
  });
});

test("a fault of writing is told with its line", () => {
  expect(() => parseBicep("param a string\nresource = {\n")).toThrow(BicepSyntaxError);
});
