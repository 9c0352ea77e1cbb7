import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Findings, LINT_SETTINGS, type LintSettings, lint, ROOT } from "./lint.ts";
import { PLANTED, type PlantedFile } from "./plants.ts";

const FILES = new Map(
  PLANTED.map(({ path, plants }) => [path, plants.map(({ line }) => `${line}\n`).join("")]),
);
/** The rules that hold the layers. What others say about a planted line is none of our business here. */
const RULES = /noRestrictedImports|noRestrictedGlobals|noImportCycles|noUndeclaredDependencies|^plugin/;

/** Lines that the linter judges in another way than the table says. */
function misjudged({ path, plants }: PlantedFile, found: Findings): string[] {
  const findings = found.get(path) ?? [];
  return plants.flatMap(({ line, finding }, index) => {
    const said = findings.filter((each) => each.line === index + 1).map(({ words }) => words);
    const right =
      finding === null
        ? !said.some((words) => RULES.test(words))
        : said.some((words) => words.includes(finding));
    return right ? [] : [`${line} -> ${said.join(" | ") || "nothing"}`];
  });
}

describe("the layer rules:", () => {
  let found: Findings;
  beforeAll(async () => {
    found = await lint(FILES);
  });

  test("no two plants share a file", () => {
    expect(FILES.size).toBe(PLANTED.length);
  });

  test.for(PLANTED.map((file) => [file.title, file] as const))("%s", ([, file]) => {
    expect(misjudged(file, found)).toEqual([]);
  });
});

describe("without it, a plant goes unseen:", () => {
  const { overrides, plugins, linter } = LINT_SETTINGS;
  const withRule = (group: string, rule: string): LintSettings => ({
    ...LINT_SETTINGS,
    linter: {
      rules: { ...linter.rules, [group]: { ...Object(linter.rules[group]), [rule]: "off" } },
    },
  });
  const changes: readonly (readonly [string, LintSettings])[] = [
    ...overrides.map(
      (override, index) =>
        [
          `override ${index} for ${override.includes[0]}`,
          { ...LINT_SETTINGS, overrides: overrides.filter((_, at) => at !== index) },
        ] as const,
    ),
    ...plugins.map(
      (plugin) =>
        [plugin.path, { ...LINT_SETTINGS, plugins: plugins.filter((each) => each !== plugin) }] as const,
    ),
    ["noImportCycles", withRule("suspicious", "noImportCycles")],
    ["noUndeclaredDependencies", withRule("correctness", "noUndeclaredDependencies")],
    ["noFloatingPromises", withRule("nursery", "noFloatingPromises")],
    ["the pattern for detours", JSON.parse(JSON.stringify(LINT_SETTINGS).replaceAll(',"**/*/../**"', ""))],
  ];

  test.for(changes)("%s", async ([, settings]) => {
    const found = await lint(FILES, settings);
    expect(PLANTED.flatMap((file) => misjudged(file, found))).not.toEqual([]);
  });
});

test("every folder of shared, functions and infra has a rule", async () => {
  const sources = globSync("{shared,functions,infra}/**/*.ts", { cwd: ROOT });
  const folders = [...new Set(sources.map((path) => dirname(path)))];
  expect(folders.length).toBeGreaterThan(10);
  const files = new Map(folders.map((folder) => [join(folder, "nobody.ts"), 'import "nobody-has-this";\n']));

  const found = await lint(files);

  const unheld = [...found].filter(
    ([, findings]) => !findings.some(({ words }) => words.includes("noRestrictedImports")),
  );
  expect(unheld.map(([path]) => dirname(path))).toEqual([]);
});

test("nothing switches a layer rule off in its file", () => {
  // Plugin findings cannot be suppressed by name, so a plain `biome-ignore lint` counts too.
  const pattern =
    /biome-ignore(-\w+)?\s+(lint|lint\/plugin|.*(noRestricted|noImportCycles|noUndeclared))[\s:]/;
  const sources = globSync("{shared,functions,infra}/**/*.ts", { cwd: ROOT });
  const offenders = sources.filter((path) => pattern.test(readText(path)));
  expect(offenders).toEqual([]);
});

function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
