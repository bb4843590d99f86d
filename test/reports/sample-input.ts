import type {
  Board,
  Interval,
  PairCell,
  PairwiseRow,
  PartialScore,
  PreferenceRow,
  RatingRow,
  Scores,
} from "../../harness/core/board.js";
import type { CategoryComparison, Comparison, Mover } from "../../harness/core/comparison.js";
import type { Manifest } from "../../harness/core/manifest.js";
import type { Answer, Judgment, Question, Suite, Verdict } from "../../harness/core/records.js";
import type { ReportInput } from "../../reports/view/view.js";

/** Fictional models, best first. */
export const SAMPLE_MODELS = [
  "aurora-7b-ckpt-1200",
  "aurora-7b-ckpt-800",
  "brook-3b-chat",
  "cedar-mini",
] as const;
export const SAMPLE_CATEGORIES = [
  "writing",
  "roleplay",
  "reasoning",
  "math",
  "coding",
  "extraction",
  "stem",
  "humanities",
] as const;
export const SINGLE_PROTOCOL = "mt-bench-single@sample-judge~3f9a1c";
export const PAIR_PROTOCOL = "mt-bench-pair@sample-judge~77aa10";
export const PREFERENCE_PROTOCOL = "weighted-alpaca-eval@sample-judge~b1d2e3";
export const BASELINE = "harbor-base";

const AT = "2025-03-01T09:30:00.000Z";

/** A small fixed stream of numbers in [0, 1); every call of the sample draws the same. */
function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

const TOPICS = [
  "a lighthouse keeper who counts ships",
  "a train timetable with one missing stop",
  "the area of a garden with a round pond",
  "a function that merges two sorted lists",
  "a letter that declines an invitation kindly",
  "why the sea looks blue from above",
];

function questionOf(index: number): Question {
  const category = SAMPLE_CATEGORIES[index % SAMPLE_CATEGORIES.length] ?? "writing";
  const topic = TOPICS[index % TOPICS.length] ?? "";
  return {
    id: String(101 + index),
    category,
    turns: [
      `Question ${index + 1}: tell me about ${topic}. Keep it under 120 words, and name what you assume.`,
      "Now say the same to a ten-year-old, in three sentences.",
    ],
    ...(category === "math" || category === "coding"
      ? {
          reference: [
            `The expected result for ${topic} is **42**.`,
            "Three short sentences that keep the result.",
          ],
        }
      : {}),
  };
}

const CODE =
  "\n\n```python\ndef merge(left, right):\n    result = []\n    while left and right:\n        result.append(left.pop(0) if left[0] <= right[0] else right.pop(0))\n    return result + left + right\n```\n";

function answerText(model: string, question: Question, turn: number): string {
  const opening = turn === 1 ? "Here is how I would put it" : "Imagine it like this";
  const list =
    "\n\n1. First, the plain facts.\n2. Then, what follows from them.\n3. Last, what stays open.\n\n";
  const body = `${opening}, speaking as **${model}** on question ${question.id}. ${"The light turns, the ships pass, and every one of them is written down. ".repeat(2 + (Number(question.id) % 3))}`;
  return question.category === "coding"
    ? body + CODE
    : `${body}${turn === 1 ? list : ""}That is *all* there is to it.`;
}

const REQUEST = { messages: [{ role: "user" as const, content: "…" }], parameters: { temperature: 0 } };

function answerOf(suite: string, model: string, question: Question, truncated: boolean): Answer {
  return {
    taskId: `${suite}-${model}-${question.id}`,
    suite,
    questionId: question.id,
    category: question.category,
    model,
    trial: 1,
    at: AT,
    status: "completed",
    turns: question.turns.map((_, place) => ({
      text: answerText(model, question, place + 1),
      parameters: { maxTokens: 1024, temperature: 0.7 },
      finishReason: truncated && place === 0 ? ("length" as const) : ("stop" as const),
      latencyMs: 850 + place * 120,
      usage: { inputTokens: 60, outputTokens: 110 + place },
      endpointModel: model,
    })),
  };
}

function replyOf(verdict: Verdict, text: string) {
  return {
    text,
    verdict,
    finishReason: "stop" as const,
    latencyMs: 400,
    endpointModel: "sample-judge-2025-01-01",
  };
}

