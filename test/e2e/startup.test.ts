import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startServer } from "../server/server.js";
import { runAssay, workFolder } from "./command.js";
import { writeSuite } from "./run-records.js";

/** Paths of the modules that a command loads, as V8's own coverage lists them. */
async function modulesLoadedBy(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const cwd = workFolder();
  const coverage = join(cwd, "coverage");
  mkdirSync(coverage);
  const { code } = await runAssay(args, { cwd, env: { ...env, NODE_V8_COVERAGE: coverage } });
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

  test.each([["--help"], ["run", "--help"], ["help", "run"], []])(
    "help comes from one small bundle of its own: assay %s %s",
    async (...words) => {
      const modules = await modulesLoadedBy(words);
      expect(modules.filter((url) => url.includes("node_modules"))).toEqual([]);
      // What `--version` loads, and the help.
      expect(modules.length).toBeLessThanOrEqual(5);
      expect(modules.reduce((bytes, url) => bytes + statSync(new URL(url)).size, 0)).toBeLessThan(70_000);
    },
  );

  test("listing suites loads neither the network client nor charts", async () => {
    const modules = await modulesLoadedBy(["list", "suites"]);
    expect(modules.filter((url) => /node_modules\/(openai|chart\.js|canvas|@napi-rs)\//.test(url))).toEqual(
      [],
    );
  });

  test("answers that are all in the cache load neither the network client nor anything of a report", async () => {
    const server = await startServer();
    const home = workFolder();
    const suite = writeSuite(home, 3);
    const words = ["answer", "--suite", suite, "--model", "a", "--base-url", server.baseUrl];
    const env = { ASSAY_HOME: home };
    expect(await runAssay(words, { env })).toMatchObject({ code: 0 });
    expect(server.counts.calls).toBe(6);
    const modules = await modulesLoadedBy(words, env);
    await server.close();
    expect(server.counts.calls).toBe(6);
    const packages = modules.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    expect(
      [...new Set(packages)].filter((name) => !["zod", "yaml", "p-limit", "yocto-queue"].includes(name)),
    ).toEqual([]);
  });
});
