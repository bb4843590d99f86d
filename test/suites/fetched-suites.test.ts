import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { locateAsset } from "../../harness/data/locate-asset.js";
import { loadSuite } from "../../suites/registry.js";
import type { SuiteContext } from "../../suites/suite-context.js";

function contextOf(mirror: string | undefined): SuiteContext {
  return { locateAsset: (id) => locateAsset(id, { environment: { ASSAY_MIRROR: mirror } }) };
}

describe("fetched suites from hand-made assets", () => {
  let folder = "";
  let context: SuiteContext;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "assay-mirror-"));
    context = contextOf(folder);
    await place(
      "mt_bench/question.jsonl",
      '{"question_id": 1, "category": "math", "turns": ["a", "b"], "reference": ["hint", "hint"]}\n{"question_id": 2, "category": "writing", "turns": ["c", "d"]}\n',
    );
    await place(
      "mt_bench/reference_answer/gpt-4.jsonl",
      '{"question_id": 1, "choices": [{"index": 0, "turns": ["gold a", "gold b"]}]}\n',
    );
    await place(
      "alpaca_eval/results/gpt4_1106_preview/model_outputs.json",
      '[{"dataset": "d", "instruction": "i", "output": "o", "generator": "gpt4_1106_preview"}]',
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function place(path: string, text: string): Promise<void> {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }

  it("join MT-Bench's reference answers to its questions and mark unpinned bytes", async () => {
    const suite = await loadSuite("mt-bench", context);
    expect(suite.questions).toEqual([
      {
        id: "1",
        category: "math",
        turns: ["a", "b"],
        reference: ["gold a", "gold b"],
        metadata: { reference: ["hint", "hint"] },
      },
      { id: "2", category: "writing", turns: ["c", "d"] },
    ]);
    expect(suite).toMatchObject({ defaultJudge: "mt-bench", defaultBaseline: "gpt-3.5-turbo" });
    expect(suite.assets.map((asset) => [asset.id, asset.pinned])).toEqual([
      ["mt-bench/questions", false],
      ["mt-bench/reference-answers", false],
    ]);
  });

  it("take AlpacaEval's baseline outputs as recorded answers", async () => {
    const suite = await loadSuite("alpaca-eval-2", context);
    expect(suite.recordedAnswers).toMatchObject([
      {
        suite: "alpaca-eval-2",
        questionId: "0",
        model: "gpt4_1106_preview",
        turns: [{ text: "o", source: "recording" }],
      },
    ]);
    expect(suite).toMatchObject({
      defaultJudge: "weighted_alpaca_eval_gpt4_turbo",
      defaultMode: "pairwise-baseline",
      sampling: { temperature: 0 },
    });
  });
});

