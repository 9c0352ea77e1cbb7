import { at, type BicepFile, type Declared, lineOf, named, type Value, walk } from "./bicep-file.ts";

/** The roles that templates may hand out; anything that can write outside of the app's own storage is not among them. */
const ROLES: Readonly<Record<string, string>> = {
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
  "43d0d8ad-25c7-4714-9337-8ba259a9fe05": "Monitoring Reader",
  "73c42c96-874c-492b-b04d-ab87d138a893": "Log Analytics Reader",
  "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
  "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
  "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
};
const GUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** What each kind of resource must say in so many words. */
export const MUST: readonly (readonly [type: string, path: string, allowed: readonly string[]])[] = [
  ["Microsoft.Storage/storageAccounts", "properties.allowSharedKeyAccess", ["false"]],
  ["Microsoft.Storage/storageAccounts", "properties.allowBlobPublicAccess", ["false"]],
  ["Microsoft.Storage/storageAccounts", "properties.supportsHttpsTrafficOnly", ["true"]],
  ["Microsoft.Storage/storageAccounts", "properties.minimumTlsVersion", ["TLS1_2", "TLS1_3"]],
  ["Microsoft.Storage/storageAccounts/blobServices/containers", "properties.publicAccess", ["None"]],
  ["Microsoft.Web/sites", "properties.httpsOnly", ["true"]],
  ["Microsoft.Web/sites", "properties.siteConfig.minTlsVersion", ["1.2", "1.3"]],
  ["Microsoft.Web/sites", "properties.siteConfig.scmMinTlsVersion", ["1.2", "1.3"]],
  ["Microsoft.Web/sites/basicPublishingCredentialsPolicies", "properties.allow", ["false"]],
  ["Microsoft.KeyVault/vaults", "properties.enableRbacAuthorization", ["true"]],
  ["Microsoft.Insights/components", "properties.DisableLocalAuth", ["true"]],
  ["Microsoft.Authorization/roleAssignments", "properties.principalType", ["ServicePrincipal"]],
];

const SECRET_PROPERTY =
  /connectionString|instrumentationKey|password|secret(?!Name|sUser)|sharedKey|accountKey|^keys?$/i;
const KEY_TEXT = /AccountKey=|SharedAccessKey=|[?&]sig=|InstrumentationKey=/i;

/** Our own rules, whatever Azure allows. */
export function checkHouseRules(file: BicepFile): readonly string[] {
  return [
    ...file.resources.filter(({ existing }) => !existing).flatMap(mustSay),
    ...keys(file),
    ...secretOutputs(file),
    ...parameters(file),
  ];
}

function mustSay({ of, body, line }: Declared): readonly string[] {
  return MUST.flatMap(([type, path, allowed]) => {
    if (of.split("@")[0]?.toLowerCase() !== type.toLowerCase()) return [];
    const value = at(body, path);
    const text = value !== undefined && "text" in value && value.kind !== "expression" ? value.text : "";
    if (allowed.includes(text)) return [];
    return [`line ${line}: ${path} must be ${allowed.join(" or ")}`];
  });
}

function keys({ root }: BicepFile): readonly string[] {
  return walk(root).flatMap((node) => {
    const line = `line ${lineOf(node)}`;
    if (node.type === "call_expression") {
      const name = named(node)[0]?.text.split(".").at(-1) ?? "";
      return /^list[A-Z]/.test(name) ? [`${line}: ${name} hands out a key`] : [];
    }
    if (node.type === "object_property") {
      const key = named(node)[0]?.text.replaceAll("'", "") ?? "";
      return /^(AzureWebJobsStorage|storageAccountConnectionStringName)$/.test(key)
        ? [`${line}: ${key} is a connection with a key`]
        : [];
    }
    if (node.type !== "string") return [];
    const ids = node.text.toLowerCase().match(GUID) ?? [];
    return [
      ...(/^'http:\/\//i.test(node.text) ? [`${line}: an address without https`] : []),
      ...(KEY_TEXT.test(node.text) ? [`${line}: a key in a text`] : []),
      ...(/^'StorageAccountConnectionString'$/.test(node.text) ? [`${line}: a connection with a key`] : []),
      ...ids.filter((id) => ROLES[id] === undefined).map((id) => `${line}: ${id} is no role of ours`),
    ];
  });
}

/** Follows variables, so that a detour hides nothing. */
function secretOutputs(file: BicepFile): readonly string[] {
  const tainted = new Set(file.parameters.filter(isSecure).map(({ name }) => name));
  for (let size = -1; size !== tainted.size; ) {
    size = tainted.size;
    for (const [name, value] of file.variables) {
      if (walk(value).some((node) => isSecretNode(node, tainted))) tainted.add(name);
    }
  }
  return file.outputs
    .filter(({ value }) => walk(value).some((node) => isSecretNode(node, tainted)))
    .map(({ name, value }) => `line ${lineOf(value)}: output ${name} tells a secret`);
}

function isSecretNode(node: Parameters<typeof walk>[0], tainted: ReadonlySet<string>): boolean {
  if (node.type === "identifier") return tainted.has(node.text);
  return node.type === "property_identifier" && SECRET_PROPERTY.test(node.text);
}

function isSecure({ decorators }: BicepFile["parameters"][number]): boolean {
  return decorators.some((decorator) => /^@secure\(/.test(decorator));
}

function parameters(file: BicepFile): readonly string[] {
  return file.parameters.flatMap((parameter) => {
    const { name, line, decorators, fallback } = parameter;
    const secure = isSecure(parameter);
    const described = decorators.some((decorator) => /^@(sys\.)?description\('.+'\)$/s.test(decorator));
    return [
      ...(described ? [] : [`line ${line}: parameter ${name} has no description`]),
      ...(!secure && /password|secret|token$|^channels$|apiKey/i.test(name)
        ? [`line ${line}: parameter ${name} must be secure`]
        : []),
      ...(secure && fallback !== undefined && fallback !== "''"
        ? [`line ${line}: secure parameter ${name} has a default`]
        : []),
    ];
  });
}

/** Texts of an array of literals. */
export function textsOf(value: Value | undefined): readonly string[] {
  if (value?.kind !== "array") return [];
  return value.items.flatMap((item) => (item.kind === "string" ? [item.text] : []));
}
