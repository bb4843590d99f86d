import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../../server/server.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

describe("answers that another tool wrote, judged by a judge of one's own", () => {
  const bench = useBench();
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer({ models: ["j"] });
    await makeRecordedRun(bench, "run");
    await bench.assay("export", "run", "--format", "fastchat", "--out", "files");
  });
  afterEach(() => server.close());

  const judge = (run: string, ...words: string[]) =>
    bench.assay(
      "judge",
      run,
      "--judge",
      "j",
      "--judge-base-url",
      server.baseUrl,
      "--judge-protocol",
      "assay",
      ...words,
    );

  test("get a verdict each, once, and are not asked for again", async () => {
    await bench.assay("import", "--format", "fastchat", "files", "--out", "back");
    expect(await judge("back")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("judgments 96/96"),
    });
    expect(server.counts.calls).toBe(96);
    expect((await judge("back")).code).toBe(0);
    expect(server.counts.calls).toBe(96);
    const { boards } = JSON.parse(readFileSync("back/scores.json", "utf8"));
    const own = boards.find((board: { judge: string }) => board.judge === "j");
    expect(own.models.map((row: { n: number; missing: number }) => [row.n, row.missing])).toEqual([
      [48, 0],
      [48, 0],
    ]);
  });

  test("write the events of their judging into a log file", async () => {
    await bench.assay("import", "--format", "fastchat", "files", "--out", "back");
    expect((await judge("back", "--log-file", "events.jsonl")).code).toBe(0);
    const events = readFileSync("events.jsonl", "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.filter(({ type }) => type === "judgment")).toHaveLength(96);
  });

  test("are refused without their questions, before a call", async () => {
    cpSync("files/quickstart/model_answer", "alone/model_answer", { recursive: true });
    await bench.assay("import", "--format", "fastchat", "alone/model_answer", "--out", "bare");
    const { code, stderr } = await judge("bare");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /bare does not hold the questions of suite \S+, only their ids\n.*question\.jsonl/,
    );
    expect(server.counts.calls).toBe(0);
    expect(existsSync("bare/judgments") ? readdirSync("bare/judgments") : []).toEqual([]);
  });
});