describe("Arena-Hard's suites from hand-made assets", () => {
  let folder = "";
  let context: SuiteContext;
  const place = async (path: string, rows: readonly object[]) => {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  };
  const hard = (uid: string, subcategory: string) => ({
    uid,
    category: "hard_prompt",
    subcategory,
    prompt: `P ${uid}`,
  });
  const answer = (uid: string, model: string, text: string | null) => ({
    uid,
    model,
    messages: [
      { role: "user", content: "P" },
      { role: "assistant", content: { answer: text } },
    ],
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "assay-arena-"));
    context = contextOf(folder);
    await place("arena_hard/v2.0/question.jsonl", [
      hard("c", "coding"),
      hard("m", "math"),
      { uid: "w", category: "creative_writing", subcategory: "creative_writing", prompt: "P w" },
    ]);
    await place(
      "arena_hard/v2.0/model_answer/o3-mini-2025-01-31.jsonl",
      ["c", "m", "w"].map((uid) => answer(uid, "o3-mini-2025-01-31", `A ${uid}`)),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("are the parts of v2, with the baseline's answers to them", async () => {
    const [all, coding, creative] = await Promise.all(
      ["arena-hard-v2", "arena-hard-v2-coding", "arena-hard-v2-creative"].map((name) =>
        loadSuite(name, context),
      ),
    );
    expect(all?.questions.map(({ id }) => id)).toEqual(["c", "m"]);
    expect(all).toMatchObject({
      categories: ["coding", "math"],
      defaultJudge: "arena-hard",
      defaultMode: "pairwise-baseline",
      defaultBaseline: "o3-mini-2025-01-31",
    });
    expect(coding?.recordedAnswers).toMatchObject([
      { suite: "arena-hard-v2-coding", questionId: "c", turns: [{ text: "A c" }] },
    ]);
    expect(creative).toMatchObject({ defaultBaseline: "gemini-2.0-flash-001" });
    expect(creative?.recordedAnswers).toBeUndefined();
  });

  it("load from a folder of one's own, with the baseline that stands beside", async () => {
    await place("m-arena-hard/question.jsonl", [hard("x", "coding"), hard("y", "math")]);
    await place("m-arena-hard/model_answer/mine.jsonl", [answer("x", "?", "A"), answer("y", "?", null)]);
    const suite = await loadSuite(join(folder, "m-arena-hard/"), context);
    expect(suite).toMatchObject({ id: "m-arena-hard", defaultBaseline: "mine", defaultJudge: "arena-hard" });
    expect(suite.questions).toHaveLength(2);
    // The failed call is no answer.
    expect(suite.recordedAnswers).toMatchObject([{ questionId: "x", model: "mine" }]);
    await expect(loadSuite(join(folder, "arena_hard"), context)).rejects.toThrow(/holds no question\.jsonl/);
  });
});

const mirror = process.env.ASSAY_MIRROR;

describe.skipIf(!mirror)("fetched suites as published (needs ASSAY_MIRROR)", () => {
  const context = contextOf(mirror);

  it("MT-Bench: ids 81 to 160, ten per category, references for 101 to 130", async () => {
    const suite = await loadSuite("mt-bench", context);
    expect(suite.questions.map((question) => Number(question.id))).toEqual(
      Array.from({ length: 80 }, (_, index) => 81 + index),
    );
    expect(suite.categories).toEqual([
      "writing",
      "roleplay",
      "reasoning",
      "math",
      "coding",
      "extraction",
      "stem",
      "humanities",
    ]);
    const referenced = suite.questions.filter((question) => question.reference !== undefined);
    expect(referenced.map((question) => Number(question.id))).toEqual(
      Array.from({ length: 30 }, (_, index) => 101 + index),
    );
    expect(referenced.every((question) => question.reference?.length === 2)).toBe(true);
    expect(suite.assets.every((asset) => asset.pinned === true)).toBe(true);
  });

  it("Vicuna bench: 80 single-turn questions, references for coding and math", async () => {
    const suite = await loadSuite("vicuna-bench", context);
    expect(suite.questions).toHaveLength(80);
    expect(suite.questions.every((question) => question.turns.length === 1)).toBe(true);
    const referenced = suite.questions.filter((question) => question.reference !== undefined);
    expect(new Set(referenced.map((question) => question.category))).toEqual(new Set(["coding", "math"]));
    expect(referenced).toHaveLength(10);
  });

  it("Arena-Hard: 500 prompts of v0.1, and of v2 253 coding, 247 math, 250 creative", async () => {
    const names = ["arena-hard-v0.1", "arena-hard-v2", "arena-hard-v2-coding", "arena-hard-v2-creative"];
    const suites = await Promise.all(names.map((name) => loadSuite(name, context)));
    expect(suites.map(({ questions }) => questions.length)).toEqual([500, 500, 253, 250]);
    expect(suites[0]?.recordedAnswers).toHaveLength(500);
    expect(suites[1]?.recordedAnswers).toHaveLength(500);
    expect(suites.flatMap(({ assets }) => assets).every(({ pinned }) => pinned === true)).toBe(true);
  });

  it("AlpacaEval: the same 805 instructions with either baseline's outputs", async () => {
    const [first, second] = await Promise.all([
      loadSuite("alpaca-eval", context),
      loadSuite("alpaca-eval-2", context),
    ]);
    expect(first.questions).toHaveLength(805);
    expect(first.hash).toBe(second.hash);
    expect(first.recordedAnswers).toHaveLength(805);
    expect(new Set(second.recordedAnswers?.map((answer) => answer.model))).toEqual(
      new Set(["gpt4_1106_preview"]),
    );
    expect(first.categories).toEqual(["helpful_base", "koala", "oasst", "selfinstruct", "vicuna"]);
    expect(first.questions[804]?.id).toBe("804");
  });
});
