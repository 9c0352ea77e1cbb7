import { TableClient } from "@azure/data-tables";

/** A table of Azurite past our own code: to look into it, and to damage it. */
export function tableClient(connectionString: string, name: string): TableClient {
  return TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true });
}
