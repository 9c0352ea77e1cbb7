import * as z from "zod";
import { ABOUT, VARIABLES } from "#config/schema.ts";
import { limitsForCluster } from "#core/checks/cluster-limits.ts";
import type { GivenLimit } from "#core/checks/limits.ts";
import type { ReplayPolicy } from "#core/replay/replay-life.ts";
import { DAY_MS } from "#core/time.ts";
import type { ParameterFault } from "../parameters.ts";
import type { ApiSettings } from "../route.ts";

const { shape } = VARIABLES;

/** A parameter that takes what an app setting takes, by the same rule. Absent: as the setting, or the cluster's tag, has it. */
function asSetting(setting: z.ZodType<number, string | undefined>) {
  const { format = "", range = "", meaning = "" } = ABOUT.get(setting) ?? {};
  return z
    .string()
    .transform((text, issues): number => {
      const read = setting.safeParse(text);
      if (read.success) return read.data;
      // The API puts the word before what was expected itself.
      issues.addIssue((read.error.issues[0]?.message ?? "").replace(/^expected /, ""));
      return z.NEVER;
    })
    .optional()
    .describe(`${meaning} A ${format}, ${range}. Default: the setting, or the cluster's tag.`);
}

/** The limits that a question may change. */
export const limitParameters = {
  warnRatio: asSetting(shape.SNATWATCH_WARN_RATIO),
  failRatio: asSetting(shape.SNATWATCH_FAIL_RATIO),
  failedRatio: asSetting(shape.SNATWATCH_FAILED_RATIO),
  skewFactor: asSetting(shape.SNATWATCH_SKEW_FACTOR),
  staleAfter: asSetting(shape.SNATWATCH_STALE_AFTER),
  for: asSetting(shape.SNATWATCH_ALERT_FOR),
  keepFiringFor: asSetting(shape.SNATWATCH_KEEP_FIRING_FOR),
  repeatInterval: asSetting(shape.SNATWATCH_REPEAT_INTERVAL),
};
type AskedLimits = { readonly [N in keyof typeof limitParameters]?: number | undefined };

/** The policy of live operation for a cluster with these tags, with what the question changes; or why the two do not go together. */
export function policyFor(
  asked: AskedLimits,
  settings: ApiSettings,
  tags: Readonly<Record<string, string>>,
): ReplayPolicy | { readonly fault: ParameterFault } {
  const { limits } = limitsForCluster(settings.limits, tags);
  const warnRatio = asked.warnRatio ?? limits.warnRatio;
  const failRatio = asked.failRatio ?? limits.failRatio;
  if ((asked.warnRatio ?? asked.failRatio) !== undefined && warnRatio >= failRatio) {
    return { fault: faultOfRatios(asked, warnRatio, failRatio) };
  }
  const given: GivenLimit[] = [];
  if (asked.warnRatio !== undefined) given.push("warnRatio");
  if (asked.failRatio !== undefined) given.push("failRatio");
  if (asked.for !== undefined) given.push("alertFor");
  return {
    limits: {
      ...limits,
      warnRatio,
      failRatio,
      failedRatio: asked.failedRatio ?? limits.failedRatio,
      skewFactor: asked.skewFactor ?? limits.skewFactor,
      staleAfterMs: asked.staleAfter ?? limits.staleAfterMs,
      given: [...new Set([...(limits.given ?? []), ...given])],
    },
    forMs: asked.for ?? settings.alertForMs,
    keepFiringForMs: asked.keepFiringFor ?? settings.keepFiringForMs,
    repeatIntervalMs: asked.repeatInterval ?? settings.repeatIntervalMs,
    resolvedRetentionMs: DAY_MS,
  };
}

function faultOfRatios(asked: AskedLimits, warnRatio: number, failRatio: number): ParameterFault {
  return asked.warnRatio === undefined
    ? { name: "failRatio", value: String(failRatio), expected: `more than warnRatio=${warnRatio}` }
    : { name: "warnRatio", value: String(warnRatio), expected: `less than failRatio=${failRatio}` };
}
