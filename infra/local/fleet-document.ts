import type { Service } from "#shared/composition.ts";

/** A row of `/clusters` with what the cluster's own answer adds. */
export interface FleetCluster {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly status: string;
  readonly headline: string;
  readonly paths: readonly string[];
  readonly nodes: unknown;
  readonly [field: string]: unknown;
}

/** What a single run prints with `--json`: the answers of the HTTP API. */
export interface FleetDocument {
  readonly health: { readonly status: string; readonly [field: string]: unknown };
  readonly clusters: readonly FleetCluster[];
}

/** Asks the API what it would answer over HTTP: `/health`, and every page of `/clusters` with each cluster's checks and nodes. */
export async function readFleet(service: Service): Promise<FleetDocument> {
  const health = await ask(service, "health", {}, [["failOn", "never"]]);
  const clusters: FleetCluster[] = [];
  for (let cursor: unknown = ""; typeof cursor === "string"; ) {
    const page = await ask(service, "clusters", {}, [
      ["limit", "1000"],
      ...(cursor === "" ? [] : [["cursor", cursor] as const]),
    ]);
    const rows = Array.isArray(page["clusters"]) ? page["clusters"] : [];
    for (const row of rows) clusters.push(await withDetail(service, row));
    cursor = page["nextCursor"];
  }
  return { health: { ...health, status: String(health["status"]) }, clusters };
}

async function withDetail(service: Service, row: FleetCluster): Promise<FleetCluster> {
  const { subscriptionId, resourceGroup, name } = row;
  const detail = await ask(service, "cluster", { subscriptionId, resourceGroup, name }, []);
  const { cluster, checks, nodes, evaluatedAt, paths } = detail;
  return { ...row, cluster, evaluatedAt, checks, nodeCount: row.nodes, nodes, pathDetails: paths };
}

async function ask(
  service: Service,
  route: string,
  params: Readonly<Record<string, string>>,
  query: readonly (readonly [string, string])[],
): Promise<Record<string, unknown>> {
  const { status, body } = await service.api.handle(route, {
    method: "GET",
    params,
    query,
    headers: new Headers(),
  });
  if (typeof body === "string" || (status !== 200 && route !== "health")) {
    throw new Error(
      `the API answered ${status} to ${route}: ${typeof body === "string" ? body : JSON.stringify(body)}`,
    );
  }
  return { ...body };
}
