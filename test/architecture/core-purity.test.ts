import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "./lint.ts";

const TSC = join(ROOT, "node_modules/.bin/tsc");

/** What the compiler prints for a project; empty if it has no fault. */
function compile(folder: string): Promise<string> {
  return new Promise((done, fail) => {
    const args = ["--noEmit", "--pretty", "false", "-p", join(folder, "shared/core/tsconfig.json")];
    execFile(TSC, args, { cwd: folder }, (error, stdout, stderr) => {
      if (error !== null && stdout === "") fail(new Error(`tsc did not run: ${stderr}`, { cause: error }));
      else done(stdout);
    });
  });
}

/** Lines of a file in a core of its own, under this project's settings, that do not compile. */
async function refusedLines(lines: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "snatwatch-core-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "shared/core"), { recursive: true });
  for (const name of ["tsconfig.json", "package.json", "shared/core/tsconfig.json"]) {
    cpSync(join(ROOT, name), join(folder, name));
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "shared/core/plant.ts"), `${lines.join("\n")}\nexport {};\n`);

  const output = await compile(folder);
  const numbers = new Set([...output.matchAll(/plant\.ts\((\d+),/g)].map(([, number]) => Number(number)));
  return lines.filter((_, index) => numbers.has(index + 1));
}

test("the core compiles without Node and without a browser", async () => {
  expect(await compile(ROOT)).toBe("");
});

test("input and output do not compile in the core", async () => {
  const lines = [
    "process.exit();",
    "fetch('https://example.com');",
    "setTimeout(() => {}, 1);",
    "setInterval(() => {}, 1);",
    "setImmediate(() => {});",
    "queueMicrotask(() => {});",
    "console.log(1);",
    "performance.now();",
    "crypto.randomUUID();",
    "Buffer.from([]);",
    "new URL('https://example.com');",
    "new TextEncoder();",
    "new AbortController();",
    "structuredClone({});",
    "document.title;",
    "window.alert();",
    "localStorage.length;",
    "require('node:fs');",
    "await import('node:fs');",
    "import.meta.dirname;",
  ];
  expect(await refusedLines(lines)).toEqual(lines);
});

test("the language itself compiles in the core", async () => {
  const lines = ["Math.max(1, 2);", "new Map<string, number>();", "Object.groupBy([1], (each) => each);"];
  expect(await refusedLines(lines)).toEqual([]);
});
