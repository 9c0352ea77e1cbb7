/**
 * Whether a name fits a pattern whole: `*` is any text, `?` one character, case does not matter.
 * Two pointers and one point to return to, so no pattern takes exponential time, which a regular expression could.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  const text = name.toLowerCase();
  let at = 0;
  let here = 0;
  let star = -1;
  let starText = 0;
  while (here < text.length) {
    if (wanted[at] === "*") {
      star = at;
      starText = here;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === "?" || wanted[at] === text[here])) {
      at += 1;
      here += 1;
    } else if (star >= 0) {
      // Let the last star take one character more, and try the rest of the pattern again.
      starText += 1;
      here = starText;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (wanted[at] === "*") at += 1;
  return at === wanted.length;
}
