// Addresses within the page: everything a reader can come back to or send to another is in the hash.

export interface ClusterPath {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

export type ClusterView = "overview" | "history" | "plan" | "back-test" | "denials";

export type Address =
  | { readonly page: "fleet" | "incidents" | "silences"; readonly query: URLSearchParams }
  | { readonly page: "check"; readonly id: string; readonly query: URLSearchParams }
  | {
      readonly page: "cluster";
      readonly cluster: ClusterPath;
      readonly view: ClusterView;
      readonly query: URLSearchParams;
    }
  | { readonly page: "nowhere"; readonly text: string; readonly query: URLSearchParams };

const VIEWS: readonly ClusterView[] = ["overview", "history", "plan", "back-test", "denials"];

/** @param hash as `location.hash` tells it, with or without its `#` */
export function parseAddress(hash: string): Address {
  const text = hash.replace(/^#/, "");
  const [path = "", search = ""] = splitOnce(text, "?");
  const query = new URLSearchParams(search);
  const nowhere: Address = { page: "nowhere", text, query };
  const parts = decodeParts(path);
  if (parts === undefined) return nowhere;
  const [first = "", ...rest] = parts;
  switch (first) {
    case "":
    case "clusters":
    case "cluster":
      return parseCluster(rest, query) ?? (rest.length === 0 ? { page: "fleet", query } : nowhere);
    case "incidents":
      return rest.length === 0 ? { page: "incidents", query } : nowhere;
    case "silences":
      return rest.length === 0 || rest[0] === "new" ? { page: "silences", query } : nowhere;
    case "checks":
      return rest[0] === undefined ? nowhere : { page: "check", id: rest[0], query };
    default:
      return nowhere;
  }
}

function parseCluster(parts: readonly string[], query: URLSearchParams): Address | undefined {
  const [subscriptionId, resourceGroup, name, wanted = "overview"] = parts;
  const view = VIEWS.find((each) => each === wanted);
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) return undefined;
  if (view === undefined || parts.length > 4) return undefined;
  return { page: "cluster", cluster: { subscriptionId, resourceGroup, name }, view, query };
}

function decodeParts(path: string): string[] | undefined {
  try {
    return path
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
  } catch {
    return undefined; // a `%` that starts no escape: typed by hand
  }
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

export type Query = Readonly<Record<string, string | null | undefined>>;

/** `#/path?query`; empty values are left out. */
export function toHash(path: string, query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) given.set(name, value);
  const search = given.toString();
  return `#/${path}${search === "" ? "" : `?${search}`}`;
}

export function clusterHash(cluster: ClusterPath, view: ClusterView = "overview", query: Query = {}): string {
  return toHash(`clusters/${clusterPath(cluster)}${view === "overview" ? "" : `/${view}`}`, query);
}

/** `SUB/RG/NAME`, as both the page and the API have it. */
export function clusterPath({ subscriptionId, resourceGroup, name }: ClusterPath): string {
  return [subscriptionId, resourceGroup, name].map(encodeURIComponent).join("/");
}
