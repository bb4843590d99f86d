import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import type { Suite, Warning } from "../../core/records.js";
import { fitBoardDifficulties } from "../../pipeline/scores/board-difficulties.js";
import type { BoardInput } from "../../pipeline/scores/build-board.js";
import type { PreferenceCalibration } from "../../pipeline/scores/preference-rows.js";
import { prettyJson, writeFileAtomically } from "../../store/run-folder.js";
import { type FrozenDifficulties, instructionKey, readDifficulties } from "./difficulties.js";

/** Where the difficulties of a custom instruction set come from. Nothing said: length control does without them. */
export interface DifficultyOptions {
  /** File of an earlier estimate, so that a further model moves no other's figure. */
  readonly difficultiesFile?: string | undefined;
  /** Estimate them from the models at hand, and keep them in this file. */
  readonly fitDifficultiesTo?: string | undefined;
}

/** Boards with their difficulties, and what is to be said of them. */
export interface CalibratedInputs {
  readonly inputs: readonly BoardInput[];
  readonly warnings: readonly Warning[];
}

function textsOf(suite: Suite | undefined): Map<string, string> {
  return new Map(suite?.questions.map((question) => [question.id, question.turns[0] ?? ""]));
}

/** Frozen difficulties as length control takes them, for questions by id. */
function frozenCalibration(
  frozen: FrozenDifficulties,
  texts: ReadonlyMap<string, string>,
): PreferenceCalibration {
  const positions = new Map(Object.keys(frozen.difficulties).map((key, position) => [key, position]));
  return {
    difficulties: Float64Array.from(Object.values(frozen.difficulties)),
    positionOf: (questionId) => {
      const text = texts.get(questionId);
      return text === undefined ? -1 : (positions.get(instructionKey(text)) ?? -1);
    },
    isFitted: true,
  };
}

function withDifficulties(
  input: BoardInput,
  frozen: FrozenDifficulties,
  suite: Suite | undefined,
): BoardInput {
  if (input.preference === undefined) return input;
  return {
    ...input,
    preference: { ...input.preference, calibration: frozenCalibration(frozen, textsOf(suite)) },
  };
}

function checkFrozen(file: string, frozen: FrozenDifficulties, input: BoardInput): Warning[] {
  const { baseline = "", protocol } = input.head;
  if (frozen.baseline !== baseline) {
    throw new ConfigError(`${file} holds difficulties against ${frozen.baseline}, not against ${baseline}`, {
      code: "other-baseline",
      remedy: "Fit difficulties against this baseline with --fit-difficulties.",
    });
  }
  if (frozen.protocol === protocol) return [];
  const message = `The difficulties in ${file} were estimated from verdicts of ${frozen.protocol}, and these are of ${protocol}.`;
  return [{ code: "difficulties-of-another-protocol", message }];
}

function useFrozen(
  file: string,
  custom: readonly BoardInput[],
  inputs: readonly BoardInput[],
  suites: ReadonlyMap<string, Suite>,
): CalibratedInputs {
  const frozen = readDifficulties(file);
  const warnings = custom.flatMap((input) => checkFrozen(file, frozen, input));
  return {
    inputs: inputs.map((input) =>
      custom.includes(input) ? withDifficulties(input, frozen, suites.get(input.head.suite)) : input,
    ),
    warnings,
  };
}

function estimate(input: BoardInput, suite: Suite | undefined): FrozenDifficulties {
  const { baseline = "", protocol } = input.head;
  const { preference } = input;
  if (preference === undefined) throw new Error(`the board of ${protocol} has no preferences`);
  const measured = input.subjects.filter(([model, opponent]) => model !== opponent);
  if (measured.length < 2) {
    throw new ConfigError(
      "difficulties cannot be estimated from one model, whose verdicts they would only repeat",
      {
        code: "too-few-models",
        remedy: "Score several models together; with some five or more the estimate becomes worth having.",
      },
    );
  }
  const fitted = fitBoardDifficulties(input, preference);
  const texts = textsOf(suite);
  const entries = [...fitted.byQuestion].flatMap(([id, gamma]) => {
    const text = texts.get(id);
    return text === undefined ? [] : [[instructionKey(text), gamma] as const];
  });
  return {
    schema: "assay.difficulties/1",
    baseline,
    protocol,
    models: fitted.models,
    verdicts: fitted.verdicts,
    difficulties: Object.fromEntries(entries),
  };
}

/**
 * Gives boards of custom instructions their difficulties: from a file, or estimated from the board's models and written
 * to one. Boards with a published calibration stay as they are.
 *
 * @param suites the boards' questions, by suite id
 * @throws ConfigError when there is no such board, for an estimate over several boards or fewer than two models, or for
 * difficulties against another baseline; DataError for a broken file
 */
export async function withInstructionDifficulties(
  inputs: readonly BoardInput[],
  suites: ReadonlyMap<string, Suite>,
  options: DifficultyOptions,
): Promise<CalibratedInputs> {
  const { difficultiesFile, fitDifficultiesTo } = options;
  if (difficultiesFile === undefined && fitDifficultiesTo === undefined) return { inputs, warnings: [] };
  const custom = inputs.filter(
    ({ metric, preference }) =>
      metric === "preference" && preference?.calibration?.difficulties === undefined,
  );
  const [only, ...others] = custom;
  if (only === undefined) {
    throw new ConfigError("all boards have published difficulties; none is left to be given others", {
      code: "no-custom-instructions",
      remedy: "Leave --difficulties and --fit-difficulties out.",
    });
  }
  if (fitDifficultiesTo === undefined) return useFrozen(difficultiesFile ?? "", custom, inputs, suites);
  if (others.length > 0) {
    throw new ConfigError(`there are ${countOf(custom.length, "board")} to estimate difficulties for`, {
      code: "several-boards",
      remedy: "Name files of one annotator and one baseline, or one run; `assay merge` joins runs.",
    });
  }
  const suite = suites.get(only.head.suite);
  const frozen = estimate(only, suite);
  await writeFileAtomically(fitDifficultiesTo, prettyJson(frozen));
  const message =
    `Difficulties were estimated from ${countOf(frozen.models.length, "model")} and kept in ${fitDifficultiesTo}; ` +
    "score later models with --difficulties and that file, so that these figures stay.";
  return {
    inputs: inputs.map((input) => (input === only ? withDifficulties(input, frozen, suite) : input)),
    warnings: [{ code: "difficulties-estimated", message }],
  };
}
