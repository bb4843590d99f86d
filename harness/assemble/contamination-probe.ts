import { createSuite } from "../../suites/create-suite.js";
import { loadSuite } from "../../suites/registry.js";
import type { RunConfig } from "../config/resolve.js";
import {
  completionPrompt,
  type Halves,
  halvesOf,
  LEAST_WORDS,
  likeness,
} from "../contamination/completion.js";
import type { ContaminationProbe } from "../core/contamination.js";
import { countOf, nounFor } from "../core/count-of.js";
import { ConfigError } from "../core/errors.js";
import type { Answer, Suite, Warning } from "../core/records.js";
import type { Services } from "../core/services.js";
import { assetFinder } from "../data/asset-finder.js";
import { type CompletedPlace, probedModel } from "../pipeline/completion-probe.js";
import { readAnswers } from "../store/run-folder.js";
import { type Evaluation, prepareEvaluation } from "./evaluation.js";
import { noObjects } from "./objects.js";

/** What a completion can show and what not. */
const PROBE_LIMITS =
  "A second half that comes word for word was seen, or is easy to guess; the fresh texts show how often it is guessed. A second half that does not come shows nothing: a model may have trained on a question without being able to recite it, and chat models may decline. Fresh texts must be ones that the model cannot have seen, and be written much like the suite's.";

interface ProbeSuites {
  /** Suites of first halves, the questioned one first. */
  readonly asked: readonly [Suite, Suite];
  readonly halves: ReadonlyMap<string, Halves>;
  readonly names: readonly [string, string];
  readonly tooShort: number;
}

/** A probe that is ready; nothing is called yet. */
export interface PreparedProbe extends Evaluation {
  readonly suites: ProbeSuites;
}

const keyOf = (suite: string, id: string) => JSON.stringify([suite, id]);

async function probeSuites(name: string, freshName: string, services: Services): Promise<ProbeSuites> {
  const finder = assetFinder(services);
  const [own, fresh] = [await loadSuite(name, finder), await loadSuite(freshName, finder)];
  if (own.hash === fresh.hash) {
    throw new ConfigError(`${name} cannot be fresh and in question at once`, {
      code: "fresh-is-suite",
      remedy: "Name questions that the model cannot have seen with --fresh FILE.",
    });
  }
  const halves = new Map<string, Halves>();
  let tooShort = 0;
  const cut = (suite: Suite, role: string): Suite => {
    const id = `${suite.id}-${role}`;
    const questions = suite.questions.flatMap((question) => {
      const found = halvesOf(question.turns[0] ?? "");
      if (found === undefined) {
        if (suite === own) tooShort++;
        return [];
      }
      halves.set(keyOf(id, question.id), found);
      return [{ id: question.id, category: question.category, turns: [completionPrompt(found.first)] }];
    });
    if (questions.length === 0) {
      throw new ConfigError(`no question of ${suite.id} has ${LEAST_WORDS} words or more`, {
        code: "too-short",
        remedy: "Second halves of short questions are a matter of chance; scan a corpus instead (--corpus).",
      });
    }
    const sampling = { maxTokens: 300, temperature: 0 };
    return createSuite({ id, title: `${suite.title}, ${role}`, questions, sampling, assets: suite.assets });
  };
  return {
    asked: [cut(own, "first-halves"), cut(fresh, "fresh-halves")],
    halves,
    names: [own.id, fresh.id],
    tooShort,
  };
}

/**
 * Prepares the completion of second halves: the questions of a suite, and fresh ones, are cut in two, and models are asked
 * for the second half as for any answer.
 * @throws ConfigError, DataError for what cannot be asked.
 */
export async function prepareProbe(
  name: string,
  freshName: string,
  config: RunConfig,
  services: Services,
): Promise<PreparedProbe> {
  const suites = await probeSuites(name, freshName, services);
  const asked = new Map(suites.asked.map((suite) => [suite.id, suite]));
  const { secondJudge: _, judgeRepeats: _repeats, ...unjudged } = config;
  const evaluation = await prepareEvaluation(
    { ...unjudged, suites: [...asked.keys()], judges: [], gates: [], trials: 1, judgeRepeatShare: 100 },
    services,
    { ...noObjects, suites: asked },
  );
  return { ...evaluation, suites };
}

/** Answers that count: the last of each place. */
function lastAnswers(run: string): Map<string, Answer> {
  const last = new Map<string, Answer>();
  for (const answer of readAnswers(run))
    last.set(JSON.stringify([answer.model, answer.suite, answer.questionId]), answer);
  return last;
}

function warningsOf(freshName: string, tooShort: number): Warning[] {
  const warnings: Warning[] = [];
  if (freshName === "assay-80")
    warnings.push({
      code: "fresh-by-default",
      message:
        "the fresh texts are assay-80's, which are public: a model whose training data are younger than they are may have seen them; give your own with --fresh FILE",
    });
  if (tooShort > 0)
    warnings.push({
      code: "too-short",
      message: `${countOf(tooShort, "question")} ${nounFor(tooShort, "has", "have")} fewer than ${LEAST_WORDS} words and ${nounFor(tooShort, "is", "are")} not asked`,
      count: tooShort,
    });
  return warnings;
}

/** What the completions in a run folder show. @throws DataError. */
export function probeResult(run: string, { suites, plan }: PreparedProbe): ContaminationProbe {
  const answers = lastAnswers(run);
  const completed = (model: string, suite: Suite): CompletedPlace[] =>
    plan.suites
      .filter(({ id }) => id === suite.id)
      .flatMap(({ questions }) => questions)
      .map(({ id }) => {
        const answer = answers.get(JSON.stringify([model, suite.id, id]));
        const halves = suites.halves.get(keyOf(suite.id, id));
        if (answer?.status !== "completed" || halves === undefined) return { id };
        return { id, likeness: likeness(answer.turns[0]?.text ?? "", halves) };
      });
  const [own, fresh] = suites.asked;
  return {
    schema: "assay.contamination-probe/1",
    run,
    suite: suites.names[0],
    freshSuite: suites.names[1],
    tooShort: suites.tooShort,
    models: [...plan.models.values()].map(({ id }) =>
      probedModel(id, completed(id, own), completed(id, fresh)),
    ),
    limits: PROBE_LIMITS,
    warnings: warningsOf(suites.names[1], suites.tooShort),
  };
}
