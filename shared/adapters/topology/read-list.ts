import { AdapterError } from "#ports/adapter-error.ts";

/** What the SDK's paged lists have in common. */
export interface PagedList<T> {
  byPage(): AsyncIterator<readonly T[]>;
}

/** Bounds of one call. */
export interface CallBounds {
  readonly callTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Reads a list to its end and translates page by page, so that Azure's objects live no longer than their page.
 *
 * @returns all or nothing: half a list would look like resources that are gone
 */
export async function readList<T, R>(
  list: PagedList<T>,
  translate: (item: T) => readonly R[],
  bounds: CallBounds,
): Promise<readonly R[]> {
  const pages = list.byPage();
  const results: R[] = [];
  for (;;) {
    const page = await within(pages.next(), bounds);
    if (page.done === true) return results;
    for (const item of page.value) {
      for (const result of translate(item)) results.push(result);
    }
  }
}

/**
 * Waits for a call no longer than its bounds allow. Everything in it is bounded, getting the token included, even where an
 * HTTP client does not listen to signals.
 */
export async function within<T>(call: PromiseLike<T>, { callTimeoutMs, signal }: CallBounds): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new AdapterError("timeout", "the run was ended"));
  const timer = setTimeout(
    () => reject(new AdapterError("timeout", `no answer within ${callTimeoutMs / 1_000} s`)),
    callTimeoutMs,
  );
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([call, ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
