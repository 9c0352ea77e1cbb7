import { VARIABLES } from "./schema.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const { shape } = VARIABLES;

/**
 * Faults that no setting has by itself.
 *
 * Each rule reads the settings it is about once more, so that it speaks even when another setting is at fault: a user
 * mends all of them in one go.
 */
export function findContradictions(env: Environment, local: boolean): string[] {
  return [faultOfRatios(env), faultOfRetention(env), faultOfAuth(env, local)].filter(
    (fault) => fault !== undefined,
  );
}

function faultOfRatios(env: Environment): string | undefined {
  const warn = shape.SNATWATCH_WARN_RATIO.safeParse(env["SNATWATCH_WARN_RATIO"]);
  const fail = shape.SNATWATCH_FAIL_RATIO.safeParse(env["SNATWATCH_FAIL_RATIO"]);
  if (!warn.success || !fail.success || warn.data < fail.data) return undefined;
  return `SNATWATCH_WARN_RATIO=${warn.data}: expected less than SNATWATCH_FAIL_RATIO=${fail.data}`;
}

function faultOfRetention(env: Environment): string | undefined {
  const raw = shape.SNATWATCH_RETENTION_RAW.safeParse(env["SNATWATCH_RETENTION_RAW"]);
  const hourly = shape.SNATWATCH_RETENTION_HOURLY.safeParse(env["SNATWATCH_RETENTION_HOURLY"]);
  if (!raw.success || !hourly.success || raw.data <= hourly.data) return undefined;
  return "SNATWATCH_RETENTION_HOURLY: expected at least SNATWATCH_RETENTION_RAW";
}

function faultOfAuth(env: Environment, local: boolean): string | undefined {
  const auth = shape.SNATWATCH_AUTH.safeParse(env["SNATWATCH_AUTH"]).data;
  if (auth === "none" && !local) {
    return 'SNATWATCH_AUTH="none": expected key or entra; everybody may ask only in the local environment';
  }
  // Without it nobody checks who asks, and the header that names the caller could come from the caller.
  if (auth === "entra" && env["WEBSITE_AUTH_ENABLED"]?.toLowerCase() !== "true") {
    return 'SNATWATCH_AUTH="entra": expected App Service authentication to be on (WEBSITE_AUTH_ENABLED is not True)';
  }
  return undefined;
}
