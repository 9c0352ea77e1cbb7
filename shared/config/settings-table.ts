import { ABOUT, VARIABLES } from "./schema.ts";

const BEGIN = "<!-- settings:start -->";
const END = "<!-- settings:end -->";

/** The app settings as a Markdown table: name, meaning, unit or format, range, default. */
export function renderSettingsTable(): string {
  const rows = Object.entries(VARIABLES.shape).map(([name, schema]) => {
    const about = ABOUT.get(schema);
    if (about === undefined) throw new RangeError(`${name} has no description in the schema`);
    const fallback = about.defaultText === "" ? "" : `\`${about.defaultText}\``;
    return [`\`${name}\``, about.meaning, about.format, about.range, fallback].map(escapeCell);
  });
  const head = ["Setting", "Meaning", "Unit or format", "Range", "Default"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/**
 * The README with a fresh table between the two markers.
 *
 * @throws RangeError if the markers are not there
 */
export function updateSettingsTable(readmeText: string): string {
  const begin = readmeText.indexOf(BEGIN);
  const end = readmeText.indexOf(END);
  if (begin < 0 || end < begin) throw new RangeError(`the README has no lines "${BEGIN}" and "${END}"`);
  return `${readmeText.slice(0, begin)}${BEGIN}\n\n${renderSettingsTable()}\n\n${readmeText.slice(end)}`;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