interface Judging {
  readonly protocol: string;
  readonly suite: string;
  readonly question: Question;
  readonly turn: number;
}

function judgmentOf(
  judging: Judging,
  models: { a: string; b?: string; order?: 1 | 2 },
  verdict: Verdict,
  text: string,
): Judgment {
  return {
    taskId: JSON.stringify([judging.protocol, judging.question.id, judging.turn, models]),
    protocol: judging.protocol,
    suite: judging.suite,
    questionId: judging.question.id,
    category: judging.question.category,
    turn: judging.turn,
    trial: 1,
    ...models,
    answers: [],
    at: AT,
    status: "judged",
    request: REQUEST,
    replies: [replyOf(verdict, text)],
    verdict,
  };
}

const SKILL: Readonly<Record<string, number>> = {
  "aurora-7b-ckpt-1200": 7.6,
  "aurora-7b-ckpt-800": 7.1,
  "brook-3b-chat": 6.2,
  "cedar-mini": 4.9,
  [BASELINE]: 7,
};

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function errorOf(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1) / values.length,
  );
}

function intervalOf(middle: number, error: number, low: number, high: number): Interval {
  return {
    low: Math.max(low, middle - 1.98 * error),
    high: Math.min(high, middle + 1.98 * error),
    level: 95,
    method: "t over questions, clustered",
  };
}

function partOf(values: readonly number[], low: number, high: number): PartialScore {
  const score = mean(values);
  const error = errorOf(values);
  return {
    score,
    standardError: error,
    interval: intervalOf(score, error, low, high),
    n: values.length,
    invalid: 0,
    missing: 0,
  };
}

interface Rated {
  readonly question: Question;
  readonly turn: number;
  readonly rating: number;
}

function ratingRow(model: string, rated: readonly Rated[], invalid: number): RatingRow {
  const all = partOf(
    rated.map((entry) => entry.rating),
    1,
    10,
  );
  const select = (keep: (entry: Rated) => boolean) =>
    partOf(
      rated.filter(keep).map((entry) => entry.rating),
      1,
      10,
    );
  const n = rated.length;
  const total = rated.reduce((sum, entry) => sum + entry.rating, 0);
  return {
    model,
    score: all.score,
    standardError: all.standardError ?? null,
    interval: all.interval ?? null,
    n,
    invalid,
    missing: 0,
    questions: new Set(rated.map((entry) => entry.question.id)).size,
    bounds: { low: (total + invalid) / (n + invalid), high: (total + 10 * invalid) / (n + invalid) },
    turns: { "1": select((entry) => entry.turn === 1), "2": select((entry) => entry.turn === 2) },
    categories: Object.fromEntries(
      SAMPLE_CATEGORIES.map((category) => [
        category,
        select((entry) => entry.question.category === category),
      ]),
    ),
    truncatedAnswers: model === "cedar-mini" ? 2 : 0,
    averageLength: 420 + Math.round(20 * (SKILL[model] ?? 5)),
  };
}

function rate(model: string, question: Question, turn: number, random: () => number): number {
  const hard = question.category === "math" || question.category === "reasoning" ? 1.6 : 0;
  const value = (SKILL[model] ?? 5) - hard - (turn === 2 ? 0.5 : 0) + (random() - 0.5) * 4;
  return Math.min(10, Math.max(1, Math.round(value)));
}

function singleBoard(suite: Suite, judgments: Judgment[], answers: Answer[]): Board {
  const random = stream(7);
  const rows = SAMPLE_MODELS.map((model) => {
    const rated: Rated[] = [];
    let invalid = 0;
    for (const question of suite.questions) {
      answers.push(answerOf(suite.id, model, question, model === "cedar-mini" && Number(question.id) < 103));
      for (const turn of [1, 2]) {
        const judging = { protocol: SINGLE_PROTOCOL, suite: suite.id, question, turn };
        const rating = rate(model, question, turn, random);
        if (model === "brook-3b-chat" && question.id === "107") {
          invalid++;
          judgments.push(
            judgmentOf(
              judging,
              { a: model },
              { kind: "unreadable", reason: "two different ratings" },
              "Rating: [[7]] or [[8]]",
            ),
          );
          continue;
        }
        rated.push({ question, turn, rating });
        judgments.push(
          judgmentOf(
            judging,
            { a: model },
            { kind: "rating", rating },
            `The answer keeps to the length and names what it assumes, though the end is thin.\n\nFINAL RATING: ${rating}`,
          ),
        );
      }
    }
    return ratingRow(model, rated, invalid);
  });
  return {
    suite: suite.id,
    mode: "single",
    judge: "sample-judge",
    protocol: SINGLE_PROTOCOL,
    metric: "rating",
    models: rows,
  };
}

