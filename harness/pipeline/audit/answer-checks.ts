import { countOf, nounFor } from "../../core/count-of.js";
import { markNames } from "../../core/template-marks.js";
import { scaleInterval } from "../../stats/intervals.js";
import { wilsonInterval } from "../../stats/proportions.js";
import type { TurnTrace } from "./answer-traces.js";
import type { AuditInput } from "./audit-input.js";
import { ACCEPTABLE, type AuditExample, type AuditFinding, decideOnCount } from "./finding.js";

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
  return Array.from(input.answers.models(), ({ suite, model, answers }) => {
    /** The only question that got a text; null for several. */
    const askedWith = new Map<number, string | null>();
    const questions = new Set<string>();
    let count = 0;
    answers.forEachTurn((questionId, _, digest) => {
      questions.add(questionId);
      count++;
      const known = askedWith.get(digest);
      if (known === undefined) askedWith.set(digest, questionId);
      else if (known !== null && known !== questionId) askedWith.set(digest, null);
    });
    let own = 0;
    answers.forEachTurn((_, __, digest) => {
      if (askedWith.get(digest) !== null) own++;
    });
    const figure = percentOf(own, count);
    const sentence = `${model} gave ${count - own} of ${countOf(count, "answer")} word for word to more than one of ${countOf(questions.size, "question")}.`;
    const acceptable = ACCEPTABLE.distinctAnswers;
    const outcome = decideOnCount(figure.value, acceptable);
    return { check: "distinct-answers", suite, model, outcome, ...figure, acceptable, sentence };
  });
}

const MOST_EXAMPLES = 5;

/** Share of answers that hold a mark of a judge's template, with the first few of them. */
export function templateCollisions(input: AuditInput): AuditFinding[] {
  return Array.from(input.answers.models(), ({ suite, model, answers }) => {
    const marked: (TurnTrace & { readonly questionId: string; readonly turn: number })[] = [];
    let count = 0;
    answers.forEachTurn((questionId, turn, _, trace) => {
      count++;
      if (trace !== undefined && trace.marks !== 0) marked.push({ ...trace, questionId, turn });
    });
    // The same examples whatever order the records stand in.
    marked.sort((x, y) =>
      x.questionId < y.questionId ? -1 : x.questionId > y.questionId ? 1 : x.turn - y.turn,
    );
    const examples: AuditExample[] = [];
    const names = new Set<string>();
    const colliding = marked.length;
    for (const { questionId, turn, marks, passage = "" } of marked) {
      const held = markNames(marks);
      const [mark = ""] = held;
      for (const name of held) names.add(name);
      if (examples.length < MOST_EXAMPLES) examples.push({ questionId, turn, mark, excerpt: passage });
    }
    const figure = percentOf(colliding, count);
    const told =
      colliding === 0
        ? `None of the ${countOf(count, "answer")} of ${model} holds a mark of a judge's template.`
        : `${colliding} of ${countOf(count, "answer")} of ${model} ${nounFor(colliding, "holds", "hold")} marks of a judge's template (${[...names].join(", ")}); read them before trusting their verdicts.`;
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
