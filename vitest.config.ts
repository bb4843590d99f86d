import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    exclude: ["**/node_modules/**"],
    globalSetup: ["test/setup/build.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // No test may reach for the developer's own keys, cache or configuration.
    env: { OPENAI_API_KEY: "", OPENAI_BASE_URL: "", ASSAY_HOME: "", NO_COLOR: "1" },
  },
});
