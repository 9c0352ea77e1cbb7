// What a handler answers, before it becomes bytes.

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A JSON answer with the content type Azure uses. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return rawJson(status, JSON.stringify(value), headers);
}

/** A JSON answer that is text already. */
export function rawJson(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { "content-type": "application/json; charset=utf-8", ...headers }, body };
}
