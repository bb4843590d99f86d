import { createSuite } from "../../../suites/create-suite.js";
import { selectQuestions } from "../../../suites/select-questions.js";
import { ConfigError, EndpointError } from "../../core/errors.js";
import { contentId } from "../../core/hash.js";
import type { LabelledPair } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import type { Model, Suite } from "../../core/records.js";
import { fileNameFor } from "../../core/text.js";
import type { LabelledSet } from "../../pipeline/judge-bench/bench-set.js";

/** Names under which the two answers of every pair are judged: the first stands first in game 1. */
export const SIDES = ["first", "second"] as const;

/** A set of pairs with the suite that it is asked as: a question for each pair. */
export interface PairSuite {
  readonly set: LabelledSet;
  readonly suite: Suite;
}

function suiteId(name: string, index: number, names: readonly string[]): string {
  const plain = fileNameFor(name).toLowerCase();
  const isTaken = names.findIndex((other) => fileNameFor(other).toLowerCase() === plain) < index;
  return isTaken ? `${plain}-${index + 1}` : plain;
}

function refuseWithoutTexts({ name, pairs }: LabelledSet): void {
  const bare = pairs.find(({ prompt }) => prompt.length === 0);
  if (bare === undefined && pairs.length > 0) return;
  throw new ConfigError(`${name} holds no pair with texts, and a judge needs them`, {
    code: "texts-missing",
    remedy: "Name a file with the answers in it, or score published decisions with --replay.",
  });
}

/**
 * Sets of pairs as suites, so that they are judged as the answers of a run are.
 * @param limit So many pairs of each set, drawn across its groups.
 * @throws ConfigError for a set without texts.
 */
export function pairSuites(sets: readonly LabelledSet[], limit: number | undefined): PairSuite[] {
  const names = sets.map(({ name }) => name);
  return sets.map((set, index) => {
    refuseWithoutTexts(set);
    const questions = set.pairs.map(({ id, prompt, group, category = group, reference }) => ({
      id,
      turns: prompt,
      ...presentFields({ category, reference }),
    }));
    const whole = createSuite({
      id: suiteId(set.name, index, names),
      title: set.name,
      questions,
      defaultMode: "pairwise-all",
    });
    const suite = selectQuestions(whole, presentFields({ limit }));
    const asked = new Set(suite.questions.map((question) => question.id));
    return { suite, set: { ...set, pairs: set.pairs.filter(({ id }) => asked.has(id)) } };
  });
}

/** One side of all pairs as a model over recorded answers: asked nothing, costs nothing. */
export function pairSide(side: (typeof SIDES)[number], suites: readonly PairSuite[]): Model {
  const textsOf = ({ a, b }: LabelledPair) => (side === "first" ? a : b);
  const answers = new Map(
    suites.map(({ suite, set }) => [suite.id, new Map(set.pairs.map((pair) => [pair.id, textsOf(pair)]))]),
  );
  const recordings = contentId(suites.map(({ set }) => set.pairs.map((pair) => [pair.id, textsOf(pair)])));
  return {
    id: side,
    identity: { adapter: "replay", model: side, recordings },
    endpoint: `recorded:${side}`,
    generate: ({ subject }) => {
      const text = answers.get(subject.suite)?.get(subject.questionId)?.[subject.turn - 1];
      if (text !== undefined) return Promise.resolve({ text, finishReason: "unknown", recorded: true });
      const message = `the pair ${subject.questionId} has no ${side} answer to turn ${subject.turn}`;
      return Promise.reject(new EndpointError(message, { code: "no-recording", retryable: false }));
    },
  };
}
