import { AdapterError } from "#ports/adapter-error.ts";

/** A binary property holds 64 KiB (Azure docs, "Understanding the Table service data model"); we stay below it. */
const PART_BYTES = 60 * 1024;

/** An entity holds 1 MiB with everything; values beyond this are refused before the service refuses them. */
const MOST_BYTES = 700 * 1024;

/** Whether `toParts` takes the bytes. */
export function fitsParts(bytes: Uint8Array): boolean {
  return bytes.length <= MOST_BYTES;
}

/**
 * Bytes as properties `name0`, `name1`, ...
 *
 * @throws AdapterError `rejected` if they do not fit one entity
 */
export function toParts(name: string, bytes: Uint8Array): Record<string, Uint8Array> {
  if (!fitsParts(bytes)) {
    throw new AdapterError("rejected", `${name} of ${bytes.length} bytes does not fit an entity`);
  }
  const parts: Record<string, Uint8Array> = {};
  for (let at = 0, number = 0; at === 0 || at < bytes.length; at += PART_BYTES, number += 1) {
    parts[`${name}${number}`] = bytes.subarray(at, at + PART_BYTES);
  }
  return parts;
}

/** The bytes that `toParts` cut, or `undefined` if there are none of that name. */
export function fromParts(name: string, entity: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (let number = 0; ; number += 1) {
    const part = entity[`${name}${number}`];
    if (!(part instanceof Uint8Array)) break;
    parts.push(part);
  }
  const [only] = parts;
  if (parts.length <= 1) return only;
  return Buffer.concat(parts);
}

/** Names for a projection that has to bring every part. */
export function partNames(name: string): string[] {
  return Array.from({ length: Math.ceil(MOST_BYTES / PART_BYTES) }, (_, number) => `${name}${number}`);
}
