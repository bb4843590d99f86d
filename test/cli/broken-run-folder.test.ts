import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { useBench } from "./command-runner.js";
import { makeRecordedRun } from "./recorded-run.js";

const READERS = [
  ["score", "run"],
  ["report", "run"],
  ["compare", "run#sample-small", "run#sample-large"],
  ["export", "run", "--format", "fastchat", "--out", "exported"],
  ["audit", "run"],
  ["merge", "run", "--out", "merged"],
  ["run", "recorded.json", "--out", "run"],
] as const;

describe("a run folder that is damaged is refused by every reader with file, line and remedy", () => {
  const bench = useBench();
  beforeEach(() => makeRecordedRun(bench, "run"));

  async function expectRefusals(message: RegExp, readers: readonly (readonly string[])[]): Promise<void> {
    for (const words of readers) {
      const { code, stdout, stderr } = await bench.assay(...words);
      expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: "" });
      expect(stderr).toMatch(message);
    }
  }

  test.each<[string, string, RegExp]>([
    [
      "answers/sample-small.jsonl",
      '{"taskId":"x"}',
      /sample-small\.jsonl:25: is not an? \w+ of a run\n.*line/,
    ],
    ["answers/sample-small.jsonl", "null", /sample-small\.jsonl:25: is not an? \w+ of a run\n.*line/],
    ["answers/sample-small.jsonl", '{"taskId": "x', /sample-small\.jsonl:25: not valid JSON .*\n.*line/],
  ])("in %s: %s", async (file, line, message) => {
    // A line behind it, so that it is not the torn end of a crash.
    appendFileSync(`run/${file}`, `${line}\n{}\n`);
    await expectRefusals(message, READERS);
  });

  test("in a judgment without its answers", async () => {
    const file = "run/judgments/assay-single@sample-judge~61b057/sample-small.jsonl";
    const [first = ""] = readFileSync(file, "utf8").split("\n");
    appendFileSync(file, `${JSON.stringify({ ...JSON.parse(first), answers: undefined })}\n`);
    await expectRefusals(/sample-small\.jsonl:49: is not a \w+ of a run\n/, READERS);
  });

  test("in its manifest, which is written again when it is deleted as the message says", async () => {
    const before = JSON.parse(readFileSync("run/scores.json", "utf8"));
    for (const text of ["garbage", '{"schema":"assay.run/1"}']) {
      writeFileSync("run/run.json", text);
      await expectRefusals(/run\.json: (not valid JSON|lacks parts).*\n.*delete it: `assay run`/, READERS);
    }
    rmSync("run/run.json");
    expect(await bench.assay("run", "recorded.json", "--out", "run", "--quiet")).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync("run/scores.json", "utf8"))).toEqual(before);
  });

  test("in the snapshot of a suite, or without it: no empty board", async () => {
    cpSync("run/suites", "kept", { recursive: true });
    writeFileSync("run/suites/quickstart.json", "{}");
    await expectRefusals(/quickstart\.json: is not the snapshot of a suite\n.*assay run/, READERS);
    rmSync("run/suites", { recursive: true });
    await expectRefusals(/quickstart\.json: is missing\n.*assay run/, READERS.slice(0, 3));
    const again = await bench.assay("run", "recorded.json", "--out", "run", "--quiet");
    expect(again).toMatchObject({ code: 0 });
    expect(readFileSync("run/suites/quickstart.json", "utf8")).toBe(
      readFileSync("kept/quickstart.json", "utf8"),
    );
  });
});

describe("comparing what was never judged", () => {
  const bench = useBench();

  test("is incomplete, not undecided: exit 3, whatever the policy", async () => {
    await makeRecordedRun(bench, "good");
    cpSync("good", "unjudged", { recursive: true });
    rmSync("unjudged/judgments", { recursive: true });
    for (const policy of ["pass", "fail", "exit-4"]) {
      const words = ["compare", "good#sample-small", "unjudged#sample-small", "--inconclusive", policy];
      expect((await bench.assay(...words)).code).toBe(3);
    }
  });
});

describe("the end of a run", () => {
  const bench = useBench();

  test("says how many files of the report it does not name", async () => {
    await makeRecordedRun(bench, "out");
    const { stdout } = await bench.assay("run", "recorded.json", "--out", "out", "--format", "csv");
    const named = stdout.split("\n").filter((line) => line.startsWith("  out/report/"));
    expect(named).toHaveLength(6);
    expect(stdout).toMatch(/ {2}and \d+ more in out\/report\n/);
  });
});
