import type { IncidentMessage, MessageAlert } from "../alert/incident.ts";
import type { Evidence } from "../checks/check.ts";

/** An alert of a message, with what a check may know beside its sentence. */
export interface ToldAlert extends MessageAlert {
  /** Until the ports are used up, 0 or more; absent or `null`: not known, or not in sight. */
  readonly exhaustionInSeconds?: number | null;
}

/** A message with the parts that only some have; one that was stored before they were known has none. */
export interface ToldMessage extends IncidentMessage {
  readonly alerts: readonly ToldAlert[];
  /** Sentences on silences and maintenance. */
  readonly notes?: readonly string[];
  /** The numbers of the check that leads. */
  readonly evidence?: readonly Evidence[];
}

/** What a message depends on beside itself. */
export interface Telling {
  /** Address of the app for links; `null`: there are none. */
  readonly baseUrl: string | null;
  /** When it is sent. */
  readonly nowMs: number;
}
