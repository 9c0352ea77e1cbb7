import type { OpenTablesOptions } from "#adapters/tables/open-tables.ts";

/** A process that dies at a request, and can do nothing any more. */
export interface Mortal {
  readonly client: NonNullable<OpenTablesOptions["client"]>;
  /** Lives for so many requests more. `afterwards`: the last of them reaches the service, its answer does not reach us. */
  dieAfter(requests: number, afterwards: boolean): void;
  readonly isDead: boolean;
}

class Killed extends Error {
  override readonly name = "Killed";
}

export function mortal(): Mortal {
  let left = Number.POSITIVE_INFINITY;
  let reachesService = false;
  return {
    client: {
      additionalPolicies: [
        {
          position: "perRetry",
          policy: {
            name: "mortal",
            async sendRequest(request, next) {
              left -= 1;
              if (left < 0 || (left === 0 && !reachesService)) throw new Killed("killed");
              const response = await next(request);
              if (left <= 0) throw new Killed("killed");
              return response;
            },
          },
        },
      ],
    },
    dieAfter(requests, afterwards) {
      left = requests;
      reachesService = afterwards;
    },
    get isDead() {
      return left <= 0;
    },
  };
}
