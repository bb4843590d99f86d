import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runAssay, workFolder } from "./command.js";

/** Paths of the modules that a command loads, as V8's own coverage lists them. */
async function modulesLoadedBy(args: readonly string[]): Promise<string[]> {
  const cwd = workFolder();
  const coverage = join(cwd, "coverage");
  mkdirSync(coverage);
  const { code } = await runAssay(args, { cwd, env: { NODE_V8_COVERAGE: coverage } });
  expect(code).toBe(0);
  return readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), "utf8")) as {
      result: { url: string }[];
    };
    return result.flatMap(({ url }) => (url.startsWith("file://") ? [url] : []));
  });
}

describe("start-up", () => {
  test("--version loads no package and next to nothing of ours", async () => {
    const modules = await modulesLoadedBy(["--version"]);
    expect(modules.filter((url) => url.includes("node_modules"))).toEqual([]);
    expect(modules.length).toBeLessThanOrEqual(4);
  });

  test("--help loads the bundled command-line parser and no package", async () => {
    const modules = await modulesLoadedBy(["--help"]);
    expect(modules.filter((url) => url.includes("node_modules"))).toEqual([]);
    expect(modules.length).toBeLessThanOrEqual(20);
  });

  test("listing suites loads neither the network client nor charts", async () => {
    const modules = await modulesLoadedBy(["list", "suites"]);
    expect(modules.filter((url) => /node_modules\/(openai|chart\.js|canvas|@napi-rs)\//.test(url))).toEqual(
      [],
    );
  });
});
