import { semantic } from "./errors.ts";

const KNOWN = new Map<string, RegExp>();
const MOST_KNOWN = 200;

/** A regular expression of the query language (RE2) as one of ours. @throws KqlError if it is none */
export function regexOf(pattern: string, flags = ""): RegExp {
  const key = `${flags}/${pattern}`;
  const known = KNOWN.get(key);
  if (known) {
    known.lastIndex = 0;
    return known;
  }
  const inline = /^\(\?([imsU]+)\)/.exec(pattern);
  const body = pattern.slice(inline?.[0].length ?? 0).replaceAll("(?P<", "(?<");
  try {
    const made = new RegExp(body, `${flags}${(inline?.[1] ?? "").replace("U", "")}`);
    if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
    KNOWN.set(key, made);
    return made;
  } catch {
    throw semantic("SEM0420", `Regex pattern is ill-formed: '${pattern}'`);
  }
}
