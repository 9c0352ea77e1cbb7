import { describe, expect, test } from "vitest";
import {
  decodeState,
  decodeSummary,
  type HeldState,
  type StateWrite,
  writeState,
} from "#adapters/tables/cluster-state-entity.ts";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import { MINUTE_MS } from "#core/time.ts";
import type { Verdict } from "#core/verdict/verdict.ts";
import { MONDAY_MS } from "../../contract/samples.ts";
import { alerts, state, verdict } from "../../contract/states.ts";

type Check = Verdict["checks"][number];

const KEY = "/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/a";

function check(id: string, changes: Partial<Check> = {}): Check {
  return {
    id,
    outcome: "pass",
    summary: `${id}: nothing is wrong here, and that takes some words to say`,
    findings: [],
    untold: [],
    evidence: [],
    remedy: null,
    explainedBy: null,
    sinceMs: MONDAY_MS,
    ...changes,
  };
}

const CHECKS = Array.from({ length: 20 }, (_, place) => check(`check-${place}`));

/** A state of so many minutes later, with other figures of its nodes. */
function later(minutes: number, changes: Partial<ClusterState> = {}): ClusterState {
  const before = verdict("healthy", 10);
  return state(KEY, {
    throughMs: MONDAY_MS + minutes * MINUTE_MS,
    verdict: {
      ...before,
      minuteMs: before.minuteMs + minutes * MINUTE_MS,
      checks: CHECKS,
      nodes: before.nodes.map((node) => ({ ...node, usedPorts: (node.usedPorts ?? 0) + minutes / 3 })),
    },
    ...changes,
  });
}

function withVerdict(value: ClusterState, changes: Partial<Verdict>): ClusterState {
  return { ...value, verdict: value.verdict && { ...value.verdict, ...changes } };
}

/** An entity, and what its writer knows of it. */
class Entity {
  #properties: StateWrite["properties"] = {};
  held: HeldState | undefined;

  write(value: ClusterState): StateWrite {
    const written = writeState(value, this.held);
    this.#properties = written.merges
      ? { ...this.#properties, ...written.properties }
      : { ...written.properties };
    this.held = written.held;
    return written;
  }

  spoil(name: string): void {
    this.#properties = { ...this.#properties, [name]: Buffer.from([9, 9, 9]) };
  }

  get stored() {
    return { partitionKey: "s", rowKey: "r", tag: "t", properties: this.#properties };
  }

  get state(): ClusterState | undefined {
    return decodeState(this.stored);
  }
}

function bytesOf({ properties }: StateWrite): number {
  return Object.values(properties).reduce(
    (sum, value) => sum + (value instanceof Uint8Array ? value.length : 0),
    0,
  );
}

describe("the entity of a state", () => {
  test("is written whole at first, then only what has changed", () => {
    const entity = new Entity();
    expect(entity.write(later(0)).merges).toBe(false);

    for (let minute = 1; minute < 5; minute += 1) {
      const next = later(minute);
      const written = entity.write(next);
      expect(written.merges).toBe(true);
      expect(Object.keys(written.properties).sort()).toEqual(["clusterKey", "f0", "s0", "status"]);
      expect(entity.state).toEqual(next);
      expect(decodeSummary(entity.stored)?.throughMs).toBe(next.throughMs);
    }
  });

  test("tells a part that changed once also in the minutes after", () => {
    const entity = new Entity();
    const peaks = [{ hourMs: MONDAY_MS, usedPorts: 12.5, backendIp: "10.0.0.4", protocol: "tcp" }];
    entity.write(later(0));
    entity.write(later(1, { peaks }));

    expect(entity.write(later(2, { peaks })).merges).toBe(true);
    expect(entity.state?.peaks).toEqual(peaks);
    expect(entity.write(later(3)).merges).toBe(true);
    expect(entity.state).toEqual(later(3));
  });

  test("tells the checks that changed, and back again", () => {
    const entity = new Entity();
    const evidence = [{ name: "usedPorts", value: 12, unit: "ports" }];
    const changed = CHECKS.map((each, place) => (place === 7 ? check(each.id, { evidence }) : each));
    entity.write(later(0));
    expect(entity.write(withVerdict(later(1), { checks: changed })).merges).toBe(true);
    expect(entity.state?.verdict?.checks[7]?.evidence).toEqual(evidence);
    expect(entity.state?.verdict?.checks).toEqual(changed);

    entity.write(later(2));
    expect(entity.state).toEqual(later(2));
  });

  test.each<[string, ClusterState]>([
    ["a first verdict is gone", later(1, { verdict: null })],
    ["a node came", withVerdict(later(1), { nodes: verdict("healthy", 11).nodes })],
    ["a node has another name", withVerdict(later(1), { nodes: later(1).verdict?.nodes.toReversed() ?? [] })],
    ["a check is new", withVerdict(later(1), { checks: [...CHECKS, check("more")] })],
    ["checks have another order", withVerdict(later(1), { checks: CHECKS.toReversed() })],
    ["nearly everything changed", later(1, { alerts: alerts(200) })],
  ])("is written whole where %s", (_name, next) => {
    const entity = new Entity();
    entity.write(later(0));

    expect(entity.write(next).merges).toBe(false);
    expect(entity.state).toEqual(next);
    entity.write(later(2));
    expect(entity.state).toEqual(later(2));
  });

  test("is written whole where a part of the old would stay", () => {
    const entity = new Entity();
    // So large that the summary takes two properties; the drift of all else is small beside it.
    const many = { alerts: alerts(2_500) };
    entity.write(later(0, many));
    expect(entity.held?.names.has("s1")).toBe(true);

    expect(entity.write(later(1)).merges).toBe(false);
    expect(entity.state).toEqual(later(1));
    expect(decodeSummary(entity.stored)?.alerts).toEqual([]);
  });

  test("is packed where the patch is long", () => {
    const entity = new Entity();
    const large = (minutes: number) => withVerdict(later(minutes), { nodes: verdict("healthy", 900).nodes });
    entity.write(large(0));
    const written = entity.write(large(1));

    expect(written.merges).toBe(true);
    expect(bytesOf(written)).toBeLessThan(
      JSON.stringify(large(1).verdict?.nodes.map((n) => n.usedRatio)).length,
    );
    expect(entity.state).toEqual(large(1));
  });

  test.for([
    ["the whole of some minutes ago where the patch", "f0", later(0)],
    ["nothing where the whole", "b0", undefined],
  ] as const)("is %s cannot be read", ([_name, spoilt, left]) => {
    const entity = new Entity();
    entity.write(later(0));
    entity.write(later(3));
    entity.spoil(spoilt);

    expect(entity.state).toEqual(left);
  });
});
