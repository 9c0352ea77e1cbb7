import { backlogTrial } from "./trials/backlog.ts";
import { gapTrial } from "./trials/gap.ts";
import { killsTrial } from "./trials/kills.ts";
import { outageTrial } from "./trials/outage.ts";
import { refusalsTrial } from "./trials/refusals.ts";
import { workersTrial } from "./trials/workers.ts";
import type { Size, Verdict } from "./verdict.ts";

export const TRIALS: Readonly<Record<string, (size: Size) => Promise<Verdict>>> = {
  outage: outageTrial,
  kills: killsTrial,
  gap: gapTrial,
  refusals: refusalsTrial,
  workers: workersTrial,
  backlog: backlogTrial,
};
