import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Board } from "../../../harness/core/board.js";
import { sha256 } from "../../../harness/core/hash.js";
import { exportRunToFastChat } from "../../../harness/interop/fastchat/export-run.js";
import { importRunFromFastChat } from "../../../harness/interop/fastchat/import-run.js";
import { createPlan } from "../../../harness/pipeline/plan.js";
import { scoreRun } from "../../../harness/pipeline/scores/score-run.js";
import {
  runSample,
  sampleJudge,
  sampleModel,
  sampleSuite,
  temporaryFolder,
} from "../../pipeline/sample-plan.js";

const suite = sampleSuite(4);

/** A run in which one judge model grades by two protocols. */
async function doublyJudged(): Promise<string> {
  const run = temporaryFolder();
  const judgeModel = sampleModel("gpt", ({ messages }) => {
    return `=${1 + (Number.parseInt(sha256(messages[0]?.content ?? "").slice(0, 6), 16) % 10)}`;
  });
  const strict = {
    ...sampleJudge,
    protocolPrefix: "strict-single",
    identity: { prompt: "rate it strictly" },
    request: () => ({ messages: [{ role: "user" as const, content: "strictly" }], parameters: {} }),
  };
  const judges = [sampleJudge, strict].map((judge) => ({
    suite: suite.id,
    judge,
    model: judgeModel,
    mode: "single" as const,
  }));
  const models = ["x", "y"].map((id) => sampleModel(id));
  await runSample(run, createPlan({ suites: [suite], models, judges, trials: 1 }));
  return run;
}

function scoresOf(boards: readonly Board[]): unknown[] {
  return boards.map((board) => [
    board.protocol.split("@")[0],
    board.metric === "rating" ? board.models.map((row) => [row.model, row.score, row.n, row.missing]) : [],
  ]);
}

describe("a run through FastChat's files and back", () => {
  test("keeps the protocols of one judge model apart, and under their names", async () => {
    const run = await doublyJudged();
    const out = temporaryFolder();
    const { files, warnings } = await exportRunToFastChat(run, out);
    expect(warnings).toEqual([]);
    const names = files
      .filter((file) => file.endsWith("_single.jsonl"))
      .map((file) => file.split("/").at(-1));
    expect(names).toEqual(["gpt_single.jsonl", expect.stringMatching(/^strict-single.*_single\.jsonl$/)]);
    const back = join(temporaryFolder(), "back");
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      sleep: () => Promise.resolve(),
      turn: () => Promise.resolve(),
    };
    await importRunFromFastChat([out], back, { clock });
    const [before, after] = [run, back].map((folder) => scoresOf(scoreRun(folder).boards));
    expect(after).toEqual(expect.arrayContaining(before ?? []));
    expect(after).toHaveLength(2);
  });
});
