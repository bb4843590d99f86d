import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { CI_FILES, ciTemplate } from "../../../harness/cli/templates/ci-templates.js";
import { configTemplate } from "../../../harness/cli/templates/config-template.js";
import type { PackageManager } from "../../../harness/cli/templates/package-managers.js";
import { readConfigFile, validateConfig } from "../../../harness/config/read-config.js";
import { configSchema, validKeysAt } from "../../../harness/config/schema.js";
import { packageFile } from "../../../harness/core/package-files.js";
import { useBench } from "../command-runner.js";
import { compositeAction, githubWorkflow, gitlabPipeline } from "../workflow-schema.js";

const CONFIG_TEMPLATE = configTemplate();
/** The template with every key switched on that it shows. */
const allSwitchedOn = CONFIG_TEMPLATE.replace(/^( *)#(?=[A-Za-z-])/gm, "$1");

describe("assay init", () => {
  const bench = useBench();

  test("writes a config that is valid as it is", async () => {
    const { code, stdout, stderr } = await bench.assay("init");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/wrote {2}assay\.yaml[\s\S]*assay doctor/);
    const config = await readConfigFile("assay.yaml");
    expect(config).toMatchObject({ suites: ["assay-80"], models: [{ id: "my-model" }] });
  });

  test("shows every key of the schema, and is valid with all of them switched on", async () => {
    const config = await validateConfig(parse(allSwitchedOn), "template");
    expect(Object.keys(config).sort()).toEqual(Object.keys(configSchema.shape).sort());
    const keysOf = (entries: readonly unknown[] = []) =>
      [...new Set(entries.flatMap((one) => Object.keys(Object(one))))].sort();
    expect(keysOf(config.models)).toEqual([...(validKeysAt(["models", 0]) ?? [])].sort());
    expect(keysOf(config.gates)).toEqual([...(validKeysAt(["gates", 0]) ?? [])].sort());
    expect(keysOf([config.report])).toEqual([...(validKeysAt(["report"]) ?? [])].sort());
    const [model] = config.models ?? [];
    const { parameters } = typeof model === "object" ? model : {};
    expect(keysOf([parameters])).toEqual([...(validKeysAt(["models", 0, "parameters"]) ?? [])].sort());
    const ofJudges = (validKeysAt(["judges", 0]) ?? []).filter(
      (key) => !validKeysAt(["models", 0])?.includes(key),
    );
    expect(keysOf(config.judges)).toEqual(expect.arrayContaining(ofJudges));
  });

  test("never replaces a file unless it is told to", async () => {
    bench.write("assay.yaml", "suites: [mine]\n");
    const refused = await bench.assay("init");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/assay\.yaml exists already\n.*--out.*--force/);
    expect(readFileSync("assay.yaml", "utf8")).toBe("suites: [mine]\n");
    expect((await bench.assay("init", "--force")).code).toBe(0);
    expect(readFileSync("assay.yaml", "utf8")).toBe(CONFIG_TEMPLATE);
  });

  test("adds a workflow to a project that has a config, which stays, also under --force", async () => {
    bench.write("assay.yaml", "suites: [mine]\n");
    const { code, document } = await bench.json("init", "--ci", "github");
    expect({ code, document }).toMatchObject({
      code: 0,
      document: { written: [".github/workflows/assay.yml"], kept: ["assay.yaml"] },
    });
    const again = await bench.assay("init", "--ci", "github");
    expect(again.stderr).toMatch(/\.github\/workflows\/assay\.yml exists already/);
    expect((await bench.assay("init", "--ci", "github", "--force")).code).toBe(0);
    expect(readFileSync("assay.yaml", "utf8")).toBe("suites: [mine]\n");
  });

  test("a workflow names the config that it is made for", async () => {
    await bench.assay("init", "--out", "evals/nightly.yaml", "--ci", "gitlab");
    expect(existsSync("evals/nightly.yaml")).toBe(true);
    const workflow = gitlabPipeline.parse(parse(readFileSync(".gitlab-ci.yml", "utf8")));
    expect(workflow.variables.CONFIG).toBe("evals/nightly.yaml");
    expect(workflow["assay-checkpoint"]).toMatchObject({
      rules: [{ changes: ["evals/nightly.yaml", "baseline.json", "package-lock.json"] }, {}],
    });
  });

  test.each([
    ["npm", { "package-lock.json": "{}" }, "package-lock.json", "npm ci"],
    [
      "pnpm",
      { "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" },
      "pnpm-lock.yaml",
      "pnpm install --frozen-lockfile",
    ],
    ["yarn-1", { "yarn.lock": "# yarn lockfile v1\n" }, "yarn.lock", "yarn install --frozen-lockfile"],
    ["yarn", { "yarn.lock": "__metadata:\n  version: 8\n" }, "yarn.lock", "yarn install --immutable"],
    [
      "yarn",
      { "package.json": '{ "packageManager": "yarn@4.5.0" }' },
      "yarn.lock",
      "yarn install --immutable",
    ],
    [
      "pnpm",
      {
        "package-lock.json": "{}",
        "pnpm-lock.yaml": "devDependencies:\n      assay:\n        specifier: x\n",
      },
      "pnpm-lock.yaml",
      "pnpm exec assay run",
    ],
  ])("writes the workflow for the project's own %s: %j", async (manager, files, lockfile, command) => {
    for (const [name, content] of Object.entries(files)) bench.write(name, content);
    const { document } = await bench.json("init", "--ci", "github");
    expect(document).toMatchObject({ packageManager: manager });
    const text = readFileSync(CI_FILES.github, "utf8");
    const { jobs, on } = githubWorkflow.parse(parse(text));
    expect(on.pull_request.paths).toContain(lockfile);
    const runs = jobs.checkpoint?.steps.flatMap((step) => ("run" in step ? [step.run] : [])) ?? [];
    expect(runs.some((run) => run.includes(command))).toBe(true);
    expect(runs.some((run) => /assay run "\$CONFIG"/.test(run))).toBe(true);
    if (manager !== "npm") expect(text).not.toMatch(/\bnpx\b|npm ci|package-lock/);
    const gitlab = ciTemplate("gitlab", "assay.yaml", manager as PackageManager);
    expect(gitlabPipeline.parse(parse(gitlab))[".assay"]).toMatchObject({
      cache: { key: { files: [lockfile] } },
    });
    expect(parseDocument(gitlab).warnings).toEqual([]);
  });

  test("says for which package manager a workflow is, and why", async () => {
    bench.write("yarn.lock", "__metadata:\n");
    const { stdout } = await bench.assay("init", "--ci", "gitlab");
    expect(stdout).toContain("wrote  .gitlab-ci.yml  (for yarn, by yarn.lock)");
  });

  test.each([
    [["--out", "assay.json"], /written as YAML\n.*\.yaml/],
    [["--out", "../elsewhere.yaml", "--ci", "github"], /outside of this folder/],
    [["--out", "my $(config).yaml", "--ci", "github"], /cannot stand in a workflow/],
    [["--ci", "gitbub"], /--ci cannot be "gitbub"\n.*Did you mean "github"/],
    [["--out", "taken/assay.yaml"], /taken\/assay\.yaml: cannot be written/],
  ])("refuses %j", async (words, message) => {
    bench.write("taken", "a file");
    const { code, stderr } = await bench.assay("init", ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync("assay.yaml")).toBe(false);
  });
});

