import type { TokenCredential } from "@azure/core-auth";
import type { TablesConnection } from "#adapters/tables/connection.ts";
import type { Settings } from "#config/settings.ts";

/** Where the settings say that the tables are. */
export function tablesConnection(
  { storage }: Pick<Settings, "storage">,
  credential: TokenCredential,
): TablesConnection {
  return storage.kind === "connectionString"
    ? { connectionString: storage.connectionString }
    : { tableServiceUri: storage.tableUrl, credential };
}
