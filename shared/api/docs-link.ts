/** The page of a check, in the project's own documentation: meaning, impact, diagnosis, mitigation. */
export function checkPage(checkId: string): string {
  return `docs/checks/${checkId}.md`;
}
