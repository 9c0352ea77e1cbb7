import { expect, test } from "vitest";
import { clustersNamed, shortId } from "#core/egress/name-clusters.ts";
import { clusterNamed, SUB } from "./support.ts";

const OTHER_SUB = "22222222-1111-1111-1111-111111111111";
const refs = [
  clusterNamed("aks-a").ref,
  clusterNamed("aks-b").ref,
  clusterNamed("aks-b", { subscriptionId: OTHER_SUB }).ref,
];

test.for([
  ["a name", "AKS-a", [0]],
  ["a name of two", "aks-b", [1, 2]],
  ["its place", `${OTHER_SUB}/SHOP/aks-b`, [2]],
  ["an ARM id, with a slash at its end", `${refs[1]?.id.toUpperCase()}/`, [1]],
  ["a part of a name", "aks", []],
  ["a pattern", "aks-*", []],
  ["nothing", "", []],
] as const)("finds the clusters that a text means: %s", ([, text, found]) => {
  expect(clustersNamed(text, refs)).toEqual(found.map((at) => refs[at]));
});

test("writes the place of a cluster as it reads it", () => {
  expect(refs[0] && shortId(refs[0])).toBe(`${SUB}/shop/aks-a`);
});
