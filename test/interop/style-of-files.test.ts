import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Board } from "../../harness/core/board.js";
import type { TokenCounter } from "../../harness/core/token-counter.js";
import { readFileVerdicts } from "../../harness/interop/score-files.js";
import { AnswerTracer } from "../../harness/pipeline/audit/audit-input.js";
import { stylesOfTraces } from "../../harness/pipeline/scores/board-styles.js";
import { scoresOf } from "../../harness/pipeline/scores/verdicts.js";
import { controlStyle } from "../../harness/stats/contextual/style-control.js";
import { STYLE_CONTROL_V01 } from "../../harness/stats/contextual/style-options.js";
import { answerOf } from "../pipeline/audit/audit-fixtures.js";
import { BASELINE as KO_BASELINE, readBattles, readSelfBattles } from "../stats/contextual/arena-hard-ko.js";

const folder = mkdtempSync(join(tmpdir(), "assay-style-"));
const words: TokenCounter = { name: "words", count: (text) => text.split(" ").length };
const QUESTIONS = 48;

/** Answers of `long` have two to four times the words of `short`'s, in every second question a list, too. */
const answerTo = (model: string, question: number) => {
  const size = model === "long" ? 20 * (2 + (question % 3)) : 20;
  const items = question % 2 === 0 ? "\n- one\n- two" : "";
  return `${model} ${"word ".repeat(size)}${model === "long" ? items : ""}`;
};
/** `long` wins three of four, and most where it is longest. */
const longWins = (question: number) => question % 3 === 2 || question % 8 < 5;

function put(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}
const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const questions = Array.from({ length: QUESTIONS }, (_, index) => index);

async function boardOf(file: string, more: { readonly baseline?: string } = {}): Promise<Board> {
  const finder = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };
  const options = { compat: false, seed: 1, finder, lengthControl: false, tokens: words, ...more };
  const [board] = scoresOf(await readFileVerdicts([file], options)).boards;
  if (board === undefined) throw new Error("there is no board");
  return board;
}

/** What a board says of `long`, and its own figure. */
function longRow(board: Board, figure: string) {
  const row = board.models.find(({ model }) => model === "long");
  const raw = Object.entries(row ?? {}).find(([key]) => key === figure)?.[1];
  return { styled: row?.styleControlled, raw: Number(raw) };
}

/** Style control starts from the board's own figure and takes off what length was paid. */
function expectControlled(board: Board, figure: string): void {
  const { styled, raw } = longRow(board, figure);
  expect(board.style).toMatchObject({ form: "densities", reference: null, questions: QUESTIONS });
  expect(board.style?.kktResidual).toBeLessThan(1e-9);
  expect(board.style?.features.map(({ feature }) => feature)).toEqual(["length", "headers", "lists", "bold"]);
  expect(styled?.raw).toBeCloseTo(raw, 9);
  expect(styled?.moved).toBeCloseTo((styled?.score ?? 0) - raw, 9);
  expect(styled?.score).not.toBeCloseTo(raw, 1);
  // Nobody used headers or bold.
  expect(styled?.features).toMatchObject({ headers: 0, bold: 0 });
  expect(styled?.interval?.method).toContain("sandwich over 48 questions");
}

