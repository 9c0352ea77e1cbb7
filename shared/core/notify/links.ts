import type { IncidentMessage } from "../alert/incident.ts";

export interface Link {
  readonly label: string;
  readonly url: string;
}

/**
 * Where to go from a message: the cluster, the check's page, a silence, the API.
 *
 * @param baseUrl address of the app, `null` where nobody told us: then there are no links
 */
export function messageLinks(message: IncidentMessage, baseUrl: string | null): readonly Link[] {
  const base = baseUrl?.trim().replace(/\/+$/, "") ?? "";
  if (!/^https?:\/\/[^\s"<>]+$/i.test(base)) return [];

  const { subscriptionId, resourceGroup, name } = message.cluster;
  const cluster = [subscriptionId, resourceGroup, name].map(segment).join("/");
  const check = segment(message.leadingCheck);
  const page = `${base}/api/dashboard#`;
  return [
    { label: "Dashboard", url: `${page}/clusters/${cluster}` },
    { label: "About this check", url: `${page}/checks/${check}` },
    // What is over needs no silence.
    ...(message.kind === "resolved"
      ? []
      : [
          {
            label: "Silence",
            url: `${page}/silences?cluster=${segment(message.cluster.key)}&check=${check}`,
          },
        ]),
    { label: "API", url: `${base}/api/clusters/${cluster}` },
  ];
}

/** Brackets and quotes too: they end a link in the markup of some channels. */
function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
