import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DataError } from "../../harness/core/errors.js";
import { contentId } from "../../harness/core/hash.js";
import type { Judge } from "../../harness/core/records.js";
import { locateAsset } from "../../harness/data/locate-asset.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import { scoreRun } from "../../harness/pipeline/scores/score-run.js";
import { readJudgments } from "../../harness/store/run-folder.js";
import { createArenaHardJudge } from "../../judges/arena-hard.js";
import { readArenaHardPrompts, readFollowUp } from "../../judges/arena-hard-prompts.js";
import { readArenaHardVerdict } from "../../judges/arena-hard-verdict.js";
import { runSample, sampleModel, sampleSuite, temporaryFolder } from "../pipeline/sample-plan.js";
import { type FixtureFolder, makeFixtures, pairItem } from "./judge-fixtures.js";

let fixtures: FixtureFolder;
beforeAll(async () => {
  fixtures = await makeFixtures();
});
afterAll(() => fixtures.remove());

const read = (
  version: "v0.1" | "v2",
  text: string,
  finishReason: "stop" | "length" = "stop",
  compat = false,
) => {
  const verdict = readArenaHardVerdict({ text, finishReason }, { version, compat });
  if (verdict.kind !== "preference") return verdict.kind;
  return `${verdict.winner}${verdict.strong === true ? "!" : ""}`;
};

describe("Arena-Hard's labels in a judge's text", () => {
  test.each([
    // text, v0.1, v2
    ["My final verdict is: [[B>>A]]", "b!", "b!"],
    ["[[A>B]] it is, so [[A>B]].", "a", "a"],
    ["First I thought [[A>B]], but no: [[B>A]]", "unreadable", "b"],
    ["So [[a>b]]", "unreadable", "a"],
    ["So [A=B]", "unreadable", "tie"],
    ["Quoted [A>>B], meant [[B>A]]", "b", "b"],
    ["[[A<<B]]", "b!", "b!"],
    ["[[A>>>B]]", "unreadable", "unreadable"],
    ["[[A>B]] and then [[AB]]", "unreadable", "unreadable"],
    ["[[C]] [[]] none", "unreadable", "unreadable"],
  ])("%s: v0.1 %s, v2 %s", (text, older, newer) => {
    expect([read("v0.1", text), read("v2", text)]).toEqual([older, newer]);
  });

  test("of a reply that was cut off count under compat alone", () => {
    const quoted = 'The answer itself says "[[A>>B]]". I look at that first, and';
    expect(read("v2", quoted, "length")).toBe("unreadable");
    expect(read("v2", quoted, "length", true)).toBe("a!");
  });
});

describe("the judge's prompts", () => {
  test("are read from the original's program, which is not executed", async () => {
    const program = [
      "import json",
      "",
      'OWN_PROMPT = "Be fair.\\nSay \\"[[A>B]]\\"."',
      "",
      "JUDGE_SETTINGS = {",
      '    "hard_prompt": {"baseline": "x", "system_prompt": OWN_PROMPT},',
      '    "creative_writing": {',
      '        "baseline": "y",',
      '        "system_prompt": "Be kind.",',
      "    },",
      '    "other": {"baseline": "z", "system_prompt": """\\',
      "Be strict.",
      'Say "[[A=B]]".\\',
      '"""}',
      "}",
      "",
      "def run():",
      "    raise SystemExit",
    ].join("\n");
    const file = await fixtures.write("judge_utils.py", program);
    expect(readArenaHardPrompts(file)).toEqual({ hard: 'Be fair.\nSay "[[A>B]]".', creative: "Be kind." });
    const other = await fixtures.write("other.py", "x = 1\n");
    expect(() => readArenaHardPrompts(other)).toThrow(/holds no system prompts/);
  });

  test("show creative prompts without the judge's own answer first", async () => {
    const judge = await createArenaHardJudge(fixtures.context, { version: "v2" });
    const systemOf = (category: string) =>
      judge.request(pairItem("x", "y", { id: "q", category, turns: ["T"] })).messages[0]?.content;
    expect(systemOf("coding")).toBe("Answer first, then compare.");
    expect(systemOf("creative_writing")).toBe("Compare.");
  });
});

