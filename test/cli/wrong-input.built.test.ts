import { existsSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startServer, type TestServer } from "../server/server.js";
import { useBench } from "./command-runner.js";

const SUITE = 'questions:\n  - { id: "1", category: math, turns: ["What is 2 + 2?"] }\n';

describe("what is wrong is said once, with file, line or flag, and the way out", () => {
  const bench = useBench();
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer({ models: ["m", "j"] });
    bench.write("suite.yaml", SUITE);
  });
  afterEach(() => server.close());

  /** A run that lacks nothing; what is given changes one thing. */
  const run = (...words: string[]) =>
    bench.assay("run", "--base-url", server.baseUrl, "--model", "m", "--judge", "j", ...words);

  async function expectRefusal(ended: ReturnType<typeof bench.assay>, message: RegExp): Promise<void> {
    const { code, stdout, stderr } = await ended;
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.match(/^assay: /gm)).toHaveLength(1);
    expect(server.counts.calls).toBe(0);
    expect(existsSync("runs")).toBe(false);
  }

  test.each<[string[], RegExp]>([
    [["rnu"], /unknown command "rnu"\n.*Did you mean "run"\?/],
    [["--quiet", "comapre", "a", "b"], /unknown command "comapre"\n.*Did you mean "compare"\?/],
    [["run", "--modle", "x"], /unknown flag --modle\n.*Did you mean "--model"\?/],
    [["run", "--no-chache"], /unknown flag --no-chache\n.*Did you mean "--no-cache"\?/],
    [["score", "x", "--calibation", "d"], /unknown flag --calibation\n.*Did you mean "--calibration"\?/],
    [["run", "a.yaml", "b.yaml"], /unexpected argument "b\.yaml"\n.*assay run --help/],
    [["run", "--mode", "singel"], /--mode cannot be "singel"\n.*Did you mean "single"\?/],
    [["export", "r", "--format", "fastcat", "--out", "x"], /--format cannot be "fastcat"\n.*"fastchat"/],
    [["judge"], /assay judge needs <run>: run folder\n.*assay judge runs\/ckpt-1200 .*assay judge --help/],
    [["export", "r", "--out", "x"], /--format is missing: /],
    [["export", "r", "--format", "fastchat"], /--out is missing: /],
    [["compare", "a", "b", "--margin", "wide"], /--margin: must be a number/],
    [["compare", "a", "b", "--margin", "-1"], /--margin: must be at least 0/],
    [["cache", "clear", "--older-than", "3d"], /--older-than belongs to `assay cache prune`/],
    [["run", "--no-limit"], /unknown flag --no-limit/],
    [["--jsno"], /unknown flag --jsno\n.*Did you mean "--json"\?/],
    [["help", "rnu"], /unknown command "rnu"/],
    [["judge", "no-run", "--judge", "j"], /no-run is not a run folder/],
    [["report", "no-run"], /no-run is not a run folder/],
    [["score", "no-file"], /no file or run folder no-file/],
    [["run", "none.yaml"], /none\.yaml: cannot be read.*\n.*assay init/],
  ])("assay %j", (words, message) => expectRefusal(bench.assay(...words), message));

  test("assay alone shows what to begin with", async () => {
    const { code, stdout, stderr } = await bench.assay();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)\b.* {2}/gm)].map(([, name]) => name);
    expect(commands.slice(0, 3)).toEqual(["quickstart", "init", "run"]);
    expect((await bench.assay("--help")).stdout).toBe(stdout);
    expect((await bench.assay("help")).stdout).toBe(stdout);
    expect((await bench.assay("help", "judge")).stdout).toBe((await bench.assay("judge", "-h")).stdout);
  });

  test("commands refuse the flags of others that they would not honour", async () => {
    for (const words of [
      ["judge", "r", "--limit", "3"],
      ["judge", "r", "--base-url", "http://localhost:1/v1"],
      ["batch", "export", "a.yaml", "--out", "x", "--concurrency", "4"],
      ["batch", "export", "a.yaml", "--out", "x", "--log-file", "l"],
      ["batch", "import", "r", "x.jsonl", "--out", "y"],
      ["audit", "--judge", "j", "--baseline", "m"],
      ["merge", "r", "--out", "x", "--seed", "1"],
    ])
      await expectRefusal(bench.assay(...words), /unknown flag --|--out belongs to `assay batch export`/);
  });

  test("a baseline that is close to a known one is asked about before it is called", async () => {
    const words = ["--mode", "pairwise-baseline", "--baseline", "first-modle", "--model", "first-model"];
    const { stderr } = await run("--suite", "suite.yaml", ...words, "--dry-run");
    expect(stderr).toMatch(/the baseline first-modle .*if first-model is meant, stop here/);
  });

  test("in one language, whatever that of the machine", async () => {
    vi.stubEnv("LC_ALL", "de_DE.UTF-8");
    await expectRefusal(
      bench.assay("run", "--modle", "x"),
      /unknown flag --modle\n.*Did you mean "--model"\?/,
    );
    await expectRefusal(bench.assay("judge"), /assay judge needs/);
  });

  test.each<[string[], RegExp]>([
    [["--suite", "asay-80"], /unknown suite "asay-80"\n.*Did you mean "assay-80"\?/],
    [["--suite", "./none.yaml"], /there is no suite file \.\/none\.yaml\n.*Fix the path/],
    [["--suite", "suite.yaml", "--judge", "rm-r1"], /rm-r1 is a format, .*\n.*rm-r1-own-wording/],
    [["--suite", "suite.yaml", "--judge-protocol", "asay"], /unknown judge "asay"\n.*Did you mean "assay"\?/],
    [
      ["--suite", "suite.yaml", "--judge", "mt-banch"],
      /unknown judge "mt-banch"\n.*Did you mean "mt-bench"\?/,
    ],
    [["--suite", "suite.yaml", "--format", "htlm"], /unknown report "htlm"\n.*Did you mean "html"\?/],
    [
      ["--suite", "suite.yaml", "--limit", "0"],
      /--limit: must be at least 1\n {2}Leave it out for its default\. See /,
    ],
    [["--suite", "suite.yaml", "--limit", "ten"], /--limit: must be a number\n/],
    [["--suite", "suite.yaml", "--limit"], /--limit is given without a value\n.*leave the flag out/],
    [["--suite", "suite.yaml", "--budget", "--no-cache"], /--budget is given without a value/],
    [["--suite", "suite.yaml", "--budget", "0"], /--budget: must be above 0\n/],
    [["--suite", "suite.yaml", "--out", ""], /--out is given without a value/],
    [
      ["--suite", "suite.yaml", "--suite", "./suite.yaml"],
      /two suites are called "suite"\n.*Name each suite once/,
    ],
    [["--suite", "suite.yaml", "--model", "=x"], /model "=x" lacks its display id\n.*ID=NAME/],
    [["--suite", "suite.yaml", "--model", "x="], /model "x=" lacks its name/],
    [["--suite", "suite.yaml", "--judge-base-url", "localhost"], /--judge-base-url: must be an address/],
    [
      ["--suite", "suite.yaml", "--gate", "scoer,min=6"],
      /metric: cannot be "scoer"\n.*Did you mean "score"\?/,
    ],
    [["--suite", "suite.yaml", "--limit", "1", "--limit", "2"], /--limit is given more than once/],
    [["--suite", "suite.yaml", "--concurrency", "many"], /--concurrency: /],
    [["--suite", "suite.yaml", "--max-missing", "101"], /--max-missing: must be at most 100/],
    [["--suite", "suite.yaml", "--gate", "score,mim=6"], /--gate\[0\]\.mim.*\n.*Did you mean "min"\?/],
    [
      ["--suite", "suite.yaml", "--gate", "score,min=6,min=7"],
      /--gate score,min=6,min=7: min is given twice/,
    ],
    [["--suite", "suite.yaml", "--gate", "score,metric=cost,max=7"], /--gate .*: metric is given twice/],
    [
      ["--suite", "suite.yaml", "--model", "a=m,b=n"],
      /--model a=m,b=n names several in one flag\n.*--model a=m --model b=n/,
    ],
    [
      ["--suite", "suite.yaml", "--baseline", "m"],
      /the baseline m has no effect: no judge compares .*\n.*--mode pairwise-baseline/,
    ],
    [["--suite", "suite.yaml", "--judge", "j,k"], /--judge j,k names several in one flag/],
    [["--suite", "suite.yaml", "--question", "2"], /no question "2"/],
    [["--suite", "suite.yaml", "--prices", "none.yaml"], /price file none\.yaml cannot be read/],
    [["--suite", "suite.yaml", "--budget", "5"], /no price is known for m, j\n.*--prices/],
    [["--suite", "suite.yaml", "--out", "suite.yaml"], /suite\.yaml is a file, not a folder\n.*--out/],
    [["--suite", "suite.yaml", "--out", "suite.yaml/run"], /suite\.yaml\/run: cannot be written/],
  ])("run %j", (words, message) => expectRefusal(run(...words), message));

  test.each<[string, string, RegExp]>([
    [
      "a key",
      "suites: [assay-80]\nmodel: x\n",
      /assay\.yaml:2: unknown key "model"\n.*Did you mean "models"\?/,
    ],
    [
      "a key of a model",
      "models:\n  - id: m\n    baseURL: http://localhost:8000/v1\n",
      /assay\.yaml:3: unknown key "models\[0\]\.baseURL"\n.*Did you mean "baseUrl"\?/,
    ],
    [
      "a parameter",
      "models:\n  - id: m\n    parameters:\n      max_tokens: 5\n",
      /assay\.yaml:4: unknown key "models\[0\]\.parameters\.max_tokens"\n.*Did you mean "maxTokens"\?/,
    ],
    [
      "a key far from any other",
      "suites: [assay-80]\nwarmth: 1\n",
      /assay\.yaml:2: unknown key "warmth"\n.*docs/,
    ],
    ["a type", "suites: [assay-80]\n\ntrials: two\n", /assay\.yaml:3: trials: must be a number/],
    [
      "the kind of the file",
      "just words\n",
      /assay\.yaml:1: the file: must be an object with keys|assay\.yaml: the file: must be/,
    ],
    ["a list that is not closed", "suites: [assay-80\nmodels: [m]\n", /assay\.yaml:2: not valid YAML: /],
    ["a key twice", "suites: [assay-80]\nsuites: [mt-bench]\n", /assay\.yaml:2: not valid YAML: .*unique/],
    [
      "an adapter",
      "suites: [assay-80]\nmodels: [{ id: m, adapter: opnai }]\njudges: [j]\n",
      /"opnai"\n.*"openai"/,
    ],
    [
      "a file of answers",
      "suites: [assay-80]\nmodels: [{ id: m, adapter: replay, path: none.jsonl }]\njudges: [j]\n",
      /none\.jsonl: cannot be read/,
    ],
  ])("a config file with a mistake in %s", async (_, text, message) => {
    bench.write("assay.yaml", text);
    await expectRefusal(bench.assay("run"), message);
  });

  test.each<[string, string]>([
    ["a field of a model", "models:\n  - id: m\n    apiKey: SECRET\n"],
    ["the field for the variable's name", "models:\n  - id: m\n    apiKeyEnv: SECRET\n"],
    ["an option", "models:\n  - id: m\n    options: { headers: { Authorization: Bearer SECRET } }\n"],
    ["extra parameters", "models:\n  - id: m\n    parameters: { extra: { note: SECRET } }\n"],
  ])("a key in the config file is refused and never repeated: %s", async (_, text) => {
    const secret = "sk-proj-0123456789abcdefABCDEF";
    bench.write("assay.yaml", text.replace("SECRET", secret));
    for (const words of [
      ["run"],
      ["run", "--json"],
      ["run", "--verbose"],
      ["doctor"],
      ["doctor", "--json"],
    ]) {
      const { code, stdout, stderr } = await bench.assay(...words);
      expect(code).toBe(2);
      expect(stdout + stderr).toMatch(/assay\.yaml:3: models\[0\]/);
      expect(stdout + stderr).toMatch(/environment variable/);
      expect(stdout + stderr).not.toContain(secret);
    }
  });

  test("a key on the command line is refused and never repeated", async () => {
    const ended = await run("--suite", "suite.yaml", "--api-key-env", "sk-proj-0123456789abcdef");
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/--api-key-env/);
    expect(ended.stderr).not.toContain("0123456789");
  });

  test.each<[string, string, RegExp]>([
    ["ASSAY_LIMIT", "ten", /ASSAY_LIMIT="ten" is not a number\n.*unset ASSAY_LIMIT/],
    ["ASSAY_LIMIT", "0", /ASSAY_LIMIT: must be at least 1/],
    ["ASSAY_MODE", "singel", /ASSAY_MODE: cannot be "singel"\n.*Did you mean "single"\?/],
    ["ASSAY_CACHE", "maybe", /ASSAY_CACHE="maybe" is not true or false/],
  ])("variable %s=%s", (name, value, message) => {
    vi.stubEnv(name, value);
    return expectRefusal(run("--suite", "suite.yaml"), message);
  });

  test.each<[string, string, RegExp]>([
    ["q.jsonl", '{"id": "1", "turns": ["x"]}\n{"id": "2", "turns": ["y"]\n', /q\.jsonl:2: not valid JSON/],
    [
      "q.jsonl",
      '{"id": "1", "turns": ["x"]}\n\n{"id": "2", "turn": ["y"]}\n',
      /q\.jsonl:3: .*turn[\s\S]*"turns"/,
    ],
    ["q.yaml", "questions:\n  - { id: a, turns: [x] }\n  - { id: a, turns: [y] }\n", /q\.yaml:3: .*"a"/],
    ["q.yaml", "questions:\n  - id: a\n   turns: [x]\n", /q\.yaml:3: not valid YAML/],
    ["q.txt", "What is 2 + 2?\n", /q\.txt is of a kind that holds no questions/],
  ])("a suite file %s with %j", async (name, text, message) => {
    bench.write(name, text);
    await expectRefusal(run("--suite", name), message);
  });

  test("errors as JSON on stdout, with a code that scripts may match", async () => {
    const { code, document } = await bench.json("run", "--suite", "asay-80", "--model", "m", "--judge", "j");
    expect({ code, document }).toMatchObject({
      code: 2,
      document: {
        error: { name: "ConfigError", code: "unknown-suite", remedy: expect.stringContaining("assay-80") },
      },
    });
  });

  test("a model that the endpoint does not have: a failed record that says so, exit 3, nothing judged", async () => {
    const words = ["--base-url", server.baseUrl, "--model", "wrong-name", "--judge", "j", "--out", "out"];
    const { code, stderr } = await bench.assay("run", "--suite", "suite.yaml", ...words);
    expect(code).toBe(3);
    expect(stderr).toMatch(/model-not-found/);
    expect(stderr).toMatch(/missing: 1 answer and 1 verdict /);
    const record: unknown = JSON.parse(readFileSync("out/answers/wrong-name.jsonl", "utf8").trim());
    expect(record).toMatchObject({ status: "failed", error: { code: "model-not-found", retryable: false } });
    expect(server.counts.calls).toBe(1);
  });

  test("a module is not asked for a key that nobody named; one that was named and is not set is refused", async () => {
    bench.write("my-model.mjs", 'export default () => ({ generate: async () => ({ text: "fine" }) });\n');
    const words = ["--suite", "suite.yaml", "--out", "out"];
    bench.write("assay.yaml", "models:\n  - { id: mine, adapter: ./my-model.mjs }\n");
    const { code, stderr } = await bench.assay("answer", "assay.yaml", ...words);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining("API_KEY") });
    const named = ["--base-url", server.baseUrl, "--api-key-env", "NO_SUCH_KEY", "--model", "m"];
    const refused = await bench.assay("answer", ...words, ...named);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/NO_SUCH_KEY is not set/);
    expect(server.counts.calls).toBe(0);
  });

  test("a key that the endpoint refuses: the variable is named, the key nowhere", async () => {
    vi.stubEnv("MY_KEY", "a-wrong-secret-0123456789");
    server.configure({ faults: () => ({ kind: "unauthorized", echoKey: true }) });
    const words = ["--base-url", server.baseUrl, "--api-key-env", "MY_KEY", "--model", "m", "--judge", "j"];
    const { code, stdout, stderr } = await bench.assay(
      "run",
      "--suite",
      "suite.yaml",
      ...words,
      "--out",
      "out",
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(/unauthorized/);
    const records = readFileSync("out/answers/m.jsonl", "utf8");
    expect(stdout + stderr + records).not.toContain("a-wrong-secret");
  });
});

