import { readDashboard } from "#adapters/files/read-dashboard.ts";
import { chooseCoding, matchesTag } from "#api/negotiation.ts";
import { madeOnce } from "#core/made-once.ts";
import type { DashboardFile } from "#ports/dashboard-file.ts";

type Source = () => Promise<readonly DashboardFile[]>;

/** In the deployed bundle this is the folder beside its code. */
let source: Source = () => readDashboard(new URL("./dashboard/", import.meta.url));
let files = madeOnce(load);

/** Has the dashboard's files come from elsewhere: the local environment builds them itself. */
export function configureDashboard(from: Source): void {
  source = from;
  files = madeOnce(load);
}

/** A request for a file of the dashboard. */
export interface FileRequest {
  /** Below the dashboard's own address; absent or empty: the page. */
  readonly path: string | undefined;
  readonly headers: { get(name: string): string | null };
}

export interface FileResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

// Everything comes from the page's own origin, nothing inline: text that slips into the page stays text.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const ALWAYS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  vary: "accept-encoding",
};
/** Names carry a hash: what a name once meant it means for ever. The page itself is asked for anew. */
const FOR_EVER = "public, max-age=31536000, immutable";

/** Answers with a file of the dashboard; they hold no data, and anybody may have them. */
export async function answerDashboard({ path, headers }: FileRequest): Promise<FileResponse> {
  const known = await files();
  // The page names its files relative to itself, and its own address may end with a slash or not.
  const name = path?.split("/").at(-1) || "index.html";
  const file = known.get(name);
  if (file === undefined) {
    return {
      status: 404,
      headers: { ...ALWAYS, "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" },
      body: "no such file of the dashboard\n",
    };
  }
  const common = {
    ...ALWAYS,
    etag: file.etag,
    "cache-control": name === "index.html" ? "no-cache" : FOR_EVER,
  };
  if (matchesTag(headers.get("if-none-match"), file.etag)) return { status: 304, headers: common };
  const { body, encoding } = encode(file, headers.get("accept-encoding"));
  return {
    status: 200,
    headers: {
      ...common,
      "content-type": file.type,
      ...(encoding === null ? {} : { "content-encoding": encoding }),
    },
    body,
  };
}

async function load(): Promise<ReadonlyMap<string, DashboardFile>> {
  return new Map((await source()).map((file) => [file.name, file]));
}

function encode(file: DashboardFile, accepted: string | null): { body: Uint8Array; encoding: string | null } {
  const { best } = chooseCoding(accepted);
  return best === "identity" ? { body: file.plain, encoding: null } : { body: file[best], encoding: best };
}
