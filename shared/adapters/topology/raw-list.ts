import type { createContainerService } from "@azure/arm-containerservice/api";
import { AdapterError } from "#ports/adapter-error.ts";
import { type CallBounds, within } from "./read-list.ts";

/** A client whose pipeline (endpoint, token, policies) serves any path of ARM. */
export type RawClient = ReturnType<typeof createContainerService>;

/** Reads a list that no SDK of ours has, to its end. @param path with its query @throws what `classify` understands */
export async function readRawList(
  client: RawClient,
  path: string,
  bounds: CallBounds,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (let link: string | null = path; link !== null; ) {
    const body: unknown = await readRaw(client, link, bounds);
    const value = field(body, "value");
    if (!Array.isArray(value))
      throw new AdapterError("malformed", "an answer that is cut or no list in JSON");
    for (const item of value) items.push(item);
    const nextLink = field(body, "nextLink");
    link = typeof nextLink === "string" && nextLink !== "" ? nextLink : null;
  }
  return items;
}

/** Reads one resource. @param path with its query @throws what `classify` understands */
export async function readRaw(client: RawClient, path: string, bounds: CallBounds): Promise<unknown> {
  const answer: { status: string; body: unknown } = await within(client.pathUnchecked(path).get(), bounds);
  if (answer.status !== "200") throw statusError(answer);
  return answer.body;
}

/** A field of something that came from outside; `undefined` where there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

function statusError(answer: { readonly status: string; readonly body: unknown }): Error {
  const code = field(field(answer.body, "error"), "code");
  return Object.assign(new Error("unexpected status"), {
    statusCode: Number(answer.status),
    ...(typeof code === "string" ? { code } : {}),
  });
}