interface Game {
  readonly first: string;
  readonly second: string;
  readonly question: Question;
  /** 1, ½ or 0 for the first model. */
  readonly points: number;
  readonly consistent: boolean;
}

function playPairs(suite: Suite, judgments: Judgment[]): readonly Game[] {
  const random = stream(23);
  const games: Game[] = [];
  SAMPLE_MODELS.forEach((first, place) => {
    for (const second of SAMPLE_MODELS.slice(place + 1)) {
      for (const question of suite.questions) {
        const edge = (SKILL[first] ?? 5) - (SKILL[second] ?? 5) + (random() - 0.5) * 6;
        const consistent = random() > 0.2;
        const winner = edge > 0.4 ? "a" : edge < -0.4 ? "b" : "tie";
        const judging = { protocol: PAIR_PROTOCOL, suite: suite.id, question, turn: 1 };
        const seen = (slot: "a" | "b" | "tie"): Verdict => ({
          kind: "preference",
          winner: slot,
          weightB: slot === "a" ? 0 : slot === "b" ? 1 : 0.5,
        });
        const mirrored = winner === "a" ? "b" : winner === "b" ? "a" : "tie";
        judgments.push(
          judgmentOf(
            judging,
            { a: first, b: second, order: 1 },
            seen(winner),
            "Both answer; one is clearer.",
          ),
          judgmentOf(
            judging,
            { a: second, b: first, order: 2 },
            seen(consistent ? mirrored : "a"),
            "Seen the other way round.",
          ),
        );
        const decided = consistent || winner === "b";
        games.push({
          first,
          second,
          question,
          points: decided ? (winner === "a" ? 1 : winner === "b" ? 0 : 0.5) : 0.5,
          consistent: decided,
        });
      }
    }
  });
  return games;
}

/** Points and consistency of every game of a model, seen from its side. */
function sideOf(games: readonly Game[], model: string) {
  return games
    .filter((game) => game.first === model || game.second === model)
    .map((game) => ({ ...game, points: game.first === model ? game.points : 1 - game.points }));
}

function countOf(games: readonly { readonly points: number }[], points: number): number {
  return games.filter((game) => game.points === points).length;
}

function pairwiseRow(model: string, games: readonly Game[], rank: number): PairwiseRow {
  const own = sideOf(games, model);
  const percent = own.map((game) => 100 * game.points);
  const all = partOf(percent, 0, 100);
  const value = 1000 + (mean(percent) - 50) * 8;
  return {
    model,
    invalid: 0,
    missing: 0,
    questions: new Set(own.map((game) => game.question.id)).size,
    wins: countOf(own, 1),
    losses: countOf(own, 0),
    ties: countOf(own, 0.5),
    n: own.length,
    winRate: (100 * countOf(own, 1)) / own.length,
    winRateAdjusted: all.score,
    standardError: all.standardError ?? null,
    interval: all.interval ?? null,
    positionConsistency: (100 * own.filter((game) => game.consistent).length) / own.length,
    firstPositionWinRate: 56.25,
    errors: 0,
    bounds: { low: all.score, high: all.score },
    turns: { "1": all },
    categories: Object.fromEntries(
      SAMPLE_CATEGORIES.map((category) => [
        category,
        partOf(
          own.filter((game) => game.question.category === category).map((game) => 100 * game.points),
          0,
          100,
        ),
      ]),
    ),
    rating: {
      value,
      interval: { low: value - 42, high: value + 42, level: 95, method: "bootstrap over questions" },
      rank,
    },
  };
}

