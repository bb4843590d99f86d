import { askedBy } from "../store/asked.js";
import { BaselineTexts } from "../store/baseline-answers.js";
import { readManifest, readSuites } from "../store/run-folder.js";
import { visitRecords } from "../store/visit-records.js";

/** Fingerprints of a run's answers, by model and question. */
function answersOf(run: string, suite: string, models: readonly string[]) {
  const texts = new BaselineTexts(new Map([[suite, new Set(models)]]));
  visitRecords(run, askedBy(readManifest(run), readSuites(run)), [texts]);
  return new Map(models.map((model) => [model, texts.of(suite, model)?.byQuestion] as const));
}

/** Models that gave the same answers to all questions that both runs asked. @throws DataError for damaged files. */
export function modelsAnsweredAlike(
  first: string,
  second: string,
  suite: string,
  models: readonly string[],
): Set<string> {
  const [one, other] = [first, second].map((run) => answersOf(run, suite, models)) as [
    ReturnType<typeof answersOf>,
    ReturnType<typeof answersOf>,
  ];
  const isAlike = (model: string) => {
    const [left, right] = [one.get(model), other.get(model)];
    if (left === undefined || right === undefined) return true;
    return [...left].every(([id, print]) => (right.get(id) ?? print) === print);
  };
  return new Set(models.filter(isAlike));
}
