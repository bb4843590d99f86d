import { countOf, nounFor } from "../../core/count-of.js";
import { markNames } from "../../core/template-marks.js";
import { scaleInterval } from "../../stats/intervals.js";
import { wilsonInterval } from "../../stats/proportions.js";
import { grownTo } from "../../store/growing-array.js";
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

/** Which question each text of a model answered; one table serves all models. */
class DigestQuestions {
  private digests = new Float64Array(0);
  /** Number of the only question of a text, from 0; the texts of several, and of none, are marked. */
  private questions = new Int32Array(0);
  /** How often each text stands there. */
  private counts = new Int32Array(0);
  private last = -1;
  /** How many texts were added that stand at one question alone. */
  ofOneQuestion = 0;

  /** Forgets all texts. @param texts How many are added next, at most. */
  begin(texts: number): void {
    // Powers of two, half of them free, so that few are tried.
    const places = 2 ** Math.ceil(Math.log2(2 * texts + 2));
    this.digests = grownTo(this.digests, places);
    this.questions = grownTo(this.questions, places).fill(NO_QUESTION);
    this.counts = grownTo(this.counts, places).fill(0);
    this.last = places - 1;
    this.ofOneQuestion = 0;
  }

  add(digest: number, question: number): void {
    const { digests, questions, counts, last } = this;
    let place = digest & last;
    while (questions[place] !== NO_QUESTION && digests[place] !== digest) place = (place + 1) & last;
    const known = questions[place];
    if (known === SEVERAL_QUESTIONS) return;
    if (known === NO_QUESTION || known === question) {
      digests[place] = digest;
      questions[place] = question;
      counts[place] = (counts[place] ?? 0) + 1;
      this.ofOneQuestion++;
    } else {
      questions[place] = SEVERAL_QUESTIONS;
      this.ofOneQuestion -= counts[place] ?? 0;
    }
  }
}

const NO_QUESTION = -1;
const SEVERAL_QUESTIONS = -2;

/**
 * Share of answers that no other question got word for word. A model that gives one answer to everything is broken, or
 * it plays the judge (Zheng et al. 2024, arXiv 2410.07137). Repeats among trials of one question do not count.
 */
export function distinctAnswers(input: AuditInput): AuditFinding[] {
  const askedWith = new DigestQuestions();
  return Array.from(input.answers.models(), ({ suite, model, answers }) => {
    askedWith.begin(answers.turns);
    const questions = new Map<string, number>();
    let latest = "";
    let number = -1;
    answers.forEachTurn((questionId, _, digest) => {
      if (number === -1 || questionId !== latest) {
        latest = questionId;
        number = questions.get(questionId) ?? questions.size;
        questions.set(questionId, number);
      }
      askedWith.add(digest, number);
    });
    const count = answers.turns;
    const own = askedWith.ofOneQuestion;
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
    const count = answers.turns;
    answers.forEachTurn((questionId, turn, _, trace) => {
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
