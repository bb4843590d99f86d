import { ConfigError } from "../harness/core/errors.js";
import { sha256 } from "../harness/core/hash.js";
import type { Judge, JudgeItem, JudgeRequest, Question, Verdict } from "../harness/core/records.js";
import { leavesOf, type Rubric, rubricScale, rubricScore } from "../harness/core/rubric.js";
import { materialMessage } from "./assay-material.js";
import { criteriaList, RUBRIC_SYSTEM, rubricFormat } from "./rubric-prompts.js";
import { readRubricVerdict } from "./rubric-verdict.js";
import { SAMPLE_IN_CONTEXT } from "./sample-question.js";
import { unreadable } from "./verdicts.js";

const PARAMETERS = { temperature: 0, maxTokens: 4096 } as const;

/** @throws ConfigError for a question without a rubric, or one on which no points can be won. */
function rubricOf({ id, rubric }: Question): Rubric {
  const problem =
    rubric === undefined || rubric.criteria.length === 0
      ? "has no rubric"
      : rubricScore(
            rubric,
            leavesOf(rubric.criteria).map(() => 0),
          ) === null
        ? "has a rubric without a criterion of positive points"
        : undefined;
  if (rubric !== undefined && problem === undefined) return rubric;
  throw new ConfigError(
    `question "${id}" ${problem ?? "has no rubric"}, so the judge rubric cannot score it`,
    {
      code: "rubric-missing",
      remedy: "Give the question (or its suite) criteria, or use another judge; see docs/suites.md.",
    },
  );
}

function requestOf(item: JudgeItem): JudgeRequest {
  if (item.kind !== "single")
    throw new ConfigError("the rubric judge was given a pair", { code: "judge-mode-mismatch" });
  const rubric = rubricOf(item.question);
  const { length } = leavesOf(rubric.criteria);
  const task = `${criteriaList(rubric)}\n\n${rubricFormat(length, item.nonce)}`;
  return {
    messages: [
      { role: "system", content: RUBRIC_SYSTEM },
      { role: "user", content: materialMessage(item, task) },
    ],
    parameters: PARAMETERS,
  };
}

/** An item that uses every part of the layout: what it renders to stands for the prompts in the protocol's identity. */
const SAMPLE: JudgeItem = {
  kind: "single",
  question: {
    ...SAMPLE_IN_CONTEXT,
    rubric: {
      criteria: [
        { text: "first", points: 1 },
        { text: "second", points: 1, decided: { kind: "scale", min: 1, max: 10 } },
        { text: "third", points: 1, decided: { kind: "levels", levels: { poor: 0, good: 1 } } },
      ],
    },
  },
  turn: 2,
  answer: ["first answer", "second answer"],
  nonce: "code",
};

/** The same item with one criterion, whose points are no business of its decision. */
function criterionItems(item: JudgeItem): JudgeItem[] {
  const { question } = item;
  return leavesOf(rubricOf(question).criteria).map((leaf) => ({
    ...item,
    question: { ...question, rubric: { criteria: [{ ...leaf, points: 1 }] } },
  }));
}

function joinDecisions(verdicts: readonly Verdict[], { question }: JudgeItem): Verdict {
  const rubric = rubricOf(question);
  const decided = verdicts.flatMap((verdict) => (verdict.kind === "rating" ? (verdict.criteria ?? []) : []));
  const score = decided.length === leavesOf(rubric.criteria).length ? rubricScore(rubric, decided) : null;
  return score === null
    ? unreadable("a criterion has no decision")
    : { kind: "rating", rating: 100 * score, criteria: decided };
}

/**
 * Judges by rubric with one call for each criterion, so that no decision colours another. All calls of an answer begin with
 * the same text (rules, conversation, answer) and end with their criterion, so that an endpoint's prompt cache holds what
 * they share.
 */
export function createCriterionJudge(): Judge {
  const whole = createRubricJudge();
  const sample = criterionItems(SAMPLE).map((item) => requestOf(item).messages);
  return {
    ...whole,
    protocolPrefix: "rubric-each",
    identity: {
      judge: "rubric",
      calls: "each",
      prompts: sha256(JSON.stringify(sample)),
      parser: "rubric-lines/1",
    },
    parted: { parts: criterionItems, join: joinDecisions },
    otherWay: createRubricJudge,
  };
}

/**
 * Judges the last turn by its question's rubric: every criterion is decided with evidence, in one call, on lines that carry
 * the call's code; the item's score is computed from the decisions, in percent of the positive points.
 */
export function createRubricJudge(): Judge {
  return {
    name: "rubric",
    kind: "single",
    protocolPrefix: "rubric",
    identity: {
      judge: "rubric",
      prompts: sha256(JSON.stringify(requestOf(SAMPLE).messages)),
      parser: "rubric-lines/1",
    },
    parameters: PARAMETERS,
    turns: "last",
    scale: (questions) => rubricScale(questions.map(rubricOf)),
    otherWay: createCriterionJudge,
    request: requestOf,
    read: (generation, { question, nonce }) => readRubricVerdict(generation, rubricOf(question), nonce),
  };
}
