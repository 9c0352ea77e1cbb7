import fc from "fast-check";
import { expect, test } from "vitest";
import { clusterHash, parseAddress, toHash } from "../../shared/dashboard/text/address.ts";

const CLUSTER = { subscriptionId: "s-1", resourceGroup: "rg", name: "aks" };

test.each([
  ["", { page: "fleet" }],
  ["#/", { page: "fleet" }],
  ["#/?q=x", { page: "fleet" }],
  ["#/clusters", { page: "fleet" }],
  ["#/clusters/s-1/rg/aks", { page: "cluster", cluster: CLUSTER, view: "overview" }],
  ["#/cluster/s-1/rg/aks", { page: "cluster", cluster: CLUSTER, view: "overview" }],
  ["#/clusters/s-1/rg/aks/history?from=-1h", { page: "cluster", cluster: CLUSTER, view: "history" }],
  ["#/clusters/s-1/rg/aks/plan", { page: "cluster", view: "plan" }],
  ["#/clusters/s-1/rg/aks/denials", { page: "cluster", view: "denials" }],
  ["#/clusters/s-1/rg/aks/other", { page: "nowhere" }],
  ["#/clusters/s-1/rg/aks/plan/more", { page: "nowhere" }],
  ["#/clusters/s-1/rg", { page: "nowhere" }],
  ["#/incidents?cluster=aks", { page: "incidents" }],
  ["#/silences", { page: "silences" }],
  ["#/silences/new?cluster=aks&check=snat-ports", { page: "silences" }],
  ["#/checks/snat-ports", { page: "check", id: "snat-ports" }],
  ["#/checks", { page: "nowhere" }],
  ["#/%E0%A4%A", { page: "nowhere" }],
  ["#/other", { page: "nowhere" }],
])("%s", (hash, address) => {
  expect(parseAddress(hash)).toMatchObject(address);
});

test("the address of a cluster with any name leads back to it", () => {
  const text = fc.string({ minLength: 1, unit: "grapheme" }).filter((each) => each.isWellFormed());
  fc.assert(
    fc.property(text, text, text, (subscriptionId, resourceGroup, name) => {
      const cluster = { subscriptionId, resourceGroup, name };
      expect(parseAddress(clusterHash(cluster, "history"))).toMatchObject({ cluster, view: "history" });
    }),
  );
});

test("a query says what is given and leaves out what is not", () => {
  const hash = toHash("incidents", { cluster: "a&b c", from: "", to: null });
  expect(hash).toBe("#/incidents?cluster=a%26b+c");
  expect(parseAddress(hash).query.get("cluster")).toBe("a&b c");
});
