import { afterAll, beforeAll, describe } from "vitest";
import { createAssayPairJudge, createAssaySingleJudge } from "../../judges/assay.js";
import { createConfiguredJudge } from "../../judges/configured-judge.js";
import { createMtBenchPairJudge, createMtBenchSingleJudge } from "../../judges/mt-bench.js";
import { loadJudge } from "../../judges/registry.js";
import { createRewardJudge } from "../../judges/reward.js";
import { CODE, describeJudgeContract, type IntendedVerdict, textReply } from "../contracts/judge-contract.js";
import { CHAT_PROMPT, type FixtureFolder, logprobReply, makeFixtures, QUESTION } from "./judge-fixtures.js";

let fixtures: FixtureFolder;
beforeAll(async () => {
  fixtures = await makeFixtures();
});
afterAll(() => fixtures.remove());

const TWO_TURNS = { id: "q", category: "general", turns: ["What is up?", "And now?"] };
const RATINGS: readonly IntendedVerdict[] = [{ rating: 1 }, { rating: 7.5 }, { rating: 10 }];
const CHOICES: readonly IntendedVerdict[] = [{ winner: "a" }, { winner: "b" }, { winner: "tie" }];
const WINNERS = CHOICES.slice(0, 2);

const rating = (verdict: IntendedVerdict) => ("rating" in verdict ? verdict.rating : 0);
const letter = (verdict: IntendedVerdict, letters: Readonly<Record<string, string>>) =>
  "winner" in verdict ? (letters[verdict.winner] ?? "") : "";

describeJudgeContract("mt-bench single", {
  make: () => createMtBenchSingleJudge(fixtures.context),
  question: TWO_TURNS,
  verdicts: RATINGS,
  reply: (verdict) => textReply(`Good enough. Rating: [[${rating(verdict)}]]`),
});

describeJudgeContract("mt-bench pair", {
  make: () => createMtBenchPairJudge(fixtures.context),
  question: TWO_TURNS,
  verdicts: CHOICES,
  reply: (verdict) => textReply(`So: [[${letter(verdict, { a: "A", b: "B", tie: "C" })}]]`),
});

describeJudgeContract("assay single", {
  make: () => createAssaySingleJudge(),
  question: TWO_TURNS,
  verdicts: RATINGS,
  reply: (verdict) => textReply(`It does.\n\nFINAL RATING [${CODE}]: ${rating(verdict)}\n`),
});

describeJudgeContract("assay single, structured", {
  make: () => createAssaySingleJudge({ structured: true }),
  question: TWO_TURNS,
  verdicts: RATINGS,
  reply: (verdict) =>
    textReply(JSON.stringify({ evidence: "It does.", code: CODE, rating: rating(verdict) })),
});

describeJudgeContract("assay pair", {
  make: () => createAssayPairJudge(),
  question: TWO_TURNS,
  verdicts: CHOICES,
  reply: (verdict) =>
    textReply(`Well.\nFINAL VERDICT [${CODE}]: ${letter(verdict, { a: "A", b: "B", tie: "TIE" })}`),
});

describeJudgeContract("assay pair, structured", {
  make: () => createAssayPairJudge({ structured: true }),
  question: TWO_TURNS,
  verdicts: CHOICES,
  reply: (verdict) =>
    textReply(
      JSON.stringify({ evidence: "", code: CODE, verdict: letter(verdict, { a: "A", b: "B", tie: "TIE" }) }),
    ),
});

describeJudgeContract("alpaca_eval_gpt4", {
  make: () => loadJudge("alpaca_eval_gpt4", { mode: "pairwise-baseline" }, fixtures.context),
  question: QUESTION,
  verdicts: WINNERS,
  reply: (verdict) => {
    const [first, second] = letter(verdict, { a: "12", b: "21" });
    return textReply(`[{'model': 'model_1', 'rank': ${first}}, {'model': 'model_2', 'rank': ${second}}]`);
  },
});

describeJudgeContract("weighted_alpaca_eval_gpt4_turbo", {
  make: () => loadJudge("weighted_alpaca_eval_gpt4_turbo", { mode: "pairwise-all" }, fixtures.context),
  question: QUESTION,
  verdicts: CHOICES,
  reply: (verdict) =>
    logprobReply(
      "winner" in verdict && verdict.winner !== "tie"
        ? { [verdict.winner === "a" ? "m" : "M"]: 0 }
        : { m: -0.7, M: -0.7 },
    ),
});

describeJudgeContract("weighted_alpaca_eval_gpt4.1, sampled", {
  make: () =>
    loadJudge("weighted_alpaca_eval_gpt4.1", { mode: "pairwise-baseline", samples: 4 }, fixtures.context),
  question: QUESTION,
  verdicts: WINNERS,
  reply: (verdict) => textReply(letter(verdict, { a: "m", b: "M" })),
});

describe.each(["arena-hard", "arena-hard-v0.1"])("%s", (name) => {
  describeJudgeContract(name, {
    make: () => loadJudge(name, { mode: "pairwise-baseline" }, fixtures.context),
    question: QUESTION,
    verdicts: CHOICES,
    reply: (verdict) => textReply(`So: [[${letter(verdict, { a: "A>B", b: "B>A", tie: "A=B" })}]]`),
  });
});

describeJudgeContract("a definition with brackets", {
  make: () =>
    createConfiguredJudge({
      name: "brackets",
      prompt: CHAT_PROMPT,
      file: "brackets.yaml",
      parameters: { temperature: 0 },
      parser: { kind: "brackets", first: "A", second: "B", tie: "C" },
      orders: "both",
      seed: "0",
    }),
  question: QUESTION,
  verdicts: CHOICES,
  reply: (verdict) => textReply(`[[${letter(verdict, { a: "A", b: "B", tie: "C" })}]]`),
});

describeJudgeContract("a definition with a tool call", {
  make: () =>
    createConfiguredJudge({
      name: "tool",
      prompt: CHAT_PROMPT,
      file: "tool.yaml",
      parameters: { tools: [{ name: "rank", parameters: {} }], toolChoice: "rank" },
      parser: { kind: "tool-ranking", field: "ordered_models", first: "m", second: "M" },
      orders: "both",
      seed: "0",
    }),
  question: QUESTION,
  verdicts: WINNERS,
  reply: (verdict) => {
    const ranks = "winner" in verdict && verdict.winner === "a" ? { m: 1, M: 2 } : { m: 2, M: 1 };
    const models = Object.entries(ranks).map(([model, rank]) => ({ model, rank }));
    return {
      text: "",
      finishReason: "tool-calls",
      toolCalls: [{ name: "rank", arguments: JSON.stringify({ ordered_models: models }) }],
    };
  },
});

const rewardsOf = (verdict: IntendedVerdict): readonly [number, number] =>
  "winner" in verdict && verdict.winner !== "tie" ? (verdict.winner === "a" ? [2.5, -1] : [-1, 2.5]) : [3, 3];

describeJudgeContract("reward", {
  make: () => createRewardJudge({ kind: "reward" }),
  question: TWO_TURNS,
  verdicts: CHOICES,
  reply: (verdict) => textReply(JSON.stringify(rewardsOf(verdict))),
  besides: (verdict) => ({ rewards: rewardsOf(verdict) }),
});
