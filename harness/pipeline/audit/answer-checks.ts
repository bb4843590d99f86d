import { compositeKey } from "../../core/composite-key.js";
import { countOf, nounFor } from "../../core/count-of.js";
import { scaleInterval } from "../../stats/intervals.js";
import { wilsonInterval } from "../../stats/proportions.js";
import type { AuditInput, TurnTrace } from "./audit-input.js";
import { ACCEPTABLE, type AuditExample, type AuditFinding, decideOnCount } from "./finding.js";

interface GivenTurn extends TurnTrace {
  readonly questionId: string;
  readonly turn: number;
}

/** Answered turns by suite and model. */
function turnsByModel(input: AuditInput): { suite: string; model: string; turns: GivenTurn[] }[] {
  const groups = new Map<string, { suite: string; model: string; turns: GivenTurn[] }>();
  for (const { suite, model, questionId, turns } of input.answers.values()) {
    const key = compositeKey(suite, model);
    const group = groups.get(key) ?? { suite, model, turns: [] };
    groups.set(key, group);
    turns.forEach((trace, index) => {
      group.turns.push({ ...trace, questionId, turn: index + 1 });
    });
  }
  // The same examples whatever order the records stand in.
  for (const { turns } of groups.values())
    turns.sort((x, y) =>
      x.questionId < y.questionId ? -1 : x.questionId > y.questionId ? 1 : x.turn - y.turn,
    );
  return [...groups.values()];
}

function percentOf(count: number, n: number) {
  const { value, interval } = wilsonInterval(count, n);
  return {
    value: value === null ? null : 100 * value,
    interval: interval === null ? null : scaleInterval(interval, 100),
    n,
    unit: "percent",
  };
}

/**
 * Share of answers that no other question got word for word. A model that gives one answer to everything is broken, or
 * it plays the judge (Zheng et al. 2024, arXiv 2410.07137). Repeats among trials of one question do not count.
 */
export function distinctAnswers(input: AuditInput): AuditFinding[] {
  return turnsByModel(input).map(({ suite, model, turns }) => {
    const askedWith = new Map<string, Set<string>>();
    const questions = new Set(turns.map((one) => one.questionId));
    for (const { digest, questionId } of turns) {
      const seen = askedWith.get(digest) ?? new Set<string>();
      askedWith.set(digest, seen);
      seen.add(questionId);
    }
    const own = turns.filter(({ digest }) => askedWith.get(digest)?.size === 1).length;
    const figure = percentOf(own, turns.length);
    const sentence = `${model} gave ${turns.length - own} of ${countOf(turns.length, "answer")} word for word to more than one of ${countOf(questions.size, "question")}.`;
    const acceptable = ACCEPTABLE.distinctAnswers;
    const outcome = decideOnCount(figure.value, acceptable);
    return { check: "distinct-answers", suite, model, outcome, ...figure, acceptable, sentence };
  });
}

const MOST_EXAMPLES = 5;

/** Share of answers that hold a mark of a judge's template, with the first few of them. */
export function templateCollisions(input: AuditInput): AuditFinding[] {
  return turnsByModel(input).map(({ suite, model, turns }) => {
    const examples: AuditExample[] = [];
    const names = new Set<string>();
    let colliding = 0;
    for (const { questionId, turn, marks, passage = "" } of turns) {
      const [mark] = marks;
      if (mark === undefined) continue;
      colliding++;
      for (const name of marks) names.add(name);
      if (examples.length < MOST_EXAMPLES) examples.push({ questionId, turn, mark, excerpt: passage });
    }
    const figure = percentOf(colliding, turns.length);
    const told =
      colliding === 0
        ? `None of the ${countOf(turns.length, "answer")} of ${model} holds a mark of a judge's template.`
        : `${colliding} of ${countOf(turns.length, "answer")} of ${model} ${nounFor(colliding, "holds", "hold")} marks of a judge's template (${[...names].join(", ")}); read them before trusting their verdicts.`;
    const acceptable = ACCEPTABLE.collisions;
    return {
      check: "template-collisions",
      suite,
      model,
      outcome: decideOnCount(figure.value, acceptable),
      ...figure,
      acceptable,
      sentence: told,
      ...(examples.length === 0 ? {} : { examples }),
    };
  });
}
