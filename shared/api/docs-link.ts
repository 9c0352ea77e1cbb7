/** Where the documents of this product can be read. */
const DOCS_URL = "https://github.com/snatwatch/snatwatch/blob/main/docs";

/** The page of a check: meaning, impact, diagnosis, mitigation. */
export function checkPageUrl(checkId: string): string {
  return `${DOCS_URL}/checks/${checkId}.md`;
}
