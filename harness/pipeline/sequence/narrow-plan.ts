import type { Suite } from "../../core/records.js";
import { verdictsPlanned } from "../judge-items.js";
import type { Plan } from "../plan.js";

/**
 * The plan of a run that ended early: the same tasks and protocols, over the questions that its figures rest on. Suites
 * say which part of them that is, like those of any run that asks a part.
 * @param used Question ids by suite; a suite without any is left out.
 */
export function narrowPlan(plan: Plan, used: ReadonlyMap<string, ReadonlySet<string>>): Plan {
  const isUsed = (suite: string, question: string) => used.get(suite)?.has(question) === true;
  const suites = plan.suites.flatMap((suite) => {
    const questions = suite.questions.filter(({ id }) => isUsed(suite.id, id));
    return questions.length === 0 ? [] : [partialSuite(suite, questions)];
  });
  const byId = new Map(suites.map((suite) => [suite.id, suite]));
  return {
    ...plan,
    suites,
    answerTasks: plan.answerTasks.filter(({ suite, question }) => isUsed(suite, question.id)),
    protocols: plan.protocols.flatMap((planned) => {
      const suite = byId.get(planned.suite.id);
      if (suite === undefined) return [];
      return [{ ...planned, suite, planned: verdictsPlanned(planned, suite, plan.trials) }];
    }),
  };
}

function partialSuite(suite: Suite, questions: Suite["questions"]): Suite {
  const categories = suite.categories.filter((category) =>
    questions.some((question) => question.category === category),
  );
  const whole = suite.whole ?? { questions: suite.questions.length, categories: suite.categories.length };
  return { ...suite, questions, categories, whole };
}
