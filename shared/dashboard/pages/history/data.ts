import type { ClusterAnswer } from "#api/answers/cluster.ts";
import type { HistoryAnswer } from "#api/answers/history.ts";
import type { Happened } from "../../text/events.ts";

/** What the page of a history was last told. */
export interface HistoryData {
  readonly cluster: ClusterAnswer;
  readonly history: HistoryAnswer;
  /** Beside used ports: what they are held against. */
  readonly allocated: HistoryAnswer | null;
  readonly happened: Happened;
}
