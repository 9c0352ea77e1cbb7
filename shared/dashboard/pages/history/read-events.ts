import { type Api, ApiError } from "../../live/api-client.ts";
import type { Happened } from "../../text/events.ts";

/** What happened in a span; nothing where the service has no time line. */
export async function readEvents(
  api: Api,
  path: string,
  range: string,
  signal: AbortSignal,
): Promise<Happened> {
  try {
    return await api.get<Happened>(`${path}/events?${range}`, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    return { events: [], incomplete: false, faults: [] };
  }
}
