import type { Logger } from "#ports/logger.ts";
import { type DeliverDueParts, deliverDue } from "./deliver-due.ts";

export interface SweepParts extends DeliverDueParts {
  readonly logger: Logger;
}

/**
 * Puts deliveries back on the queue that are due and that nobody carries.
 *
 * @returns how many it found
 */
export async function sweep({ logger, ...parts }: SweepParts): Promise<number> {
  const found = await deliverDue(parts);
  if (found > 0) logger.info("sweep", { requeued: found });
  return found;
}
