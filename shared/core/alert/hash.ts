/** A short, stable name for a text: 64 bits (two rounds of FNV-1a, 32 bits each) in base 36, `a-z 0-9` only. */
export function shortHash(text: string): string {
  return fnv1a(text, 0x811c9dc5).toString(36) + fnv1a(text, 0x1b873593).toString(36);
}

function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
