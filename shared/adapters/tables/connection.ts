import type { TokenCredential } from "@azure/core-auth";
import {
  TableClient,
  type TableServiceClientOptions as TableClientOptions,
  TableServiceClient,
} from "@azure/data-tables";

/** The storage account: a connection string, or an identity and where the tables are. */
export type TablesConnection =
  | { readonly connectionString: string }
  | { readonly tableServiceUri: string; readonly credential: TokenCredential }
  | {
      readonly accountName: string;
      readonly credential: TokenCredential;
      /** `core.windows.net` unless the account is in a sovereign cloud (`core.usgovcloudapi.net`, ...). */
      readonly endpointSuffix?: string;
    };

export type { TableClientOptions };

/** A client of one table. */
export function connectTable(
  connection: TablesConnection,
  name: string,
  options: TableClientOptions,
): TableClient {
  if ("connectionString" in connection) {
    return TableClient.fromConnectionString(connection.connectionString, name, {
      ...options,
      allowInsecureConnection: isInsecure(connection.connectionString),
    });
  }
  return new TableClient(serviceUri(connection), name, connection.credential, {
    ...options,
    allowInsecureConnection: isInsecure(serviceUri(connection)),
  });
}

/** A client of the account's list of tables. */
export function connectService(
  connection: TablesConnection,
  options: TableClientOptions,
): TableServiceClient {
  if ("connectionString" in connection) {
    return TableServiceClient.fromConnectionString(connection.connectionString, {
      ...options,
      allowInsecureConnection: isInsecure(connection.connectionString),
    });
  }
  return new TableServiceClient(serviceUri(connection), connection.credential, {
    ...options,
    allowInsecureConnection: isInsecure(serviceUri(connection)),
  });
}

function serviceUri(connection: Exclude<TablesConnection, { connectionString: string }>): string {
  if ("tableServiceUri" in connection) return connection.tableServiceUri;
  return `https://${connection.accountName}.table.${connection.endpointSuffix ?? "core.windows.net"}`;
}

/** Plain HTTP is for Azurite alone, which says so itself in its address. */
function isInsecure(address: string): boolean {
  return /(^|=)http:\/\/|DefaultEndpointsProtocol=http(;|$)|UseDevelopmentStorage=true/i.test(address);
}
