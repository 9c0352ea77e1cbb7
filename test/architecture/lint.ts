import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export interface Override {
  readonly includes: readonly string[];
  readonly linter: unknown;
}

/** What of biome.json the tests look at. */
export interface LintSettings {
  readonly plugins: readonly { readonly path: string; readonly includes: readonly string[] }[];
  readonly overrides: readonly Override[];
  readonly linter: { readonly rules: Readonly<Record<string, unknown>> };
}

export const ROOT = resolve(import.meta.dirname, "../..");
export const LINT_SETTINGS: LintSettings = JSON.parse(readFileSync(join(ROOT, "biome.json"), "utf8"));

const BIOME = join(ROOT, "node_modules/.bin/biome");

export interface Finding {
  /** From 1. */
  readonly line: number;
  /** The rule's name and what it says. */
  readonly words: string;
}

export type Findings = ReadonlyMap<string, readonly Finding[]>;

/**
 * Lints files as if they stood in this project.
 *
 * @param files path from the project's root, and content
 * @param settings biome.json, or a changed copy of it
 */
export async function lint(
  files: ReadonlyMap<string, string>,
  settings: LintSettings = LINT_SETTINGS,
): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "snatwatch-lint-"));
  try {
    for (const name of ["package.json", ".gitignore", "infra/build/rules"]) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    writeFileSync(join(folder, "biome.json"), JSON.stringify(settings));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return findings(await run(folder), files);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The linter exits with 1 when it finds something; whether it ran at all shows in what it printed. */
function run(folder: string): Promise<string> {
  return new Promise((done, fail) => {
    const options = { cwd: folder, maxBuffer: 64 * 2 ** 20 };
    execFile(
      BIOME,
      ["lint", "--reporter=json", "--max-diagnostics=none", "."],
      options,
      (_, stdout, stderr) => {
        if (stdout.startsWith("{")) done(stdout);
        else fail(new Error(`biome did not run: ${stderr}`));
      },
    );
  });
}

interface Diagnostic {
  readonly category: string;
  readonly message: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

function findings(output: string, files: ReadonlyMap<string, string>): Findings {
  const { diagnostics }: { diagnostics: readonly Diagnostic[] } = JSON.parse(output);
  const found = new Map([...files.keys()].map((path): [string, Finding[]] => [path, []]));
  for (const { category, message, location } of diagnostics) {
    const words = `${category}: ${message}`;
    const list = found.get(location.path);
    if (list === undefined) throw new Error(`biome complains of its own input ${location.path}: ${words}`);
    list.push({ line: location.start.line, words });
  }
  return found;
}
