import type { PackedCoding } from "#ports/body-forms.ts";

// What a client says about the form in which it takes an answer: RFC 9110, sections 12.5.3 and 13.1.2.

/** Ways to send a body, the one that we would rather send first. */
const CODINGS: readonly Coding[] = ["br", "gzip", "identity"];
type Coding = PackedCoding | "identity";

/** Below the least weight that a client can give: the body as it is will do where nothing that is asked for can be had. */
const UNNAMED = 0.000_1;

/** How a body is to be sent. */
export interface CodingChoice {
  readonly best: Coding;
  /** False where the client takes no body as it is, however small. */
  readonly takesPlain: boolean;
}

/**
 * Reads `Accept-Encoding`.
 *
 * Who takes nothing at all gets the body as it is: an answer is of more use than a refusal.
 *
 * @param header `null`: not given, which is no wish for anything but the body as it is
 */
export function chooseCoding(header: string | null): CodingChoice {
  if (header === null) return { best: "identity", takesPlain: true };
  const weights = parseWeights(header);
  const weightOf = (coding: Coding) =>
    weights.get(coding) ??
    (coding === "gzip" ? weights.get("x-gzip") : undefined) ??
    weights.get("*") ??
    (coding === "identity" ? UNNAMED : 0);
  const most = Math.max(...CODINGS.map(weightOf));
  const best = most === 0 ? "identity" : (CODINGS.find((coding) => weightOf(coding) === most) ?? "identity");
  return { best, takesPlain: best === "identity" || weightOf("identity") > 0 };
}

/** Weights from 0 to 1 by coding; one that cannot be read leaves its coding out. */
function parseWeights(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.split(",")) {
    const [, coding, weight = "1"] = PART.exec(part.toLowerCase()) ?? [];
    if (coding !== undefined) weights.set(coding, Number(weight));
  }
  return weights;
}

const PART = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/;

/**
 * Whether `If-None-Match` names an answer that the client has already. Compared weakly, as this header is.
 *
 * @param tag of the answer, quotes and all
 */
export function matchesTag(header: string | null, tag: string): boolean {
  if (header === null) return false;
  if (header.trim() === "*") return true;
  const opaque = tag.replace(/^W\//, "");
  return [...header.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, known]) => known === opaque);
}
