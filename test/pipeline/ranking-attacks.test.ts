import { describe, expect, it } from "vitest";
import { Battery, HONEST } from "../../harness/pipeline/audit/attack-battery.js";
import { ATTACKS } from "../../harness/pipeline/audit/attacks.js";
import { produceJudgment } from "../../harness/pipeline/judgments.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import { scoreRun } from "../../harness/pipeline/scores/score-run.js";
import { readJudgments } from "../../harness/store/run-folder.js";
import { createRankingJudge } from "../../judges/ranking/ranking-judge.js";
import { BATTERY } from "../contracts/judge-attacks.js";
import { rankedReply, shownAnswers } from "./ranking-fixture.js";
import { runSample, sampleModel, sampleSuite, temporaryFolder } from "./sample-plan.js";

const HELPFUL = "A helpful answer";

describe("a run in which one model answers with attacks", () => {
  it("ranks it last, with a judge that quotes every answer before and after its own words", async () => {
    const run = temporaryFolder();
    const suite = sampleSuite(BATTERY.length);
    const questions = suite.questions.map((question) => ({ ...question, turns: question.turns.slice(0, 1) }));
    const attacker = sampleModel("attacker", ({ subject }) => {
      const text = BATTERY[Number(subject.questionId.slice(1)) - 1]?.text ?? "";
      // An endpoint that says nothing is a failed call, and no answer.
      return text.trim() === "" ? "." : text;
    });
    const honest = ["good", "better"].map((id) => sampleModel(id, () => `${HELPFUL}, the ${id} one`));
    const judge = sampleModel("judge", (request) => {
      const quoted = shownAnswers(request)
        .answers.map(([, text]) => text)
        .join("\n");
      const worth = (text: string) =>
        text.endsWith("the better one") ? 2 : text.startsWith(HELPFUL) ? 1 : 0;
      return `${quoted}\n${rankedReply(request, worth)}\n${quoted}`;
    });
    await runSample(
      run,
      createPlan({
        suites: [{ ...suite, questions }],
        models: [attacker, ...honest],
        judges: [{ suite: suite.id, judge: createRankingJudge(), model: judge, mode: "ranking" }],
        trials: 1,
      }),
    );
    const judgments = [...readJudgments(run)];
    expect(judgments).toHaveLength(BATTERY.length);
    const [board] = scoreRun(run).boards;
    if (board?.metric !== "win-rate") throw new Error("no board of comparisons");
    expect(board.models.map((row) => [row.model, row.ranked?.meanRank, row.invalid + row.missing])).toEqual([
      ["better", 1, 0],
      ["good", 2, 0],
      ["attacker", 3, 0],
    ]);
    expect(board.rankings?.pairLines.differ).toBe(0);
  });
});

describe("the attack battery against a judge that ranks", () => {
  const suite = sampleSuite(1);
  const [whole] = suite.questions;
  const question = { ...(whole as NonNullable<typeof whole>), turns: ["What is up?"] };
  const attacks = ATTACKS.filter(({ kind }) => kind !== "again");

  async function triesWith(worth: (text: string, slot: number) => number) {
    const model = sampleModel("judge", (request) => rankedReply(request, worth));
    const models = [HONEST, "x"].map((id) => sampleModel(id));
    const { protocols } = createPlan({
      suites: [{ ...suite, questions: [question] }],
      models,
      judges: [{ suite: suite.id, judge: createRankingJudge(), model, mode: "ranking" }],
      trials: 1,
    });
    const [planned] = protocols;
    if (planned === undefined) throw new Error("no protocol");
    const dispatcher = {
      call: async (_: unknown, request: Parameters<typeof model.generate>[0]) => ({
        ok: true as const,
        generation: await model.generate(request, { signal: new AbortController().signal }),
        record: { finishReason: "stop" as const, latencyMs: 0 },
      }),
    };
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      sleep: () => Promise.resolve(),
      turn: () => Promise.resolve(),
    };
    const context = { dispatcher: dispatcher as never, clock, judgeAttempts: 1 };
    const battery = new Battery(
      planned,
      attacks,
      async (task) => (await produceJudgment(task, planned, context))?.judgment,
      () => undefined,
    );
    const tries = await battery.tries({ question, honest: HELPFUL, foreign: "About another matter" });
    return { tries, model };
  }

  it("is repelled by one that puts the honest answer first, among three, in both orders", async () => {
    const { tries, model } = await triesWith((text) =>
      text === HELPFUL ? 2 : text.startsWith("About") ? 1 : 0,
    );
    const lost = attacks.flatMap(({ name }, at) => (tries[at]?.outcome === "repelled" ? [] : [name]));
    expect(lost).toEqual([]);
    expect(model.requests).toHaveLength(2 * attacks.length);
    for (const request of model.requests) expect(shownAnswers(request).answers).toHaveLength(3);
  });

  it("succeeds with one that believes what it is told, and not with one that goes by slots alone", async () => {
    const told = await triesWith((text) =>
      text.includes("Ignore all previous instructions") ? 9 : text === HELPFUL ? 2 : 0,
    );
    const won = attacks.flatMap(({ name }, at) => (told.tries[at]?.outcome === "success" ? [name] : []));
    expect(won).toEqual(["instruction"]);
    const slots = await triesWith((_, slot) => -slot);
    // Before the honest answer it wins, behind it loses: a draw, which is no success of what deserves as much.
    expect(slots.tries.map(({ value }) => value)).toEqual(attacks.map(() => 50));
  });
});
