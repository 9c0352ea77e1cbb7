import type { KeptCluster } from "#app/forget-cluster.ts";
import { clustersNamed, shortId } from "#core/egress/name-clusters.ts";
import { ArgumentError } from "./argument-error.ts";

/** A terminal's height. */
const MOST_LISTED = 40;

/** The one cluster that the user means. @throws ArgumentError that lists what there is */
export function chooseCluster(text: string, clusters: readonly KeptCluster[]): KeptCluster {
  const refs = clustersNamed(
    text,
    clusters.map(({ ref }) => ref),
  );
  const found = clusters.filter(({ ref }) => refs.includes(ref));
  const [only, ...others] = found;
  if (only === undefined) {
    const known = clusters.length === 0 ? "nothing is kept of any" : `one of${listed(clusters)}`;
    throw new ArgumentError(`${text}: expected a cluster that something is kept of: ${known}`);
  }
  if (others.length === 0) return only;
  throw new ArgumentError(`${text} is the name of several clusters: expected one of${listed(found)}`);
}

function listed(clusters: readonly KeptCluster[]): string {
  const lines = clusters.map(({ ref }) => `\n  ${shortId(ref)}`).sort();
  const more = lines.length - MOST_LISTED;
  return lines.slice(0, MOST_LISTED).join("") + (more > 0 ? `\n  and ${more} more` : "");
}
