import { AdapterError } from "#ports/adapter-error.ts";
import { classify } from "./failure.ts";
import { field, type RawClient, readRawList } from "./raw-list.ts";
import type { CallBounds } from "./read-list.ts";

const SUBSCRIPTIONS = "/subscriptions?api-version=2022-12-01";

/**
 * Every subscription that the identity can read.
 *
 * @throws AdapterError also for an empty list: that is what an identity without any role gets
 */
export async function readableSubscriptions(
  client: RawClient,
  bounds: CallBounds,
): Promise<readonly string[]> {
  const ids = await subscriptionIds(client, bounds);
  if (ids.length === 0) {
    throw new AdapterError(
      "forbidden",
      "the identity can read no subscription; grant: az role assignment create --assignee <identity> --role Reader --scope /subscriptions/<id>",
    );
  }
  return ids;
}

async function subscriptionIds(client: RawClient, bounds: CallBounds): Promise<readonly string[]> {
  try {
    const items = await readRawList(client, SUBSCRIPTIONS, bounds);
    return items.flatMap((item) => {
      const id = field(item, "subscriptionId");
      const gone = field(item, "state") === "Deleted";
      return typeof id === "string" && !gone ? [id] : [];
    });
  } catch (error) {
    const { reason, detail } = classify(error);
    const retryAtMs = error instanceof AdapterError ? error.retryAtMs : null;
    throw new AdapterError(reason, `list of subscriptions: ${detail}`, { cause: error, retryAtMs });
  }
}
