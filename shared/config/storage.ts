/** Where tables and queues are, and how the app proves who it is. */
export type StorageSettings =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | { readonly kind: "identity"; readonly tableUrl: string; readonly queueUrl: string };

/** The storage account's own domain in each cloud. */
const STORAGE_SUFFIX = {
  public: "core.windows.net",
  usgovernment: "core.usgovcloudapi.net",
  china: "core.chinacloudapi.cn",
} as const;
export type Cloud = keyof typeof STORAGE_SUFFIX;

const NAME = "AzureWebJobsStorage";

/** App settings of the Functions host that say where the storage account is. */
export const STORAGE_NAMES: readonly string[] = [
  NAME,
  `${NAME}__accountName`,
  `${NAME}__tableServiceUri`,
  `${NAME}__queueServiceUri`,
];

/**
 * Reads the storage settings of the Functions host.
 *
 * @returns a fault, without the connection string, where they cannot be used
 */
export function parseStorage(
  env: Readonly<Record<string, string | undefined>>,
  cloud: Cloud,
): StorageSettings | { readonly kind: "fault"; readonly fault: string } {
  const read = (name: string) => env[name]?.trim() ?? "";
  const connectionString = read(NAME);
  if (connectionString !== "") {
    const usable = /(^|;)\s*(UseDevelopmentStorage=true|AccountName=.+|TableEndpoint=.+)/i.test(
      connectionString,
    );
    if (usable) return { kind: "connectionString", connectionString };
    return fault(
      `${NAME}: expected a storage connection string with AccountName or UseDevelopmentStorage=true`,
    );
  }

  const tableUrl = read(`${NAME}__tableServiceUri`);
  const queueUrl = read(`${NAME}__queueServiceUri`);
  if (tableUrl !== "" || queueUrl !== "") {
    for (const [name, url] of [
      ["tableServiceUri", tableUrl],
      ["queueServiceUri", queueUrl],
    ] as const) {
      if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
        return fault(
          `${NAME}__${name}=${JSON.stringify(url)}: expected the address of the service; both are needed`,
        );
      }
    }
    return { kind: "identity", tableUrl, queueUrl };
  }

  const account = read(`${NAME}__accountName`);
  if (account === "") {
    return fault(
      `${NAME} is missing: expected a connection string, or ${NAME}__accountName for the app's identity`,
    );
  }
  if (!/^[a-z0-9]{3,24}$/.test(account)) {
    return fault(
      `${NAME}__accountName=${JSON.stringify(account)}: expected 3 to 24 lower-case letters and digits`,
    );
  }
  const suffix = STORAGE_SUFFIX[cloud];
  return {
    kind: "identity",
    tableUrl: `https://${account}.table.${suffix}`,
    queueUrl: `https://${account}.queue.${suffix}`,
  };
}

function fault(text: string): { readonly kind: "fault"; readonly fault: string } {
  return { kind: "fault", fault: text };
}
