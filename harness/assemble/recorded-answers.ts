import type { RunConfig } from "../config/resolve.js";
import { ConfigError } from "../core/errors.js";
import { unaskedModel } from "../core/model-facts.js";
import type { Model, Suite } from "../core/records.js";
import type { Services } from "../core/services.js";
import { readManifest, readSuites, readWholeSuites } from "../store/run-folder.js";
import type { AnswerSource, Judging, Opponents } from "./answer-source.js";
import { answerHashes } from "./baseline-hash.js";
import { displayId } from "./models.js";
import { rankedOpponents, recordedOpponent } from "./opponents.js";

/** Baselines of the judging: answered models of the run, and recordings that are taken into it. */
async function opponentsFor(
  judging: readonly Judging[],
  answered: readonly Model[],
  measured: readonly Model[],
  config: RunConfig,
  services: Services,
): Promise<Omit<Opponents, "answers" | "ranked">> {
  const found = new Map<string, Model>();
  const recordings = new Map<string, Model>();
  for (const { suite, mode } of judging) {
    const name = config.baseline ?? suite.defaultBaseline;
    if (name === undefined) continue;
    const isNeeded = mode === "pairwise-baseline";
    const opponent =
      answered.find((model) => model.id === name) ??
      recordings.get(name) ??
      (isNeeded ? await recordedOpponent(name, suite, services) : undefined);
    if (opponent !== undefined) found.set(suite.id, opponent);
    else if (isNeeded) throw withoutAnswers(name);
    if (opponent !== undefined && !answered.includes(opponent)) recordings.set(name, opponent);
  }
  const asked = [...recordings.values()];
  return {
    models: Object.fromEntries([...found].filter(([, opponent]) => !measured.includes(opponent))),
    names: new Map([...found].map(([suite, model]) => [suite, model.id])),
    asked,
    recorded: new Set(asked.map((model) => model.id)),
    warnings: [],
  };
}

function withoutAnswers(name: string): ConfigError {
  return new ConfigError(`the run has no answers of the baseline ${name}, and judging calls no model`, {
    code: "baseline-missing",
    remedy: "Name a model of the run with --baseline, or a file of recorded answers.",
  });
}

/** An import without the file of questions knows their ids alone; no judge can grade an answer to nothing. */
function refuseUnknownQuestions(run: string, suites: readonly Suite[]): void {
  const unknown = suites.find(({ questions }) =>
    questions.some(({ turns }) => turns.every((turn) => turn === "")),
  );
  if (unknown === undefined) return;
  throw new ConfigError(`${run} does not hold the questions of suite ${unknown.id}, only their ids`, {
    code: "questions-unknown",
    remedy: "Import it again together with its file of questions (FastChat's question.jsonl).",
  });
}

/**
 * Answers that a run folder holds: suites and models as the run recorded them, so that neither assets nor the models'
 * keys are needed. A baseline that the run lacks may be a recording.
 * @throws ConfigError, DataError.
 */
export function recordedAnswers(run: string, config: RunConfig, services: Services): AnswerSource {
  const manifest = readManifest(run);
  const suites = readSuites(run);
  refuseUnknownQuestions(run, suites);
  const answered = manifest.models.map((model) => unaskedModel(model, "was asked in a run that only judges"));
  const baselines = new Set(manifest.protocols.flatMap((protocol) => protocol.baseline ?? []));
  const named = new Set(config.models.map(displayId));
  const models = answered.filter((model) => named.has(model.id) || !baselines.has(model.id));
  const { shard } = manifest;
  return {
    suites,
    models,
    asked: [],
    trials: manifest.trials,
    ...(shard === undefined ? {} : { shard: { ...shard, wholeSuites: readWholeSuites(run) } }),
    run,
    kept: manifest.protocols,
    held: new Set(manifest.protocols.map((protocol) => protocol.id)),
    findOpponents: async (judging) => {
      const found = await opponentsFor(judging, answered, models, config, services);
      const baselineOf = ({ id }: Suite) =>
        found.models[id] ?? answered.find((model) => model.id === found.names.get(id));
      const hashes = answerHashes(suites, baselineOf);
      // The folder holds a part of the questions, perhaps; what their whole suite's answers came to is written down.
      const noted = manifest.protocols.flatMap(({ suite, baseline, baselineAnswers }) =>
        baselineAnswers !== undefined && found.names.get(suite) === baseline
          ? [[suite, baselineAnswers] as const]
          : [],
      );
      const ranked = await rankedOpponents(judging, models, config, services);
      const along = Object.values(ranked).flat();
      return {
        ...found,
        asked: [...new Set([...found.asked, ...along])],
        recorded: new Set([...(found.recorded ?? []), ...along.map((model) => model.id)]),
        ranked,
        answers: new Map([...hashes, ...noted]),
      };
    },
  };
}