describe("style control of files' boards", () => {
  test("takes FastChat's pairs by the answers that its prompts show", async () => {
    const prompt = (question: number, first: string, second: string) =>
      [
        `[User Question]\nquestion ${question}\n`,
        `[The Start of Assistant A's Answer]\n${answerTo(first, question)}\n[The End of Assistant A's Answer]\n`,
        `[The Start of Assistant B's Answer]\n${answerTo(second, question)}\n[The End of Assistant B's Answer]`,
      ].join("\n");
    const rows = questions.map((question) => ({
      question_id: 81 + question,
      model_1: "long",
      model_2: "short",
      g1_winner: longWins(question) ? "model_1" : "model_2",
      g2_winner: longWins(question) ? "model_1" : "model_2",
      judge: ["gpt-4", "pair-v2"],
      g1_user_prompt: prompt(question, "long", "short"),
      g1_judgment: "",
      g2_user_prompt: prompt(question, "short", "long"),
      g2_judgment: "",
      turn: 1,
      tstamp: 1,
    }));
    const board = await boardOf(put("pair.jsonl", lines(rows)));
    expect(board.style?.tokens).toBe("words");
    expectControlled(board, "winRateAdjusted");
    // What is taken off is all that length was paid: the mean is that of equal style.
    expect(board.style?.features.map(({ mean }) => mean)).toEqual([0, 0, 0, 0]);
    expect(board.style?.centred).toBe(false);
  });

  test("takes AlpacaEval's annotations by their outputs", async () => {
    const rows = questions.map((question) => ({
      instruction: `instruction ${question}`,
      output_1: answerTo("short", question),
      generator_1: "short",
      output_2: answerTo("long", question),
      generator_2: "long",
      annotator: "judge",
      preference: longWins(question) ? 1.9 : 1.2,
    }));
    const board = await boardOf(put("annotations.json", JSON.stringify(rows)));
    expectControlled(board, "winRate");
    expect(board.style?.n).toBe(QUESTIONS);
  });

  const game = (score: string) => ({ score, judgment: { answer: "" }, prompt: [] });
  const judgments = questions.map((question) => ({
    uid: `q${question}`,
    category: "hard_prompt",
    judge: "j",
    model: "long",
    baseline: "short",
    games: [game(longWins(question) ? "B>>A" : "A>B"), game(longWins(question) ? "A>B" : "A=B")],
  }));

  test("takes Arena-Hard's judgments by the answers of their bench, a file's own counts first", async () => {
    const answers = (model: string, isCounted: boolean) =>
      lines(
        questions.map((question) => ({
          uid: `q${question}`,
          ans_id: `a${question}`,
          model,
          messages: [
            { role: "user", content: "?" },
            { role: "assistant", content: { answer: answerTo(model, question) } },
          ],
          tstamp: 1,
          ...(isCounted ? { metadata: { token_len: 22, header_count: { h1: 0 } } } : {}),
        })),
      );
    put("bench/model_answer/long.jsonl", answers("long", false));
    put("bench/model_answer/short.jsonl", answers("short", true));
    const board = await boardOf(put("bench/model_judgment/j/long.jsonl", lines(judgments)));
    expect(board.style?.tokens).toBe("as the files count them; where they do not, words");
    expectControlled(board, "score");
    expect(board.style?.n).toBe(longRow(board, "n").raw);
    expect(board.style?.centred).toBe(true);
    const renamed = await boardOf(`ckpt=${join(folder, "bench/model_judgment/j/long.jsonl")}`);
    const shown = renamed.models.find(({ model }) => model === "ckpt");
    expect(shown?.styleControlled?.score).toBeCloseTo(longRow(board, "score").styled?.score ?? 0, 12);
  });

  test("takes the table of counts that lies beside them, and refuses a broken one", async () => {
    const table = (cell: string) =>
      `question_id,model,token_len,headers,lists,bold\n${questions
        .map((q) => `q${q},long,${cell === "" ? 40 + (q % 3) * 20 : cell},0,${q % 2},0\nq${q},short,20,0,0,0`)
        .join("\n")}\n`;
    const file = put("table/long.jsonl", lines(judgments));
    put("table/style.csv", table(""));
    const board = await boardOf(file);
    expect(board.style?.tokens).toBe("as the files count them");
    expectControlled(board, "score");
    put("table/style.csv", table("many"));
    await expect(boardOf(file)).rejects.toThrow('column "token_len" has "many"');
  });

  test("says nothing where the answers are not at hand", async () => {
    const board = await boardOf(put("alone/long.jsonl", lines(judgments)));
    expect(board.style).toBeUndefined();
    expect(longRow(board, "score").styled).toBeUndefined();
  });
});

const mirror = process.env.ASSAY_MIRROR ?? "";

describe.skipIf(mirror === "")("style control of Arena-Hard v0.1 as written (needs ASSAY_MIRROR)", () => {
  test("is penalised, and the baseline's battles against itself are part of it", async () => {
    const folderOf = join(mirror, "arena_hard/ko");
    const models = ["o3-high", "gemma-3-27b-it", "gpt-4o-mini"];
    const file = (model: string) => join(folderOf, "judgments", `${model}.jsonl`);
    const finder = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };
    const options = { compat: true, seed: 1, finder, tokens: words, baseline: KO_BASELINE };
    const verdicts = await readFileVerdicts([...models, KO_BASELINE].map(file), options);
    const [board] = scoresOf(verdicts).boards;
    const selfBattles = readSelfBattles(folderOf);
    const expected = controlStyle(readBattles(folderOf, models), {
      ...STYLE_CONTROL_V01,
      baseline: KO_BASELINE,
      selfBattles,
    });
    expect(selfBattles.length).toBeGreaterThan(900);
    expect(board?.style).toMatchObject({ form: "counts", n: expected.rows });
    expect(board?.style?.kktResidual).toBeLessThan(1e-9);
    for (const { model, score } of expected.models) {
      const row = board?.models.find((one) => one.model === model);
      if (model !== KO_BASELINE)
        expect(Math.abs((row?.styleControlled?.score ?? 0) - (score ?? 1))).toBeLessThan(1e-6);
    }
  });
});

describe("the style of a run's answers", () => {
  test("is that of the turns which the judge was shown", () => {
    const tracer = new AnswerTracer(words.count);
    tracer.answer(answerOf("m", "q1", ["two words", "**three** more words"]), true, []);
    const styles = stylesOfTraces("sample", tracer.traces, words);
    expect(styles.of("m", "q1", 1, 1)).toEqual({ tokens: 2, headers: 0, lists: 0, bold: 0 });
    expect(styles.of("m", "q1", 1, 2)).toEqual({ tokens: 5, headers: 0, lists: 0, bold: 1 });
    expect(styles.of("m", "q2", 1, 1)).toBeUndefined();
  });
});
