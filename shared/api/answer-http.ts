import type { BodyForms } from "#ports/body-forms.ts";
import type { Api } from "./create-api.ts";
import type { ApiRequest, ApiResponse } from "./http.ts";
import { chooseCoding, matchesTag } from "./negotiation.ts";
import { KEY_PARAMETER } from "./parameters.ts";

/** An answer as it goes over the wire. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: none, not even an empty one. */
  readonly body?: Uint8Array;
}

/** Below this an answer fits the packet that carries its headers. */
const PACK_FROM_BYTES = 1_024;

/** Headers that speak of the body, and so are not sent without one. */
const OF_THE_BODY = /^content-(type|disposition)$/;

/**
 * Answers a request over HTTP, in the form that its client asked for.
 *
 * A read that went well carries an `ETag`, and is not sent again to a client that has it. It is made again all the same: what is
 * saved is the transfer.
 */
export async function answerHttp(
  api: Api,
  forms: BodyForms,
  routeName: string,
  request: ApiRequest,
): Promise<HttpAnswer> {
  const response = await api.handle(routeName, request);
  const { status } = response;
  if (response.body === "") return { status, headers: response.headers };
  const body = bytesOf(response);
  const headers = { ...response.headers, vary: "accept-encoding" };
  if (request.method !== "GET" || status !== 200)
    return await packed(forms, request, { status, headers, body });

  // Weak: the same answer has it in every coding. Of the headers, some say what the body does not.
  const etag = `W/"${forms.digest([JSON.stringify(response.headers), body])}"`;
  const tagged = { ...headers, etag, "cache-control": cacheControlOf(request, response) };
  if (!matchesTag(request.headers.get("if-none-match"), etag)) {
    return await packed(forms, request, { status, headers: tagged, body });
  }
  const bare = Object.entries(tagged).filter(([name]) => !OF_THE_BODY.test(name));
  return { status: 304, headers: Object.fromEntries(bare) };
}

/**
 * The client alone may keep an answer, and asks each time whether it still holds. Not where the address holds the caller's key, which
 * would be kept with it. An answer that says for itself how long it holds keeps its word.
 */
function cacheControlOf({ query }: ApiRequest, { headers }: ApiResponse): string {
  if ([...query].some(([name]) => name === KEY_PARAMETER)) return "no-store";
  const own = headers["cache-control"] ?? "no-store";
  return own === "no-store" ? "private, no-cache" : own;
}

function bytesOf({ body }: ApiResponse): Uint8Array {
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body), "utf8");
}

async function packed(
  forms: BodyForms,
  { headers: asked }: ApiRequest,
  answer: Required<HttpAnswer>,
): Promise<HttpAnswer> {
  const { status, headers, body } = answer;
  const { best, takesPlain } = chooseCoding(asked.get("accept-encoding"));
  if (best === "identity" || (takesPlain && body.length < PACK_FROM_BYTES)) return answer;
  return { status, headers: { ...headers, "content-encoding": best }, body: await forms.pack(best, body) };
}