describe("workflows", () => {
  const documentation = readFileSync(packageFile("docs", "ci.md"), "utf8");

  test.each(["github", "gitlab"] as const)("docs/ci.md shows what init writes for %s", (service) => {
    expect(documentation).toContain(`\`\`\`yaml\n${ciTemplate(service)}\`\`\`\n`);
    expect(documentation).toContain(`\`${CI_FILES[service]}\``);
    expect(parseDocument(ciTemplate(service)).warnings).toEqual([]);
  });

  test("GitHub: known keys, existing jobs, no input inside a script", () => {
    const { jobs } = githubWorkflow.parse(parse(ciTemplate("github")));
    expect(Object.keys(jobs)).toEqual(["nightly", "publish", "checkpoint"]);
    for (const job of Object.values(jobs)) {
      for (const need of [job.needs ?? []].flat()) expect(Object.keys(jobs)).toContain(need);
      for (const step of job.steps) if ("run" in step) expect(step.run).not.toContain("${{");
      const ids = job.steps.flatMap((step) => step.id ?? []);
      const referred = JSON.stringify(job).matchAll(/steps\.([\w-]+)\./g);
      for (const [, id] of referred) expect(ids).toContain(id);
    }
    expect(jobs.publish?.permissions).toEqual({ pages: "write", "id-token": "write" });
  });

  test("GitLab: known keys, stages and jobs that exist, JUnit for merge requests", () => {
    const { stages, variables: _, workflow: __, ...jobs } = gitlabPipeline.parse(parse(ciTemplate("gitlab")));
    expect(Object.keys(jobs)).toEqual([".assay", "assay-nightly", "assay-checkpoint", "pages"]);
    for (const job of Object.values(jobs)) {
      for (const name of [job.extends ?? [], job.needs ?? []].flat())
        expect(Object.keys(jobs)).toContain(name);
      if (job.stage !== undefined) expect(stages).toContain(job.stage);
      expect(job.script === undefined).toBe(job === jobs[".assay"]);
    }
    expect(jobs[".assay"]?.artifacts?.reports).toEqual({ junit: "runs/*/report/junit.xml" });
    expect(jobs.pages?.artifacts?.paths).toEqual(["public"]);
  });

  test("the config template makes the JUnit file that the workflows hand on", async () => {
    const { report } = await validateConfig(parse(CONFIG_TEMPLATE), "template");
    expect(report?.formats).toEqual(expect.arrayContaining(["html", "markdown", "junit"]));
  });
});

