import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { OpenTablesOptions } from "#adapters/tables/open-tables.ts";

const EMPTY = "EMPTY";

/**
 * A service that answers every query with an empty page first, and then an entity at a time, as the real one may at any time; each page
 * but the last has a token.
 */
export function shortPages(): { readonly client: NonNullable<OpenTablesOptions["client"]>; pages(): number } {
  let pages = 0;
  const policy: PipelinePolicy = {
    name: "shortPages",
    async sendRequest(request, next) {
      const url = new URL(request.url);
      const isQuery =
        request.method === "GET" && (/\(\)$/.test(url.pathname) || url.pathname.endsWith("/Tables"));
      if (!isQuery) return await next(request);
      pages += 1;
      const [parameter, header] = url.pathname.endsWith("/Tables")
        ? (["NextTableName", "x-ms-continuation-NextTableName"] as const)
        : (["NextRowKey", "x-ms-continuation-NextRowKey"] as const);
      const token = url.searchParams.get(parameter);
      // Each page is asked for twice: the first time it is empty, and its token is that of the page itself.
      const again = token?.startsWith(EMPTY) === true;
      if (again) {
        const rest = token.slice(EMPTY.length);
        if (rest === "")
          for (const name of ["NextRowKey", "NextPartitionKey", "NextTableName"])
            url.searchParams.delete(name);
        else url.searchParams.set(parameter, rest);
      }
      url.searchParams.set("$top", "1");
      request.url = url.href;
      const response = await next(request);
      if (again || response.status !== 200) return response;
      response.headers.set(header, EMPTY + (token ?? ""));
      if (parameter === "NextRowKey") {
        const partition = url.searchParams.get("NextPartitionKey") ?? "none";
        response.headers.set("x-ms-continuation-NextPartitionKey", partition);
      }
      return {
        ...response,
        bodyAsText: JSON.stringify({ ...JSON.parse(response.bodyAsText ?? "{}"), value: [] }),
      };
    },
  };
  return {
    client: { additionalPolicies: [{ policy, position: "perRetry" }] },
    pages: () => pages,
  };
}
