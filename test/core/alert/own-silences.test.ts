import { expect, test } from "vitest";
import { ownSilences } from "#core/alert/own-silences.ts";
import type { Silence } from "#core/alert/silence.ts";
import { clusterNamed } from "../egress/support.ts";

const { ref } = clusterNamed("aks-a");
const other = clusterNamed("aks-b").ref;
const twin = clusterNamed("aks-a", { subscriptionId: "22222222-1111-1111-1111-111111111111" }).ref;

const silence = (cluster?: string): Silence => ({
  id: cluster ?? "all",
  ...(cluster === undefined ? {} : { cluster }),
  check: "icmp",
  startsAtMs: 0,
  untilMs: 1,
  comment: "",
  createdBy: "ops",
  createdAtMs: 0,
  endedAtMs: null,
});

test.for([
  ["its id", ref.id, [other, twin], true],
  ["its name", "AKS-A", [other], true],
  ["its name, which another has too", "aks-a", [other, twin], false],
  ["another's id", other.id, [other], false],
  ["a pattern", "aks-?", [], false],
  ["no cluster", undefined, [], false],
] as const)("a silence of %s", ([, cluster, others, own]) => {
  expect(ownSilences([silence(cluster)], ref, others)).toHaveLength(own ? 1 : 0);
});
