/** Rows as CSV: RFC 4180, with text that a spreadsheet would run as a formula made harmless. */
export function renderCsv(rows: Iterable<readonly (string | number | null)[]>): string {
  const lines: string[] = [];
  for (const row of rows) lines.push(`${row.map(renderField).join(",")}\r\n`);
  return lines.join("");
}

/** Spreadsheets take a cell that begins so for a formula (OWASP, "CSV Injection"); an apostrophe makes it text. */
const FORMULA_START = /^[=+\-@\t\r]/;

function renderField(field: string | number | null): string {
  if (field === null) return "";
  if (typeof field === "number") return String(field);
  const text = FORMULA_START.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