function pairCell(model: string, opponent: string, games: readonly Game[]): PairCell {
  const own = sideOf(games, model).filter((game) => game.first === opponent || game.second === opponent);
  return {
    model,
    opponent,
    wins: countOf(own, 1),
    losses: countOf(own, 0),
    ties: countOf(own, 0.5),
    errors: 0,
    missing: 0,
    winRateAdjusted: 100 * mean(own.map((game) => game.points)),
    positionConsistency: (100 * own.filter((game) => game.consistent).length) / own.length,
  };
}

function pairBoard(suite: Suite, judgments: Judgment[]): Board {
  const games = playPairs(suite, judgments);
  return {
    suite: suite.id,
    mode: "pairwise-all",
    judge: "sample-judge",
    protocol: PAIR_PROTOCOL,
    metric: "win-rate",
    models: SAMPLE_MODELS.map((model, place) => pairwiseRow(model, games, place + 1)),
    pairs: SAMPLE_MODELS.flatMap((model) =>
      SAMPLE_MODELS.filter((other) => other !== model).map((other) => pairCell(model, other, games)),
    ),
  };
}

function preferenceRow(model: string, weights: readonly number[], questions: number): PreferenceRow {
  const percent = weights.map((weight) => 100 * weight);
  const all = partOf(percent, 0, 100);
  const score = all.score ?? 50;
  const wins = weights.filter((weight) => weight > 0.5).length;
  const draws = weights.filter((weight) => weight === 0.5).length;
  const controlled = score - 3.2;
  return {
    model,
    invalid: 0,
    missing: questions - weights.length,
    questions: weights.length,
    winRate: all.score,
    standardError: all.standardError ?? null,
    interval: all.interval ?? null,
    wins,
    draws,
    losses: weights.length - wins - draws,
    n: weights.length,
    discreteWinRate: (100 * (wins + draws / 2)) / weights.length,
    lengthControlledWinRate: controlled,
    lengthControlledStandardError: 0.4,
    lengthControlledInterval: intervalOf(controlled, (all.standardError ?? 1) * 0.9, 0, 100),
    lengthControlled: { coefficients: { length: -1.1, difficulty: null, model: 0.4 }, c: 2.78 },
    bounds: { low: score - 2, high: score + 2 },
    slots: { first: { winRate: score - 9, n: 12 }, second: { winRate: score + 9, n: 12 }, z: 2.31 },
    categories: {},
    averageLength: 612,
  };
}

function preferenceBoard(suite: Suite, judgments: Judgment[], answers: Answer[]): Board {
  const random = stream(41);
  for (const question of suite.questions) answers.push(answerOf(suite.id, BASELINE, question, false));
  const rows = SAMPLE_MODELS.slice(0, 2).map((model) => {
    const weights: number[] = [];
    for (const [place, question] of suite.questions.entries()) {
      const answer = answerOf(suite.id, model, question, false);
      answers.push(answer);
      const judging = { protocol: PREFERENCE_PROTOCOL, suite: suite.id, question, turn: 1 };
      if (place === 3 && model === SAMPLE_MODELS[0]) continue;
      const edge = (SKILL[model] ?? 5) - 7 + (random() - 0.5) * 5;
      const weight = Math.round(1000 / (1 + Math.exp(-edge))) / 1000;
      weights.push(weight);
      judgments.push(
        judgmentOf(
          judging,
          { a: BASELINE, b: model, order: 1 },
          { kind: "preference", winner: weight > 0.5 ? "b" : weight < 0.5 ? "a" : "tie", weightB: weight },
          "m",
        ),
      );
    }
    return preferenceRow(model, weights, suite.questions.length);
  });
  return {
    suite: suite.id,
    mode: "pairwise-baseline",
    judge: "sample-judge",
    protocol: PREFERENCE_PROTOCOL,
    baseline: BASELINE,
    metric: "preference",
    models: rows,
  };
}

function difference(delta: number, error: number, questions: number): CategoryComparison {
  return {
    delta,
    standardError: error,
    interval: {
      low: delta - 2 * error,
      high: delta + 2 * error,
      level: 95,
      method: "BCa bootstrap over questions",
    },
    pValue: Math.min(1, Math.abs(error / delta) / 4),
    adjustedPValue: Math.min(1, Math.abs(error / delta)),
    questions,
  };
}

