import { expect, test } from "vitest";
import { limitsForCluster } from "#core/checks/cluster-limits.ts";
import type { CheckLimits } from "#core/checks/limits.ts";

const LIMITS: CheckLimits = {
  warnRatio: 0.75,
  failRatio: 0.9,
  failedRatio: 0.05,
  skewFactor: 3,
  staleAfterMs: 300_000,
  collectLagMs: 180_000,
};

test("leaves the limits alone without tags of ours", () => {
  expect(limitsForCluster(LIMITS, { env: "prod", "snatwatch-exclude": "false" })).toEqual({
    limits: LIMITS,
    faults: [],
  });
});

test("takes every tag, whatever the case of its name", () => {
  const tags = {
    "Snatwatch-Warn-Ratio": "0.5",
    "snatwatch-fail-ratio": " 0.6 ",
    "SNATWATCH-FAILED-RATIO": "1",
    "snatwatch-skew-factor": "10",
  };
  expect(limitsForCluster(LIMITS, tags)).toEqual({
    limits: {
      ...LIMITS,
      warnRatio: 0.5,
      failRatio: 0.6,
      failedRatio: 1,
      skewFactor: 10,
      given: ["warnRatio", "failRatio"],
    },
    faults: [],
  });
});

test.for(["", "75%", "0", "-0.1", "1.01", "0,6", "1e-1", "NaN", "Infinity"])(
  'ignores a warning ratio of "%s" and says what was expected',
  (value) => {
    expect(limitsForCluster(LIMITS, { "snatwatch-warn-ratio": value })).toEqual({
      limits: LIMITS,
      faults: [`tag snatwatch-warn-ratio="${value}" is ignored: expected a number above 0, at most 1`],
    });
  },
);

test("ignores both ratios where the warning would come after the failure, and keeps the other tags", () => {
  const { limits, faults } = limitsForCluster(LIMITS, {
    "snatwatch-fail-ratio": "0.6",
    "snatwatch-skew-factor": "4",
  });
  expect(limits).toEqual({ ...LIMITS, skewFactor: 4 });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain("got 0.75 and 0.6");
});

test("names a tag that is not known", () => {
  expect(limitsForCluster(LIMITS, { "snatwatch-wran-ratio": "0.6" }).faults[0]).toContain(
    "tag snatwatch-wran-ratio is not known",
  );
});
