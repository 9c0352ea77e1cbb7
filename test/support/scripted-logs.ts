import type { Denial } from "#core/denials/denial.ts";
import type { SourceProblem } from "#core/failure.ts";
import type { DenialsAnswer, DenialsRequest, LogSource } from "#ports/log-source.ts";

/** A log source with the denials of each cluster in memory, which writes down what it was asked. */
export class ScriptedLogs implements LogSource {
  readonly requests: DenialsRequest[] = [];
  /** By cluster key. */
  readonly denials = new Map<string, readonly Denial[]>();
  /** Clusters whose logs cannot be read whole now, with the problem. */
  readonly problems = new Map<string, SourceProblem>();

  async readDenials(request: DenialsRequest): Promise<Map<string, DenialsAnswer>> {
    this.requests.push(request);
    return new Map(
      request.targets.map(({ clusterKey, fromMs }) => {
        const all = this.denials.get(clusterKey) ?? [];
        const problem = this.problems.get(clusterKey);
        return [
          clusterKey,
          {
            denials: all.filter(({ spanMs }) => spanMs >= fromMs && spanMs < request.toMs),
            problems: problem === undefined ? [] : [problem],
          },
        ];
      }),
    );
  }
}
