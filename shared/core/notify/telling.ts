/** What a message depends on beside itself. */
export interface Telling {
  /** Address of the app for links; `null`: there are none. */
  readonly baseUrl: string | null;
  /** When it is sent. */
  readonly nowMs: number;
}