function comparisonOf(board: Board, suite: Suite): Comparison {
  if (board.metric !== "rating") throw new Error("the sample compares ratings");
  const [candidate, base] = board.models;
  if (candidate === undefined || base === undefined) throw new Error("the sample has two models");
  const delta = (candidate.score ?? 0) - (base.score ?? 0);
  const mover = (question: Question, from: number, to: number): Mover => ({
    questionId: question.id,
    category: question.category,
    base: from,
    candidate: to,
    delta: to - from,
    text: question.turns[0] ?? "",
  });
  return {
    schema: "assay.compare/1",
    suite: suite.id,
    protocol: SINGLE_PROTOCOL,
    metric: "score",
    base: base.model,
    candidate: candidate.model,
    baseValue: base.score,
    candidateValue: candidate.score,
    questions: suite.questions.length,
    delta,
    standardError: 0.21,
    interval: { low: delta - 0.43, high: delta + 0.44, level: 95, method: "BCa bootstrap over questions" },
    pValue: 0.0314,
    test: "sign-flip permutation",
    wins: 13,
    losses: 7,
    ties: suite.questions.length - 20,
    minimumDetectableEffect: 0.59,
    turns: { "1": difference(delta + 0.1, 0.3, 24), "2": difference(delta - 0.1, 0.33, 24) },
    categories: Object.fromEntries(
      SAMPLE_CATEGORIES.map((category, place) => [category, difference(delta + (place - 3.5) / 4, 0.5, 3)]),
    ),
    verdict: "pass",
    margin: 0.2,
    sentence: `${candidate.model} scores ${delta.toFixed(2)} points higher than ${base.model}, and the interval stays above the margin of −0.20.`,
    unmatched: { base: [], candidate: [] },
    bounds: { low: delta - 0.1, high: delta + 0.1 },
    movers: {
      up: suite.questions.slice(0, 6).map((question, place) => mover(question, 5, 9 - place / 2)),
      down: suite.questions.slice(8, 13).map((question, place) => mover(question, 8, 5.5 + place / 2)),
    },
    warnings: [],
  };
}

function suiteOf(id: string, title: string, questions: readonly Question[], notice?: string): Suite {
  return {
    id,
    title,
    questions,
    categories: SAMPLE_CATEGORIES,
    hash: "0f".repeat(32),
    sampling: { maxTokens: 1024, temperature: 0.7 },
    defaultJudge: "assay",
    defaultMode: "single",
    assets: [],
    ...(notice === undefined ? {} : { notice }),
  };
}

function manifestOf(
  suites: readonly Suite[],
  answers: readonly Answer[],
  judgments: readonly Judgment[],
): Manifest {
  const model = (id: string) => ({
    id,
    identity: { adapter: "openai", model: id },
    endpoint: "http://models.example/v1",
    endpointModels: { [id]: 48 },
    systemFingerprints: {},
    droppedParameters: [],
  });
  return {
    schema: "assay.run/1",
    tool: { name: "assay", version: "0.1.0", node: "v20.20.0", platform: "linux-x64" },
    config: { suites: suites.map((suite) => suite.id), mode: "single", seed: 20250301 },
    seed: 20250301,
    trials: 1,
    suites: suites.map(({ id, title, hash, questions, assets }) => ({
      id,
      title,
      hash,
      questions: questions.length,
      assets,
    })),
    models: SAMPLE_MODELS.map(model),
    judgeModels: [
      {
        ...model("sample-judge"),
        endpointModels: { "sample-judge-2025-01-01": 400, "sample-judge-2025-02-01": 12 },
      },
    ],
    protocols: [
      {
        id: SINGLE_PROTOCOL,
        suite: "mt-bench",
        judge: "mt-bench",
        judgeModel: "sample-judge",
        mode: "single",
        metric: "rating",
        subjects: SAMPLE_MODELS.map((id) => [id]),
        turns: "each",
        identity: { prompt: "single-v1", temperature: 0 },
        assets: [{ id: "judge_prompts.jsonl", sha256: "ab".repeat(32), pinned: true }],
        planned: 192,
      },
    ],
    startedAt: AT,
    finishedAt: "2025-03-01T09:41:12.000Z",
    status: "complete",
    durationMs: 672_000,
    totals: [
      {
        stage: "answers",
        model: SAMPLE_MODELS[0],
        calls: 48,
        retries: 2,
        cached: 0,
        recorded: 0,
        usage: { inputTokens: 2880, outputTokens: 5304 },
        costUsd: 0.0123,
      },
      {
        stage: "judgments",
        model: "sample-judge",
        calls: 412,
        retries: 0,
        cached: 12,
        recorded: 0,
        usage: { inputTokens: 210_000, outputTokens: 40_100 },
        costUsd: 1.87,
      },
    ],
    answers: { planned: answers.length, completed: answers.length, failed: 0, truncated: 2, empty: 0 },
    judgments: {
      planned: judgments.length + 1,
      judged: judgments.length,
      unreadable: 2,
      failed: 1,
      skipped: 0,
    },
    failures: [
      {
        stage: "judgments",
        model: "sample-judge",
        code: "timeout",
        message: "no reply within 120 s",
        count: 1,
      },
    ],
    recordedSamples: false,
  };
}

