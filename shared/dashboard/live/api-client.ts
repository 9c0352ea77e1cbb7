import type { ProblemAnswer } from "#api/answers/problem.ts";

const KEY_NAME = "snatwatch-key";

/** Why an answer did not come, in the words of the API where it gave any. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** 0: the API cannot be reached. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The API that the page came from. */
export interface Api {
  /** @param accept statuses beside 200 whose body is an answer all the same */
  get<T>(path: string, signal?: AbortSignal, accept?: readonly number[]): Promise<T>;
  text(path: string): Promise<string>;
  send(method: "POST" | "DELETE", path: string, body?: object): Promise<void>;
  /** Kept for the session of the browser, and sent with every request from now on. */
  useKey(key: string): void;
}

const NO_RIGHT_TO_WRITE =
  "this installation asks for a right of its own to write: open the page in a new tab with the master key";

/** @param base address below which the routes are, with its slash */
export function openApi(base: string): Api {
  const ask = async (path: string, init: RequestInit, accept: readonly number[] = []): Promise<Response> => {
    const key = sessionStorage.getItem(KEY_NAME);
    const headers = {
      ...(init.body === undefined ? {} : { "content-type": "application/json" }),
      ...(key === null ? {} : { "x-functions-key": key }),
    };
    const response = await fetch(`${base}${path}`, { ...init, headers }).catch((error: unknown) => {
      if (init.signal?.aborted) throw error;
      throw new ApiError(0, "the API cannot be reached");
    });
    if (response.ok || accept.includes(response.status)) return response;
    // The host refuses without a word. What reads is asked for a key by the page itself.
    if (response.status === 401 && init.method !== undefined) throw new ApiError(401, NO_RIGHT_TO_WRITE);
    throw new ApiError(response.status, await reasonOf(response));
  };
  return {
    get: async (path, signal, accept) => {
      const response = await ask(path, signal === undefined ? {} : { signal }, accept);
      return response.json().catch(() => {
        throw new ApiError(response.status, "the answer is not what this page understands");
      });
    },
    text: async (path) => (await ask(path, {})).text(),
    send: async (method, path, body) => {
      await ask(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    },
    useKey: (key) => sessionStorage.setItem(KEY_NAME, key),
  };
}

async function reasonOf(response: Response): Promise<string> {
  const problem: Partial<ProblemAnswer> = await response.json().catch(() => ({}));
  const faults = problem.errors?.map(({ name, expected }) => `${name}: expected ${expected}`) ?? [];
  return [problem.detail ?? problem.title ?? `status ${response.status}`, ...faults].join("; ");
}