describe("which place counts", () => {
  const bench = useBench();
  beforeEach(() => {
    bench.write("suite.yaml", SUITE);
    bench.write(
      "assay.yaml",
      "suites: [suite.yaml]\nmodels: [from-file]\nbaseUrl: http://127.0.0.1:1/v1\njudges: [j]\ntrials: 2\nreport: { formats: [csv] }\n",
    );
  });

  async function planned(...words: string[]): Promise<{ model: string; calls: number }[]> {
    const { document } = await bench.json("run", "assay.yaml", "--dry-run", ...words);
    return (document as { stages: { model: string; calls: number }[] }).stages;
  }

  test("flag over variable over file", async () => {
    expect(await planned()).toMatchObject([{ model: "from-file", calls: 2 }, { model: "j" }]);
    vi.stubEnv("ASSAY_MODEL", "from-variable,second");
    vi.stubEnv("ASSAY_TRIALS", "3");
    expect((await planned()).slice(0, 2)).toMatchObject([
      { model: "from-variable", calls: 3 },
      { model: "second", calls: 3 },
    ]);
    expect(await planned("--model", "from-flag")).toMatchObject([
      { model: "from-flag", calls: 3 },
      { model: "j" },
    ]);
  });

  test("a run folder that is not named is called after suites and models", async () => {
    bench.write("my/tax.yaml", SUITE);
    const words = ["--suite", "./suite.yaml", "--suite", "my/tax.yaml", "--model", "org/m", "--json"];
    const { document } = await bench.json("doctor", "assay.yaml", "--dry-run", ...words);
    expect(JSON.stringify(document)).toContain("runs/suite-my_tax-org_m ");
  });

  test("a title from the command line leaves the formats of the file", async () => {
    const server = await startServer();
    const words = ["--base-url", server.baseUrl, "--title", "Mine", "--trials", "1", "--out", "out"];
    expect((await bench.assay("run", "assay.yaml", ...words)).code).toBe(0);
    await server.close();
    const manifest = JSON.parse(readFileSync("out/run.json", "utf8"));
    expect(manifest.config.report).toEqual({ formats: ["csv"], title: "Mine" });
  });
});
