import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests of the built command and of the built page; every other test runs from source. */
const built = ["test/e2e/**/*.test.ts", "test/**/*.built.test.ts"];

export default defineConfig({
  test: {
    // One more than there are cores: a file that waits for a process, a browser or a queue leaves its core idle.
    maxWorkers: availableParallelism() + 1,
    // Limits that only a hang reaches: a test may start several processes, beside those of another file.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // No test may reach for the developer's own keys, cache or configuration.
    env: { OPENAI_API_KEY: "", OPENAI_BASE_URL: "", ASSAY_HOME: "", NO_COLOR: "1" },
    globalSetup: ["test/setup/temporary-folder.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: built,
          // Modules are loaded once by a worker, not once by a file: most of the time of a small file is its imports.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "built",
          include: built,
          globalSetup: ["test/setup/build.ts"],
          isolate: false,
        },
      },
    ],
  },
});
