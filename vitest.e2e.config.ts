import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/e2e/**/*.e2e.ts"],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    // One at a time: each starts a whole service on a machine of two cores.
    fileParallelism: false,
  },
});
