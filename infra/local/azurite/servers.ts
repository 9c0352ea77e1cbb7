// Azurite's three services, made from its own classes instead of its command line: its `main` has no way to
// take free ports, and loads database drivers and telemetry that we do not use.

import type { Server } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeResponse, installJournal } from "./journal.ts";
import type { LokiClass } from "./loki.ts";

interface AzuriteServer {
  readonly httpServer: Server;
  start(): Promise<void>;
  close(): Promise<void>;
}

export type Service = "blob" | "queue" | "table";

const require = createRequire(import.meta.url);
const requireOfAzurite = createRequire(require.resolve("azurite/package.json"));

/** Loads a module of Azurite; it publishes no types, so each call says what it was read to be. */
function load<T>(path: string): T {
  return requireOfAzurite(path);
}

type Configured = new (...settings: readonly unknown[]) => unknown;
type ServerClass = new (configuration: unknown) => AzuriteServer;
interface Defaults {
  readonly [name: string]: { locationId: string; locationPath: string; maxConcurrency: number }[];
}

/** @param dataFolder undefined: everything in memory */
export function makeServers(dataFolder: string | undefined): Record<Service, AzuriteServer> {
  const inMemory = dataFolder === undefined;
  if (!inMemory) installJournal(load<LokiClass>("lokijs"));
  const folder = dataFolder ?? "";

  // Host, port (0: a free one), keep-alive timeout in seconds (0: Node's own).
  const address = ["127.0.0.1", 0, 0];
  const database = (name: string): string => join(folder, `__azurite_db_${name}__.json`);
  const noAccessLog = [false, undefined];
  const noDebugLog = [false, undefined];
  // Not loose, any API version, no certificate (file, key, password), no OAuth, paths of the product style.
  const manners = [false, true, "", "", "", undefined, false];

  const withExtents = (service: "blob" | "queue", defaultsName: string): unknown[] => {
    const defaults = load<Defaults>(`./dist/src/${service}/utils/constants.js`)[defaultsName];
    const extents = defaults?.map((each) => ({
      ...each,
      locationPath: join(folder, `__${service}storage__`),
    }));
    const databases = [database(service), database(`${service}_extent`)];
    return [...address, ...databases, extents, ...noAccessLog, ...noDebugLog, ...manners, inMemory];
  };
  const make = (service: Service, settings: readonly unknown[]): AzuriteServer => {
    const name = `${service[0]?.toUpperCase()}${service.slice(1)}`;
    const { default: Configuration } = load<{ default: Configured }>(
      `./dist/src/${service}/${name}Configuration.js`,
    );
    const { default: ServerOf } = load<{ default: ServerClass }>(`./dist/src/${service}/${name}Server.js`);
    const server = new ServerOf(new Configuration(...settings));
    if (!inMemory) beforeResponse(server.httpServer);
    return server;
  };
  return {
    table: make("table", [
      ...address,
      database("table"),
      false,
      ...noAccessLog,
      undefined,
      ...manners,
      inMemory,
    ]),
    queue: make("queue", withExtents("queue", "DEFAULT_QUEUE_PERSISTENCE_ARRAY")),
    blob: make("blob", withExtents("blob", "DEFAULT_BLOB_PERSISTENCE_ARRAY")),
  };
}
