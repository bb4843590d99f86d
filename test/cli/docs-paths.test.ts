import { dirname } from "node:path";
import { expect, test } from "vitest";
import { withDocsPaths } from "../../harness/cli/docs-paths.js";
import { packageFile } from "../../harness/core/package-files.js";

test("a hint names its page where it can be opened from here", () => {
  const hint = "See docs/adapters.md, or docs/none.md, or https://a.example/docs/adapters.md.";
  expect(withDocsPaths(hint, packageFile())).toBe(hint);
  const project = dirname(packageFile());
  const below = packageFile("docs", "adapters.md").slice(project.length + 1);
  expect(withDocsPaths(hint, project)).toBe(hint.replace("docs/adapters.md", below));
  expect(withDocsPaths(hint, packageFile("test"))).toContain(`See ${packageFile("docs", "adapters.md")},`);
});
