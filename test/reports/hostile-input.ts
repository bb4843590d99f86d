import type { PartialScore, RatingRow } from "../../harness/core/board.js";
import type { GateResult } from "../../harness/core/gate.js";
import type { ReportInput } from "../../reports/view/view.js";
import { HOSTILE_TEXTS } from "./hostile-texts.js";

/** Texts that try to speak to a CI runner, a forge or a table, besides those of the page. */
export const LOG_TEXTS: readonly string[] = [
  "::set-output name=x::y",
  "::error title=mine::you have been hacked",
  "first\n::stop-commands::token",
  "##[error]mine",
  "##vso[task.setvariable variable=x]y",
  "a | b || c",
  "back`tick ``two`` ```three```",
  "]]> <![CDATA[ ]]>",
  "@octocat and @org/team",
  "fixes #1, GH-2, owner/repo#3, !4, &5",
  "https://attacker.example/ www.attacker.example mail@attacker.example",
  "| --- | --- |",
  "</details><details open>",
  "<!-- assay report -->",
  "name\\",
  "name\\|",
  "$x$ $$y$$ ~~z~~ __w__ **v** _u_",
  "# heading",
  "\u001b[31mred\u001b[0m\u0007",
];

/** Every hostile text, once. */
export const HOSTILE_NAMES: readonly string[] = [
  ...new Set([...LOG_TEXTS, ...HOSTILE_TEXTS.map((one) => one.text)]),
];

function part(score: number): PartialScore {
  return {
    score,
    standardError: 0.25,
    interval: { low: score - 0.5, high: score + 0.5, level: 95, method: "t" },
    n: 4,
  };
}

function row(model: string, place: number, categories: readonly string[]): RatingRow {
  const score = 9 - place / 40;
  return {
    ...{ model, score, standardError: 0.25, n: 8, invalid: 1, missing: 0, questions: 4 },
    interval: { low: score - 0.5, high: score + 0.5, level: 95, method: model },
    bounds: { low: score - 1, high: score + 1 },
    turns: { "1": part(score) },
    categories: Object.fromEntries(categories.map((name) => [name, part(score)])),
  };
}

/** A report whose every name, sentence and warning is hostile; `models` are the names of its models. */
export function hostileInput(models: readonly string[] = HOSTILE_NAMES): ReportInput {
  const categories = [...LOG_TEXTS, ...HOSTILE_TEXTS.slice(0, 6).map((one) => one.text)];
  const [first = "", second = ""] = LOG_TEXTS;
  const difference = {
    ...{ delta: 0.3, standardError: 0.1, pValue: 0.02, adjustedPValue: 0.04, questions: 4 },
    interval: { low: 0.1, high: 0.5, level: 95, method: "t" },
  };
  return {
    title: "# <b>title</b> | @octocat",
    scores: {
      schema: "assay.scores/1",
      sources: [{ path: first, format: second, records: 1 }],
      boards: [
        {
          ...{
            suite: first,
            mode: "single",
            judge: "judge | ``",
            protocol: "p`rotocol|@x",
            metric: "rating",
          },
          ...{ notice: "::warning::notice <script>" },
          models: models.map((name, place) => row(name, place, categories)),
        },
      ],
      warnings: LOG_TEXTS.map((message) => ({ code: "hostile::code", message, count: 2 })),
    },
    manifests: [],
    suites: [],
    answers: [],
    judgments: [],
    comparisons: LOG_TEXTS.slice(0, 8).map((name) => ({
      ...{
        schema: "assay.compare/1",
        suite: first,
        protocol: "p",
        metric: "score",
        base: "base",
        candidate: name,
      },
      ...{ baseValue: 6, candidateValue: 6.3, ...difference, test: name, wins: 3, losses: 1, ties: 0 },
      ...{
        minimumDetectableEffect: 0.4,
        turns: {},
        categories: { [name]: difference },
        verdict: "fail",
        margin: 0.2,
      },
      ...{
        sentence: `${name} is worse.`,
        unmatched: { base: [name], candidate: [] },
        bounds: { low: 0, high: 1 },
      },
      movers: {
        up: [{ questionId: name, category: name, base: 1, candidate: 9, delta: 8, text: name }],
        down: [],
      },
      warnings: [{ code: name, message: name }],
    })),
    generatedAt: "2025-03-01T10:00:00.000Z",
    version: "0.1.0",
  };
}

/** One gate of each outcome, with ordinary names. */
export const GATES: readonly GateResult[] = [
  {
    ...{
      name: "score at least 6.5",
      outcome: "pass",
      metric: "score",
      model: "aurora",
      value: 7.1,
      limit: 6.5,
    },
    ...{ interval: { low: 6.7, high: 7.5, level: 95, method: "t" }, message: "the interval lies above 6.50" },
  },
  {
    ...{
      name: "missing at most 1%",
      outcome: "fail",
      metric: "missing",
      model: "cedar",
      value: 2.5,
      limit: 1,
    },
    ...{ interval: null, message: "2.5% of the verdicts are missing" },
  },
  {
    ...{
      name: "score against main",
      outcome: "inconclusive",
      metric: "score",
      model: "brook",
      category: "math",
    },
    ...{ value: -0.1, limit: -0.2, interval: { low: -0.4, high: 0.2, level: 95, method: "t" } },
    ...{ message: "the interval contains −0.20", pValue: 0.3 },
  },
];

/** Gates whose names and messages are hostile. */
export const HOSTILE_GATES: readonly GateResult[] = HOSTILE_NAMES.map((name) => ({
  ...{ name, outcome: "fail", metric: "score", model: name, category: name, value: 5, limit: 6 },
  ...{ interval: null, message: name },
}));
