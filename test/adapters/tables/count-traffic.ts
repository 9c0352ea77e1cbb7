import type { OpenTablesOptions } from "#adapters/tables/open-tables.ts";

/** Options that count what goes over the wire, by the last part of the address without its keys. */
export function countTraffic() {
  let calls: Record<string, number> = {};
  const client: NonNullable<OpenTablesOptions["client"]> = {
    additionalPolicies: [
      {
        position: "perRetry",
        policy: {
          name: "countTraffic",
          sendRequest(request, next) {
            const name = new URL(request.url).pathname.split("/").at(-1)?.replace(/\(.*$/, "") ?? "";
            calls[name] = (calls[name] ?? 0) + 1;
            return next(request);
          },
        },
      },
    ],
  };
  return {
    client,
    calls: () => ({ ...calls }),
    reset() {
      calls = {};
    },
  };
}
