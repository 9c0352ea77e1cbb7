import type { InvocationContext } from "@azure/functions";
import type { Logger } from "#ports/logger.ts";

/** The invocation's own log: one structured line an event, tied to the invocation. */
export function loggerOf(context: InvocationContext): Logger {
  const line = (event: string, fields?: Readonly<Record<string, unknown>>) =>
    JSON.stringify({ event, ...fields });
  return {
    debug: (event, fields) => context.debug(line(event, fields)),
    info: (event, fields) => context.info(line(event, fields)),
    warn: (event, fields) => context.warn(line(event, fields)),
    error: (event, fields) => context.error(line(event, fields)),
  };
}
