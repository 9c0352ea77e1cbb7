import type { IncidentMessage } from "../alert/incident.ts";

export interface Link {
  readonly label: string;
  readonly url: string;
}

/** No name that Azure allows makes a longer one. */
const URL_MAX = 1_000;

/**
 * Where to go from a message: the cluster, what its check means, how to be silent about it. All on the page, which
 * asks for the key that an address of the API alone would be refused without.
 *
 * @param baseUrl address of the app, `null` where nobody told us: then there are no links
 */
export function messageLinks(message: IncidentMessage, baseUrl: string | null): readonly Link[] {
  const page = pageOf(baseUrl);
  if (page === null) return [];

  const { subscriptionId, resourceGroup, name } = message.cluster;
  const cluster = [subscriptionId, resourceGroup, name].map(segment).join("/");
  const check = segment(message.leadingCheck);
  const about = { label: "About this check", url: `${page}#/checks/${check}` };
  const dashboard = { label: "Dashboard", url: `${page}#/clusters/${cluster}` };
  const silence = { label: "Silence", url: `${page}#/silences/new?cluster=${segment(name)}&check=${check}` };
  const silences = { label: "Silences", url: `${page}#/silences` };
  const links = [dashboard, about, message.kind === "silenced" ? silences : silence];
  // Of what is over there is nothing left to be silent about.
  const shown = message.kind === "resolved" ? links.slice(0, 2) : links;
  return shown.filter(({ url }) => url.length <= URL_MAX);
}

/** Where to go from a message that is about no cluster. */
export function homeLinks(baseUrl: string | null): readonly Link[] {
  const page = pageOf(baseUrl);
  return page === null ? [] : [{ label: "Dashboard", url: page }];
}

function pageOf(baseUrl: string | null): string | null {
  const base = baseUrl?.trim().replace(/\/+$/, "") ?? "";
  return /^https?:\/\/[^\s"<>]+$/i.test(base) ? `${base}/api/dashboard` : null;
}

/** Brackets and quotes too: they end a link in the markup of some channels. */
function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
