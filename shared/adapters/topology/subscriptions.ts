import type { createContainerService } from "@azure/arm-containerservice/api";
import { AdapterError } from "#ports/adapter-error.ts";
import { classify } from "./failure.ts";
import { type CallBounds, within } from "./read-list.ts";

const FIRST_PAGE = "/subscriptions?api-version=2022-12-01";

/**
 * Every subscription that the identity can read. No SDK of ours has this list, so it is read raw through a client that has
 * the right endpoint, token and policies.
 *
 * @throws AdapterError also for an empty list: that is what an identity without any role gets
 */
export async function readableSubscriptions(
  client: ReturnType<typeof createContainerService>,
  bounds: CallBounds,
): Promise<readonly string[]> {
  const ids: string[] = [];
  try {
    for (let link: string | null = FIRST_PAGE; link !== null; ) {
      const answer: { status: string; body: unknown } = await within(
        client.pathUnchecked(link).get(),
        bounds,
      );
      if (answer.status !== "200") throw statusError(answer);
      const page = parsePage(answer.body);
      ids.push(...page.ids);
      link = page.nextLink;
    }
  } catch (error) {
    const { reason, detail } = classify(error);
    const retryAtMs = error instanceof AdapterError ? error.retryAtMs : null;
    throw new AdapterError(reason, `list of subscriptions: ${detail}`, { cause: error, retryAtMs });
  }
  if (ids.length === 0) {
    throw new AdapterError(
      "forbidden",
      "the identity can read no subscription; grant: az role assignment create --assignee <identity> --role Reader --scope /subscriptions/<id>",
    );
  }
  return ids;
}

function parsePage(body: unknown): { readonly ids: readonly string[]; readonly nextLink: string | null } {
  const value = field(body, "value");
  if (!Array.isArray(value)) throw new AdapterError("malformed", "an answer that is cut or no list in JSON");
  const nextLink = field(body, "nextLink");
  return {
    ids: value.flatMap((item: unknown) => {
      const id = field(item, "subscriptionId");
      const gone = field(item, "state") === "Deleted";
      return typeof id === "string" && !gone ? [id] : [];
    }),
    nextLink: typeof nextLink === "string" && nextLink !== "" ? nextLink : null,
  };
}

function statusError(answer: { readonly status: string; readonly body: unknown }): Error {
  const code = field(field(answer.body, "error"), "code");
  return Object.assign(new Error("unexpected status"), {
    statusCode: Number(answer.status),
    ...(typeof code === "string" ? { code } : {}),
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}
