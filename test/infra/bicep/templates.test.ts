import { globSync } from "node:fs";
import { relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readBicep } from "./bicep-file.ts";
import { checkNames } from "./check-names.ts";
import { checkTypes } from "./check-types.ts";
import { checkHouseRules } from "./house-rules.ts";
import { HAS_TYPES } from "./resource-types.ts";

const INFRA = resolve(import.meta.dirname, "../../../infra");
const FILES = globSync(`${INFRA}/**/*.bicep`).sort();
const ROWS = FILES.map((path) => [relative(INFRA, path), path] as const);

/** Resources whose types are not beside the project: nobody here can say whether they are right. */
const NOT_CHECKED = [
  "Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01",
  "Microsoft.Network/privateDnsZones@2024-06-01",
  "Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01",
  "Microsoft.Network/privateEndpoints@2024-05-01",
  "Microsoft.Network/virtualNetworks@2024-05-01",
  "Microsoft.Resources/resourceGroups@2024-11-01",
];

test("there are templates", () => {
  expect(ROWS.map(([name]) => name)).toContain("main.bicep");
});

describe.for(ROWS)("%s", ([, path]) => {
  test("keeps our own rules", () => {
    expect(checkHouseRules(readBicep(path))).toEqual([]);
  });

  test("names only what is declared, and fits its modules", () => {
    expect(checkNames(readBicep(path), path)).toEqual([]);
  });

  test.runIf(HAS_TYPES)("agrees with Azure's types", () => {
    expect(checkTypes(readBicep(path)).faults).toEqual([]);
  });
});

test.runIf(HAS_TYPES)("nothing else is unchecked", () => {
  const notChecked = FILES.flatMap((path) => checkTypes(readBicep(path)).notChecked);
  expect([...new Set(notChecked)].sort()).toEqual(NOT_CHECKED);
});
