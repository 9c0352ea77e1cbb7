import type { FleetDocument } from "./fleet-document.ts";

const MARKS: Readonly<Record<string, string>> = { healthy: "✓", warning: "!", critical: "✗", unknown: "?" };

/** The verdicts as a table for a terminal, worst first. */
export function renderVerdicts({ health, clusters }: FleetDocument): string {
  if (clusters.length === 0)
    return "no cluster found: grant the identity Reader on a subscription that has one\n";
  const rows = clusters.map(({ status, name, paths, headline }) => [
    `${MARKS[status] ?? "?"} ${status}`,
    name,
    paths.join(","),
    headline,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n\n${health.status}: ${clusters.length} ${clusters.length === 1 ? "cluster" : "clusters"}\n`;
}
