import type { IncidentMessage } from "../alert/incident.ts";

export interface Link {
  readonly label: string;
  readonly url: string;
}

/**
 * Where to go from a message: what the API knows of the cluster, now and over the last day.
 *
 * @param baseUrl address of the app, `null` where nobody told us: then there are no links
 */
export function messageLinks(message: IncidentMessage, baseUrl: string | null): readonly Link[] {
  const base = baseUrl?.trim().replace(/\/+$/, "") ?? "";
  if (!/^https?:\/\/[^\s"<>]+$/i.test(base)) return [];

  const { subscriptionId, resourceGroup, name } = message.cluster;
  const cluster = [subscriptionId, resourceGroup, name].map(segment).join("/");
  return [
    { label: "Cluster", url: `${base}/api/clusters/${cluster}` },
    {
      label: "Last 24 hours",
      url: `${base}/api/clusters/${cluster}/history?metric=usedRatio&from=-24h&step=5m`,
    },
  ];
}

/** Brackets and quotes too: they end a link in the markup of some channels. */
function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