/** What {@link sampleInput} can be asked for. */
export interface SampleOptions {
  readonly questions?: number;
  readonly notice?: string;
  readonly redact?: boolean;
  /** Several runs, for trends. */
  readonly runs?: boolean;
}

/** Earlier scores: the same boards, a little lower. */
function earlierScores(scores: Scores, drop: number): Scores {
  return {
    ...scores,
    boards: scores.boards.map((board): Board => {
      if (board.metric !== "rating") return board;
      const shift = (value: number | null) => (value === null ? null : value - drop);
      const move = (interval: Interval | null | undefined) =>
        interval ? { ...interval, low: interval.low - drop, high: interval.high - drop } : null;
      return {
        ...board,
        models: board.models.map((row) => ({
          ...row,
          score: shift(row.score),
          interval: move(row.interval),
          categories: Object.fromEntries(
            Object.entries(row.categories).map(([name, part]) => [
              name,
              { ...part, score: shift(part.score), interval: move(part.interval) },
            ]),
          ),
        })),
      };
    }),
  };
}

/** A report's input with all three kinds of board, a comparison, and something doubtful of every kind. */
export function sampleInput(options: SampleOptions = {}): ReportInput {
  const questions = Array.from({ length: options.questions ?? 24 }, (_, index) => questionOf(index));
  const bench = suiteOf("mt-bench", "MT-Bench", questions, options.notice);
  const alpaca = suiteOf(
    "alpaca-eval",
    "AlpacaEval",
    questions.map((question, place) => ({
      id: `a${place + 1}`,
      category: "instruction",
      turns: [question.turns[0] ?? ""],
    })),
  );
  const answers: Answer[] = [];
  const judgments: Judgment[] = [];
  const single = singleBoard(bench, judgments, answers);
  const boards = [single, pairBoard(bench, judgments), preferenceBoard(alpaca, judgments, answers)];
  const scores: Scores = {
    schema: "assay.scores/1",
    sources: [{ path: "runs/sample", format: "assay-run", records: judgments.length }],
    boards,
    warnings: [
      { code: "length-gap", message: "The length-controlled win rate lies far from the win rate.", count: 1 },
    ],
  };
  return {
    scores,
    manifests: [manifestOf([bench, alpaca], answers, judgments)],
    suites: [bench, alpaca],
    answers,
    judgments,
    comparisons: [comparisonOf(single, bench)],
    generatedAt: "2025-03-01T10:00:00.000Z",
    version: "0.1.0",
    ...(options.redact === undefined ? {} : { redact: options.redact }),
    ...(options.runs === true
      ? {
          runs: [
            { label: "2025-02-01", at: "2025-02-01T00:00:00.000Z", scores: earlierScores(scores, 0.8) },
            { label: "2025-02-15", at: "2025-02-15T00:00:00.000Z", scores: earlierScores(scores, 0.35) },
            { label: "2025-03-01", at: AT, scores },
          ],
        }
      : {}),
  };
}
