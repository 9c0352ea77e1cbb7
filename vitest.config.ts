import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // A process for each file: the local host lives once in a process.
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["shared/**/*.ts"],
      reporter: ["text-summary", "text"],
      // Where the core stands today. Raise them with the tests; 100 is the aim.
      thresholds: { "shared/core/**": { lines: 99, functions: 99, statements: 98, branches: 89 } },
    },
  },
});
