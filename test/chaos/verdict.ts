/** A row of the table. */
export interface Verdict {
  readonly trial: string;
  readonly mustBe: string;
  readonly measured: string;
  readonly ok: boolean;
}

/** How much of the full run is done. */
export interface Size {
  readonly kills: number;
  readonly outageMinutes: number;
  /** Incidents of each length during the outage. */
  readonly incidents: number;
  readonly firing: number;
  readonly waiting: number;
  readonly drainSeconds: number;
}
