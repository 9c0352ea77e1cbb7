// One text form for an address, so that metrics and topology can be joined by it.
// Source: RFC 5952, "A Recommendation for IPv6 Address Text Representation", section 4.

const GROUPS = 8;

/**
 * The address in the one form that this product compares: lower case, IPv6 compressed as RFC 5952 says.
 * A text that is no address comes back trimmed and in lower case, so that it still equals itself.
 */
export function normaliseIp(text: string): string {
  const lower = text.trim().toLowerCase();
  if (!lower.includes(":")) return lower;
  const bare = lower.startsWith("[") && lower.endsWith("]") ? lower.slice(1, -1) : lower;
  const zoneAt = bare.indexOf("%");
  const groups = parseIpv6(zoneAt < 0 ? bare : bare.slice(0, zoneAt));
  if (groups === undefined) return lower;
  return formatIpv6(groups) + (zoneAt < 0 ? "" : bare.slice(zoneAt));
}

/** The eight groups of an address, or `undefined` for text that is none. */
export function parseIpv6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "");
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === GROUPS ? head : undefined;
  const tail = parseGroups(halves[1] ?? "");
  if (tail === undefined || head.length + tail.length >= GROUPS) return undefined;
  return [...head, ...new Array<number>(GROUPS - head.length - tail.length).fill(0), ...tail];
}

function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    if (at === parts.length - 1 && part.includes(".")) {
      const pair = parseIpv4(part);
      if (pair === undefined) return undefined;
      groups.push(...pair);
    } else if (/^[0-9a-f]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** An IPv4 tail as the two groups that it stands for. */
function parseIpv4(text: string): [number, number] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const [a = 256, b = 256, c = 256, d = 256] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255) return undefined;
  return [a * 256 + b, c * 256 + d];
}

/** RFC 5952: lower case, no leading zeros, the longest run of zero groups (of two or more) as `::`. */
export function formatIpv6(groups: readonly number[]): string {
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return `::ffff:${octets(groups[6] ?? 0)}.${octets(groups[7] ?? 0)}`;
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  // RFC 5952 4.2.2: a single zero group is not shortened.
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

function octets(group: number): string {
  return `${Math.floor(group / 256)}.${group % 256}`;
}

/** The first of the longest runs, as RFC 5952 4.2.3 asks. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let at = 0; at <= groups.length; at += 1) {
    if (groups[at] === 0) continue;
    if (at - start > best.length) best = { start, length: at - start };
    start = at + 1;
  }
  return best;
}
