import { type Api, ApiError } from "../../live/api-client.ts";
import { type Happened, withoutEvents } from "../../text/events.ts";

/** What happened in a span, or a note of why that cannot be told. */
export async function readEvents(
  api: Api,
  path: string,
  range: string,
  signal: AbortSignal,
): Promise<Happened> {
  try {
    return await api.get<Happened>(`${path}/events?${range}`, signal);
  } catch (error) {
    const instead = error instanceof ApiError ? withoutEvents(error.status, error.message) : null;
    if (instead === null) throw error;
    return instead;
  }
}