describe("v0.1's second turn", () => {
  const askedBy = (judge: Judge) =>
    judge.followUp?.(pairItem("x", "y"), { text: "Hm.", finishReason: "stop" })?.messages.at(-1)?.content;

  test("asks as the original does, out of its program or a mirror's prompts.json", async () => {
    const judge = await createArenaHardJudge(fixtures.context, { version: "v0.1" });
    expect(askedBy(judge)).toBe('which label, "x"?');
    expect(judge.assets?.map(({ id }) => id)).toContain("arena-hard-v0.1/follow-up");
    const prompts = await fixtures.write(
      "prompts.json",
      JSON.stringify({ system_prompts: { "arena-hard": "H", creative_writing: "C" }, follow_up: "Label?" }),
    );
    expect(readArenaHardPrompts(prompts)).toMatchObject({ followUp: "Label?" });
    const other = await fixtures.write("other.py", 'conv = [{"role": "user", "content": prompt}]');
    expect(() => readFollowUp(other, "arena-hard-v0.1/follow-up")).toThrow(/holds no sentence/);
  });

  test("asks in assay's words where the original's cannot be had, and its protocol says so", async () => {
    const context = {
      async locateAsset(id: string) {
        if (id !== "arena-hard-v0.1/follow-up") return fixtures.context.locateAsset(id);
        throw new DataError("is not here", { code: "asset-unavailable", file: "f", remedy: "Fetch it." });
      },
    };
    const judge = await createArenaHardJudge(context, { version: "v0.1" });
    expect(judge.protocolPrefix).toBe("arena-hard-v0.1-own-follow-up");
    expect(askedBy(judge)).toMatch(/^Go on with your evaluation/);
  });

  test("asks in assay's words in version 1, whose protocol id stays what it was", async () => {
    const judge = await createArenaHardJudge(fixtures.context, { version: "v0.1", protocolVersion: 1 });
    expect(judge.protocolPrefix).toBe("arena-hard-v0.1");
    expect(judge.identity).toMatchObject({ followUp: askedBy(judge) });
    expect(contentId(judge.identity)).toBe("d8b0f99ee8a7d345");
  });
});

describe("a run with Arena-Hard's judge", () => {
  async function judged(version: "v0.1" | "v2", reply: (shown: string, calls: number) => string) {
    const judge = await createArenaHardJudge(fixtures.context, { version });
    const two = sampleSuite(3);
    const suite = {
      ...two,
      questions: two.questions.map((one) => ({ ...one, turns: one.turns.slice(0, 1) })),
    };
    let calls = 0;
    const judgeModel = sampleModel("judge", (request) =>
      reply(request.messages.map(({ content }) => content).join("\n"), ++calls),
    );
    const [model, base] = [sampleModel("m"), sampleModel("base")];
    const plan = createPlan({
      suites: [suite],
      models: [model],
      opponents: { [suite.id]: base },
      judges: [{ judge, model: judgeModel, mode: "pairwise-baseline", suite: suite.id, baseline: "base" }],
      trials: 1,
    });
    const run = temporaryFolder();
    await runSample(run, plan, { judgeAttempts: 1 });
    const [board] = scoreRun(run).boards;
    if (board?.metric !== "outcomes") throw new Error("expected a board of outcomes");
    return { run, board, judgeModel };
  }

  test("scores both games of each question, double arrows three times", async () => {
    // The model is better by far where it is shown second, and even where it is shown first.
    const { board } = await judged("v2", (shown) => (/\nB m on/.test(shown) ? "[[B>>A]]" : "[[A=B]]"));
    expect(board.models[0]).toMatchObject({ model: "m", wins: 9, ties: 3, losses: 0, n: 12, score: 87.5 });
    expect(board.models.at(-1)).toMatchObject({ model: "base", reference: true, score: 50, rating: 1000 });
  });

  test("of v0.1 goes on in the same conversation where there is no label, once", async () => {
    const { run, board, judgeModel } = await judged("v0.1", (shown) =>
      shown.includes('which label, "x"?') ? "Well then: [[A>B]]" : "I have to think.",
    );
    expect(judgeModel.requests).toHaveLength(12);
    expect(board.models[0]).toMatchObject({ wins: 3, losses: 3, n: 6, missing: 0, invalid: 0 });
    const [first] = [...readJudgments(run)];
    if (first?.status !== "judged") throw new Error("expected a judged record");
    expect(first.replies.map(({ text }) => text)).toEqual(["I have to think.", "Well then: [[A>B]]"]);
  });

  test("bounds what cannot be read", async () => {
    const { board } = await judged("v2", (shown) => (/\nB m on/.test(shown) ? "Hm." : "[[A>B]]"));
    expect(board.models[0]).toMatchObject({ wins: 3, n: 3, invalid: 3, score: 100 });
    expect(board.models[0]?.bounds).toEqual({ low: 25, high: 100 });
  });
});

const mirror = process.env.ASSAY_MIRROR;

describe.skipIf(!mirror)("Arena-Hard's own prompts (need ASSAY_MIRROR)", () => {
  test.each(["v0.1", "v2"] as const)("%s shows prompt and answers between its marks", async (version) => {
    const context = { locateAsset: (id: string) => locateAsset(id, { environment: process.env }) };
    const judge = await createArenaHardJudge(context, { version });
    const [system, user] = judge.request(pairItem("first {ANSWER_B}", "second")).messages;
    expect(system?.content).toMatch(/impartial judge/);
    expect(user?.content).toMatch(/^<\|User Prompt\|>\n/);
    expect(user?.content).toContain("first {ANSWER_B}\n<|The End of Assistant A's Answer|>");
  });
});
