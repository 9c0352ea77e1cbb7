import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Findings, LINT_SETTINGS, lint, ROOT } from "./lint.ts";
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

describe("every line of biome.json is needed:", () => {
  const { overrides } = LINT_SETTINGS;
  const text = JSON.stringify(LINT_SETTINGS);

  test("each override speaks about some planted line", async () => {
    const tagged = overrides.map((override, index) =>
      JSON.parse(JSON.stringify(override).replaceAll('"message":"', `"message":"[${index}] `)),
    );
    const found = await lint(FILES, { ...LINT_SETTINGS, overrides: tagged });
    const words = [...found.values()].flat().map((finding) => finding.words);

    const silent = overrides.filter(
      (override, index) =>
        JSON.stringify(override).includes('"message":"') &&
        !words.some((each) => each.includes(`noRestrictedImports: [${index}] `)),
    );
    expect(silent).toEqual([]);
  });

  // The linter does not print the words of these, so they are taken out one by one.
  const globals = overrides.filter((override) => JSON.stringify(override).includes("deniedGlobals"));
  test.for(globals.map((override) => [override.includes.join(" "), override] as const))(
    "the globals of %s",
    async ([, override]) => {
      const left = overrides.filter((each) => each !== override);
      const found = await lint(FILES, { ...LINT_SETTINGS, overrides: left });
      expect(PLANTED.flatMap((file) => misjudged(file, found))).not.toEqual([]);
    },
  );

  test("the pattern that refuses detours", async () => {
    const settings = JSON.parse(text.replaceAll(',"**/*/../**"', ""));
    const found = await lint(FILES, settings);
    expect(PLANTED.flatMap((file) => misjudged(file, found))).not.toEqual([]);
  });

  test("every allowed import has a planted line", () => {
    const allowed = [...JSON.stringify(overrides).matchAll(/"!([^"]+)"/g)].map(([, pattern = ""]) => pattern);
    const names = allowed.filter((pattern) => !/^([.]|shared[/]|infra[/])/.test(pattern));
    const planted = PLANTED.flatMap(({ plants }) => plants).filter(({ finding }) => finding === null);
    const idle = names.filter((name) => {
      const start = name.replace(/[*].*$/, "");
      return !planted.some(({ line }) => line.includes(`"${start}`));
    });
    expect(idle).toEqual([]);
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
