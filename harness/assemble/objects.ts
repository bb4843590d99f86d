import { missingJudgePart } from "../../judges/registry.js";
import type { ReportFormat } from "../../reports/registry.js";
import { missingSuitePart } from "../../suites/registry.js";
import { refuseSecrets, showPath, validateConfig } from "../config/read-config.js";
import { modelFromName, type RunConfig, resolveConfig } from "../config/resolve.js";
import type { JudgeEntry, ModelEntry, UserConfig } from "../config/schema.js";
import { ConfigError } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import type { Judge, JudgingMode, Model, Suite } from "../core/records.js";
import { isEndpointModel } from "../models/endpoint-model.js";
import { missingModelPart, ownModel } from "../models/own-model.js";
import { markOf, OBJECT_ADAPTER } from "./object-marks.js";

/** A judge as an object: the way of judging, and the model that plays it. */
export interface JudgeObject {
  readonly judge: Judge;
  /** A model, an entry as in a config file, or the name that the judges' endpoint knows. */
  readonly model: Model | ModelEntry | string;
  /** What is judged. Default: the run's mode, else the suite's where the judge can do it, else what the judge can do. */
  readonly mode?: JudgingMode;
}

/** Formats of a report: names, and objects that write files of one's own. */
export interface ReportRequest extends Omit<NonNullable<UserConfig["report"]>, "formats"> {
  readonly formats?: readonly (string | ReportFormat)[];
}

/** A configuration as a program gives it: as in a config file, with objects where a file can only name things. */
export interface RunInput extends Omit<UserConfig, "suites" | "models" | "judges" | "report"> {
  readonly suites?: readonly (string | Suite)[];
  readonly models?: readonly (string | ModelEntry | Model)[];
  readonly judges?: readonly (string | JudgeEntry | JudgeObject)[];
  readonly report?: ReportRequest;
}

/** Objects that stand behind the entries of a configuration. */
export interface GivenObjects {
  /** By the name under which the configuration holds them. */
  readonly suites: ReadonlyMap<string, Suite>;
  /** Models and judge models, by their entries. */
  readonly models: ReadonlyMap<ModelEntry | JudgeEntry, Model>;
  readonly judges: ReadonlyMap<JudgeEntry, Judge>;
}

/** A configuration that names everything. */
export const noObjects: GivenObjects = { suites: new Map(), models: new Map(), judges: new Map() };

function badObject(path: readonly PropertyKey[], what: string, remedy: string): ConfigError {
  return new ConfigError(`${showPath(path)} is ${what}`, { code: "bad-object", remedy });
}

function isModel(value: object): value is Model {
  return "generate" in value;
}

/** A program closes what it made; a run does not. Models of assay's own endpoints keep what batches need of them. */
function checkedModel(model: Model, path: readonly PropertyKey[]): Model {
  const missing =
    missingModelPart(model) ??
    (typeof model.id !== "string" || model.id === ""
      ? "a model without an id"
      : typeof model.endpoint !== "string"
        ? "a model without an endpoint"
        : model.identity === undefined
          ? "a model without an identity"
          : undefined);
  if (missing !== undefined)
    throw badObject(path, missing, "docs/library.md shows a model; the type is Model.");
  refuseSecrets(model.identity, "configuration", () => undefined, showPath, [...path, "identity"]);
  return isEndpointModel(model) ? model : ownModel(model, model, model.id);
}

function checkedSuite(suite: Suite, path: readonly PropertyKey[]): Suite {
  const missing = missingSuitePart(suite);
  if (missing === undefined) return suite;
  throw badObject(path, `not a suite: ${missing}`, "`createSuite` makes one of questions.");
}

function judgeObject(value: object, path: readonly PropertyKey[]): JudgeObject | undefined {
  if (!("judge" in value)) {
    if (!("read" in value)) return undefined;
    const remedy = "Give { judge, model }, where the model is an entry, a name or a Model.";
    throw badObject(path, "a judge without the model that plays it", remedy);
  }
  const given = value as JudgeObject;
  const missing = missingJudgePart(given.judge);
  if (missing !== undefined)
    throw badObject([...path, "judge"], `not a judge: ${missing}`, "docs/library.md shows one.");
  if (given.model === undefined)
    throw badObject([...path, "model"], "missing", "Name the model that plays the judge.");
  return given;
}

interface Marked<Entry, Given> {
  readonly entry: string | Entry;
  readonly model?: Model;
  readonly given?: Given;
}

function markedModel(value: string | ModelEntry | Model, index: number): Marked<ModelEntry, never> {
  if (typeof value === "string" || !isModel(value)) return { entry: value };
  const model = checkedModel(value, ["models", index]);
  return { entry: { id: model.id, adapter: OBJECT_ADAPTER }, model };
}

function markedJudge(value: string | JudgeEntry | JudgeObject, index: number): Marked<JudgeEntry, Judge> {
  const path = ["judges", index];
  const given = typeof value === "string" ? undefined : judgeObject(value, path);
  if (given === undefined) return { entry: value as string | JudgeEntry };
  const { judge, mode, model } = given;
  const marked = { protocol: markOf(judge.name), ...presentFields({ mode }) };
  if (typeof model === "string") return { entry: { ...modelFromName(model), ...marked }, given: judge };
  if (!isModel(model)) return { entry: { ...model, ...marked }, given: judge };
  const own = checkedModel(model, [...path, "model"]);
  return { entry: { id: own.id, adapter: OBJECT_ADAPTER, ...marked }, model: own, given: judge };
}

function checkedFormat(format: string | ReportFormat, index: number): string {
  if (typeof format === "string") return format;
  if (typeof format.render === "function" && typeof format.summary === "string")
    return markOf(format.summary.slice(0, 60));
  const remedy = "Give { summary, render }; docs/library.md shows one.";
  throw badObject(["report", "formats", index], "no format of a report", remedy);
}

/**
 * Reads a configuration that may hold objects. The configuration that comes of it is plain data: each object has left
 * its mark there, and is found by it.
 * @throws ConfigError `invalid-config`, `bad-object` naming the key path, `secret-in-config`.
 */
export async function readInput(
  input: RunInput,
): Promise<{ readonly config: RunConfig; readonly objects: GivenObjects }> {
  const suites = new Map<string, Suite>();
  const names = input.suites?.map((suite, index) => {
    if (typeof suite === "string") return suite;
    const name = markOf(checkedSuite(suite, ["suites", index]).id);
    suites.set(name, suite);
    return name;
  });
  const models = input.models?.map(markedModel);
  const judges = input.judges?.map(markedJudge);
  const { formats, ...report } = input.report ?? {};
  const plain = {
    ...input,
    ...presentFields({
      suites: names,
      models: models?.map(({ entry }) => entry),
      judges: judges?.map(({ entry }) => entry),
      report: input.report && { ...report, ...presentFields({ formats: formats?.map(checkedFormat) }) },
    }),
  };
  const config = resolveConfig([await validateConfig(plain, "configuration")]);
  const byEntry = new Map<ModelEntry | JudgeEntry, Model>();
  const judgeByEntry = new Map<JudgeEntry, Judge>();
  models?.forEach(({ model }, index) => {
    const entry = config.models[index];
    if (entry !== undefined && model !== undefined) byEntry.set(entry, model);
  });
  judges?.forEach(({ model, given }, index) => {
    const entry = config.judges[index];
    if (entry !== undefined && model !== undefined) byEntry.set(entry, model);
    if (entry !== undefined && given !== undefined) judgeByEntry.set(entry, given);
  });
  return { config, objects: { suites, models: byEntry, judges: judgeByEntry } };
}
