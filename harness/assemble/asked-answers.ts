import { loadSuite } from "../../suites/registry.js";
import { selectQuestions } from "../../suites/select-questions.js";
import type { RunConfig } from "../config/resolve.js";
import { ConfigError } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import type { Suite } from "../core/records.js";
import type { Services } from "../core/services.js";
import { assetFinder } from "../data/asset-finder.js";
import { readShard } from "../pipeline/shard.js";
import { heldProtocols, isRunFolder, readSuites, readWholeSuites } from "../store/run-folder.js";
import type { AnswerSource, KeptProtocols } from "./answer-source.js";
import { answerHashes } from "./baseline-hash.js";
import { modelDefaults, modelOf } from "./models.js";
import { isMark, objectMissing } from "./object-marks.js";
import type { GivenObjects } from "./objects.js";
import { findOpponents, rankedOpponents } from "./opponents.js";
import { suitesOfShard } from "./shard-suites.js";

function refuseEmpty(config: RunConfig): void {
  if (config.suites.length === 0) {
    throw new ConfigError("no suite is named", {
      code: "suite-missing",
      remedy:
        "Name one with --suite, such as mt-bench, alpaca-eval-2, assay-80 or a file of your own; `assay list suites` shows them.",
    });
  }
  if (config.models.length === 0) {
    throw new ConfigError("no model is named", {
      code: "model-missing",
      remedy:
        "Name one with --model NAME (and --base-url, where it is not at OpenAI), or under `models:` in the config file.",
    });
  }
}

async function wholeSuiteOf(name: string, services: Services, objects: GivenObjects): Promise<Suite> {
  const given = objects.suites.get(name);
  if (given === undefined && isMark(name)) throw objectMissing("suite", name);
  return given ?? loadSuite(name, assetFinder(services));
}

/** Questions that a run folder holds of each suite, by suite id; of a shard those of the undivided run. */
function heldQuestions(run: string | undefined): ReadonlyMap<string, ReadonlySet<string>> {
  if (run === undefined || !isRunFolder(run)) return new Map();
  const whole = readWholeSuites(run);
  const suites = whole.length > 0 ? whole : readSuites(run);
  return new Map(suites.map(({ id, questions }) => [id, new Set(questions.map((question) => question.id))]));
}

/** The questions of a suite that a configuration asks for. */
function askedOf(suite: Suite, config: RunConfig): Suite {
  const { limit, limitPerCategory, questions } = config;
  const held = limit === undefined ? undefined : heldQuestions(config.out).get(suite.id);
  return selectQuestions(suite, presentFields({ limit, limitPerCategory, questionIds: questions, held }));
}

/**
 * A suite of a configuration, with the questions that are asked; those that the run folder holds stay among them.
 * @throws ConfigError, DataError.
 */
export async function suiteOf(
  name: string,
  config: RunConfig,
  services: Services,
  objects: GivenObjects,
): Promise<Suite> {
  return askedOf(await wholeSuiteOf(name, services, objects), config);
}

/**
 * Answers that models are asked for: the suites and models that a configuration names.
 * @throws ConfigError, DataError.
 */
export async function askedAnswers(
  config: RunConfig,
  services: Services,
  objects: GivenObjects,
  kept: KeptProtocols = [],
): Promise<AnswerSource> {
  refuseEmpty(config);
  const whole = await Promise.all(config.suites.map((name) => wholeSuiteOf(name, services, objects)));
  const selected = whole.map((suite) => askedOf(suite, config));
  const shard = config.shard === undefined ? undefined : readShard(config.shard);
  const defaults = modelDefaults(config, services);
  const asked = await Promise.all(
    config.models.map(async (entry) => ({
      entry,
      model: objects.models.get(entry) ?? (await modelOf(entry, defaults, services)),
    })),
  );
  const models = asked.map(({ model }) => model);
  return {
    suites: shard === undefined ? selected : suitesOfShard(selected, shard),
    models,
    asked,
    trials: config.trials,
    ...(shard === undefined ? {} : { shard: { ...shard, wholeSuites: selected } }),
    run: config.out,
    kept,
    held: heldProtocols(config.out),
    findOpponents: async (judging) => {
      const compared = judging.filter(({ mode }) => mode === "pairwise-baseline").map(({ suite }) => suite);
      const found = await findOpponents(new Set(compared), models, config, services);
      const baselineOf = ({ id }: Suite) =>
        found.models[id] ?? models.find((model) => model.id === found.names.get(id));
      const ranked = await rankedOpponents(judging, models, config, services);
      const asked = [...new Set([...found.asked, ...Object.values(ranked).flat()])];
      return { ...found, asked, ranked, answers: answerHashes(whole, baselineOf) };
    },
  };
}
