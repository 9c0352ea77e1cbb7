import type { Received } from "./receiver.ts";

/** What a channel was told of one incident, in the order in which the messages came. */
export interface Story {
  readonly incidentId: string;
  readonly cluster: string;
  readonly kinds: readonly string[];
  readonly sequences: readonly number[];
}

/** The incidents that a channel of kind webhook took, in the order of their first message. */
export function storiesOf(log: readonly Received[], channel: string): readonly Story[] {
  const taken = log.flatMap((entry) =>
    entry.channel === channel && entry.taken && entry.data ? [entry.data] : [],
  );
  return [...Map.groupBy(taken, ({ incidentId }) => incidentId)].map(([incidentId, all]) => ({
    incidentId,
    cluster: all[0]?.cluster ?? "",
    kinds: all.map(({ kind }) => kind),
    sequences: all.map(({ sequence }) => sequence),
  }));
}

export function isWhole({ kinds }: Story): boolean {
  return kinds.includes("opened") && kinds.includes("resolved");
}

/** A second copy of the last message is no disorder; an older one after a newer is. */
export function isInOrder({ sequences }: Story): boolean {
  return sequences.every((sequence, index) => index === 0 || sequence >= (sequences[index - 1] ?? 0));
}

/** An older message after a newer one, told by the keys: for channels whose bodies name no incident. */
export function disorders(log: readonly Received[], channel: string): number {
  const last = new Map<string, number>();
  let found = 0;
  for (const { key } of log.filter((entry) => entry.channel === channel && entry.taken)) {
    const [, incident = "", sequence = ""] = /^(.*)-(\d+)-[^-]+$/.exec(key) ?? [];
    if (Number(sequence) < (last.get(incident) ?? 0)) found += 1;
    last.set(incident, Number(sequence));
  }
  return found;
}

/** Messages that were taken more than once, copies beyond the first. */
export function duplicates(log: readonly Received[]): number {
  const taken = log.filter((entry) => entry.taken);
  return taken.length - new Set(taken.map(({ key }) => key)).size;
}