describe("action.yml", () => {
  const action = compositeAction.parse(parse(readFileSync(packageFile("action.yml"), "utf8")));
  const scripts = action.runs.steps.flatMap((step) => ("run" in step ? step.run : []));

  test("uses only inputs that it has, and none of them inside a script", () => {
    const used = [...JSON.stringify(action.runs).matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(action.inputs).sort());
    for (const script of scripts) expect(script).not.toContain("${{");
    const documentation = readFileSync(packageFile("docs", "ci.md"), "utf8");
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(documentation).toMatch(new RegExp(`^\\| \`${name}\` \\|`, "m"));
      if (input.default !== "") expect(documentation).toContain(`\`${input.default}\``);
    }
  });

  test.each(scripts)("scripts are bash that parses: %#", (script) => {
    expect(() => execFileSync("bash", ["-n", "-c", script])).not.toThrow();
  });

  test.each([
    ["own", "none.txt", ""],
    ["own", "package-lock.json", '{ "packages": { "node_modules/zod": {} } }'],
    ["npm", "package-lock.json", '{ "packages": { "node_modules/assay": {} } }'],
    [
      "pnpm",
      "pnpm-lock.yaml",
      "importers:\n  .:\n    devDependencies:\n      assay:\n        specifier: file:a.tgz\n",
    ],
    ["yarn", "yarn.lock", '"assay@file:./assay-0.1.0.tgz":\n  version "0.1.0"\n'],
  ])("the lockfile decides who installs and what is cached: %s by %s", (manager, lockfile, content) => {
    const folder = mkdtempSync(join(tmpdir(), "assay-action-"));
    writeFileSync(join(folder, lockfile), content);
    const env = {
      PATH: process.env.PATH,
      ACTION_PATH: packageFile(),
      CACHE: "/cache",
      SYSTEM: "Linux",
      GITHUB_OUTPUT: join(folder, "output"),
    };
    const script = scripts[0] ?? "";
    const options = { cwd: folder, encoding: "utf8", env } as const;
    expect(spawnSync("bash", ["-e", "-o", "pipefail", "-c", script], options).status).toBe(0);
    const of = manager === "own" ? packageFile("package-lock.json") : join(folder, lockfile);
    const digest = createHash("sha256").update(readFileSync(of)).digest("hex");
    expect(readFileSync(join(folder, "output"), "utf8")).toBe(
      `manager=${manager}\ncache=/cache\nkey=assay-Linux-${manager}-${digest}\n`,
    );
  });

  test("hands arguments on as they are, keeps the exit code, and writes the summary where assay did not", () => {
    const folder = mkdtempSync(join(tmpdir(), "assay-action-"));
    mkdirSync(join(folder, "dist"));
    // Stands in for assay: tells its arguments, leaves a summary and ends as an incomplete run does.
    writeFileSync(
      join(folder, "dist", "cli.js"),
      `const fs = require("node:fs");
       fs.mkdirSync("out/report", { recursive: true });
       fs.writeFileSync("out/report/summary.md", "# Result\\n");
       console.log(JSON.stringify(process.argv.slice(2)));
       process.exit(3);`,
    );
    writeFileSync(join(folder, "summary"), "");
    const script = scripts.at(-1) ?? "";
    const ended = spawnSync("bash", ["-e", "-o", "pipefail", "-c", script], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        ACTION_PATH: folder,
        MANAGER: "own",
        CONFIG: "my config.yaml",
        ARGS: "--limit 2\n --title $(id>hacked);`id`\n",
        OUT: "out",
        FOLDER: ".",
        GITHUB_STEP_SUMMARY: join(folder, "summary"),
        GITHUB_OUTPUT: join(folder, "output"),
      },
    });
    expect(ended.status).toBe(3);
    expect(JSON.parse(ended.stdout)).toEqual([
      "run",
      "my config.yaml",
      "--out",
      "out",
      "--limit",
      "2",
      "--title",
      "$(id>hacked);`id`",
    ]);
    expect(existsSync(join(folder, "hacked"))).toBe(false);
    expect(readFileSync(join(folder, "summary"), "utf8")).toBe("# Result\n");
    expect(readFileSync(join(folder, "output"), "utf8")).toBe(
      "exit-code=3\nrun=./out\nreport=./out/report\n",
    );
  });
});
