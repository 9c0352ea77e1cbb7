// Chance without state: every draw is a hash of where it stands. The same question gets the same answer in any
// order, which a generator with a running state could not promise.

const UINT32 = 2 ** 32;

/** Folds one integer into a 32-bit hash (the finalizer of MurmurHash3). */
export function mix(hash: number, value: number): number {
  let h = (hash ^ Math.imul(value | 0, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Hashes a text (FNV-1a, then mixed, since FNV alone is weak in its low bits). */
export function hashText(text: string, seed = 0): number {
  let h = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h, text.length);
}

/** A draw in 0..1 for one place. */
export function unit(hash: number, value: number): number {
  return mix(hash, value) / UINT32;
}

/** Minutes between two lattice points of {@link noise}. */
const LATTICE_MINUTES = 9;

/** Noise in -1..1 over time: a slow wave with some grain, as traffic has. */
export function noise(seed: number, minute: number): number {
  const cell = Math.floor(minute / LATTICE_MINUTES);
  const t = minute / LATTICE_MINUTES - cell;
  const wave = unit(seed, cell) * (1 - t) + unit(seed, cell + 1) * t;
  return (wave * 2 - 1) * 0.75 + (unit(seed ^ 0x5bd1e995, minute) * 2 - 1) * 0.25;
}

/** A GUID that stays the same for the same label. */
export function guid(label: string, seed: number): string {
  const words = [0, 1, 2, 3].map((part) => mix(hashText(label, seed), part).toString(16).padStart(8, "0"));
  const hex = words.join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
