import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { presentFields } from "../harness/core/present-fields.js";
import type { GenerationParameters, Json } from "../harness/core/records.js";
import type { JudgeDefinition } from "./configured-judge.js";
import {
  badKey,
  checkPart,
  type DefinitionFile,
  readDefinitionFile,
  readJudgeFile,
} from "./definition-file.js";
import type { PreferenceParser } from "./preference-parser.js";
import { compilePattern } from "./read-preference.js";

const json: z.ZodType<Json> = z.json();

const tool = z.object({
  name: z.string(),
  description: z.string().optional(),
  parameters: json,
  strict: z.boolean().optional(),
});

/** Keys of `completions_kwargs` that mean something to a chat endpoint; those about processes and prices are passed over. */
const completions = z.strictObject({
  model_name: z.string(),
  max_tokens: z.int().min(1).optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
  logprobs: z.boolean().optional(),
  top_logprobs: z.int().min(1).max(20).optional(),
  frequency_penalty: z.number().optional(),
  presence_penalty: z.number().optional(),
  tools: z.array(z.object({ type: z.literal("function").optional(), function: tool })).optional(),
  tool_choice: z
    .object({ type: z.literal("function").optional(), function: z.object({ name: z.string() }) })
    .optional(),
  functions: z.array(tool).optional(),
  function_call: z.object({ name: z.string() }).optional(),
  num_procs: z.unknown().optional(),
  batch_size: z.unknown().optional(),
  requires_chatml: z.unknown().optional(),
  is_strip: z.unknown().optional(),
  price_per_token: z.unknown().optional(),
  client_config_path: z.unknown().optional(),
  /** Name of the limit in the local decoders. */
  max_new_tokens: z.int().min(1).optional(),
  /** How vLLM loads the model: the server's business. */
  model_kwargs: z.unknown().optional(),
  is_chatml_prompt: z.unknown().optional(),
  client_kwargs: z.record(z.string(), z.unknown()).optional(),
});

/** Members of `client_kwargs` that say where and how patiently alpaca_eval asks; assay has flags of its own for that. */
const CLIENT_KEYWORDS: ReadonlySet<string> = new Set(["base_url", "timeout", "max_retries"]);

/** Decoders that send what an OpenAI-compatible endpoint takes. */
const DECODERS: ReadonlySet<string> = new Set(["openai_completions", "vllm_local_completions"]);

const annotator = z.strictObject({
  prompt_template: z.string(),
  fn_completions: z.string().optional(),
  completions_kwargs: completions,
  fn_completion_parser: z.string().default("regex_parser"),
  completion_parser_kwargs: z.record(z.string(), z.unknown()).optional(),
  completion_key: z.string().optional(),
  batch_size: z
    .literal(1, { error: "only batches of 1 are supported, not several questions in one prompt" })
    .optional(),
  /** Off: the baseline is always shown first. */
  is_randomize_output_order: z.boolean().default(true),
  /** Without effect on batches of 1, or on what is asked. */
  is_shuffle: z.unknown().optional(),
  is_add_default_processors: z.unknown().optional(),
  completion_column: z.unknown().optional(),
  packages_for_which_to_show_version: z.unknown().optional(),
  prfx_to_completion_cols: z.unknown().optional(),
  processors_to_kwargs: z.strictObject({ ChainOfThoughtProcessor: z.unknown().optional() }).optional(),
  annotator_column: z.string().optional(),
  annotation_column: z.string().optional(),
  pretty_name: z.string().optional(),
  link: z.string().optional(),
});

type Annotator = z.output<typeof annotator>;
/** A place in the file, for messages. */
interface Place {
  readonly source: DefinitionFile;
  readonly path: readonly PropertyKey[];
}

/** A decoder of another vendor explains the keywords that are not known either. */
function refuseDecoder(annotator: unknown, { source, path }: Place): void {
  const decoder = z.object({ fn_completions: z.string() }).safeParse(annotator).data?.fn_completions;
  if (decoder === undefined || DECODERS.has(decoder)) return;
  throw badKey(
    source,
    [...path, "fn_completions"],
    `is ${decoder}, which asks another vendor's API with prompts and parameters of its own`,
    `assay asks OpenAI-compatible endpoints: ${[...DECODERS].join(" and ")} are understood.`,
  );
}

/** Members of `client_kwargs` that would change what is asked, refused by name. */
function refuseClientKeywords(given: Annotator, { source, path }: Place): void {
  const { completions_kwargs: keywords } = given;
  const foreign = Object.keys(keywords.client_kwargs ?? {}).find((name) => !CLIENT_KEYWORDS.has(name));
  if (foreign === undefined) return;
  throw badKey(
    source,
    [...path, "completions_kwargs", "client_kwargs", foreign],
    "is not supported",
    "Headers and keys of the judge's endpoint stand in its entry in the config: docs/adapters.md.",
  );
}

function parametersOf(given: Annotator["completions_kwargs"], place: Place): GenerationParameters {
  if (given.logprobs === true && given.top_logprobs === undefined) {
    throw badKey(
      place.source,
      [...place.path, "completions_kwargs", "logprobs"],
      "is on without top_logprobs",
    );
  }
  const tools = given.tools?.map((one) => presentFields(one.function)) ?? given.functions?.map(presentFields);
  const extra = presentFields({
    frequency_penalty: given.frequency_penalty,
    presence_penalty: given.presence_penalty,
  });
  return presentFields({
    temperature: given.temperature,
    maxTokens: given.max_tokens ?? given.max_new_tokens,
    topP: given.top_p,
    seed: given.seed,
    stop: typeof given.stop === "string" ? [given.stop] : given.stop,
    topLogprobs: given.top_logprobs,
    tools,
    toolChoice: given.tool_choice?.function.name ?? given.function_call?.name,
    extra: Object.keys(extra).length === 0 ? undefined : extra,
  });
}

const logprobKeywords = z.strictObject({
  numerator_token: z.string(),
  denominator_tokens: z.array(z.string()),
  is_binarize: z.boolean().default(true),
  log_prob_index: z.union([z.literal("batch"), z.int()]).default("batch"),
});
const rankingKeywords = z.strictObject({ model_1_name: z.string().default("model_1") });
const patternKeywords = z.strictObject({ outputs_to_match: z.record(z.string(), z.string()) });
const pipelineKeywords = z.strictObject({
  parsers_to_kwargs: z.strictObject({
    json_parser: z.strictObject({ annotation_key: z.string() }),
    ranking_parser: rankingKeywords.nullish(),
  }),
  is_squeeze: z.boolean().optional(),
});

/** Names under which alpaca_eval's prompts present the second answer, by that of the first. */
const SECOND_NAMES: Readonly<Record<string, string>> = { model_1: "model_2", m: "M", a: "b", A: "B" };

function secondName(first: string, place: Place): string {
  const second = SECOND_NAMES[first];
  if (second !== undefined) return second;
  throw badKey(
    place.source,
    [...place.path, "completion_parser_kwargs"],
    `names the first model "${first}"; the name of the second is not known`,
    `Supported: ${Object.entries(SECOND_NAMES)
      .map((pair) => pair.join(" and "))
      .join(", ")}.`,
  );
}

function logprobParser(keywords: z.output<typeof logprobKeywords>, place: Place): PreferenceParser {
  const { numerator_token: first, denominator_tokens: tokens, log_prob_index: index } = keywords;
  const [second, ...more] = tokens.filter((token) => token !== first);
  if (second === undefined || more.length > 0 || !tokens.includes(first)) {
    throw badKey(
      place.source,
      [...place.path, "completion_parser_kwargs", "denominator_tokens"],
      "has to hold the numerator_token and one other token",
    );
  }
  return {
    kind: "logprobs",
    first,
    second,
    position: index === "batch" ? 0 : index,
    binary: keywords.is_binarize,
  };
}

/** alpaca_eval's preferences as weights on the second answer; 0 and 1.5 are draws. */
const PATTERN_WEIGHTS: Readonly<Record<string, number>> = { "1": 0, "2": 1, "0": 0.5, "1.5": 0.5 };

function patternParser(keywords: z.output<typeof patternKeywords>, place: Place): PreferenceParser {
  const at = [...place.path, "completion_parser_kwargs", "outputs_to_match"];
  const patterns = Object.entries(keywords.outputs_to_match).map(([key, pattern]) => {
    const weightB = PATTERN_WEIGHTS[key];
    if (weightB === undefined)
      throw badKey(place.source, [...at, key], "is not a preference (1, 2, 0 or 1.5)");
    try {
      compilePattern(pattern);
    } catch {
      throw badKey(place.source, [...at, key], "is a regular expression that JavaScript does not know");
    }
    return { weightB, pattern };
  });
  return { kind: "patterns", patterns };
}

function parserOf(given: Annotator, place: Place): PreferenceParser {
  const { fn_completion_parser: name, completion_parser_kwargs: keywords = {} } = given;
  const at = [...place.path, "completion_parser_kwargs"];
  const check = <Schema extends z.ZodType>(schema: Schema): z.output<Schema> =>
    checkPart(schema, keywords, place.source, at, []);
  switch (name) {
    case "logprob_parser":
      return logprobParser(check(logprobKeywords), place);
    case "ranking_parser": {
      const first = check(rankingKeywords).model_1_name;
      return { kind: "ranking", first, second: secondName(first, place) };
    }
    case "lmsys_parser":
      check(z.strictObject({}));
      return { kind: "score-pair" };
    case "regex_parser":
      return patternParser(check(patternKeywords), place);
    case "pipeline_meta_parser": {
      const { json_parser, ranking_parser } = check(pipelineKeywords).parsers_to_kwargs;
      const first = ranking_parser?.model_1_name ?? "model_1";
      return {
        kind: "tool-ranking",
        field: json_parser.annotation_key,
        first,
        second: secondName(first, place),
      };
    }
    default:
      throw badKey(
        place.source,
        [...place.path, "fn_completion_parser"],
        `names the parser ${name}, which assay does not have`,
        "Supported: logprob_parser, ranking_parser, regex_parser, lmsys_parser, and pipeline_meta_parser of json_parser and ranking_parser.",
      );
  }
}

async function configurationFile(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  return resolve(isFolder ? join(path, "configs.yaml") : path);
}

/**
 * Loads an annotator of alpaca_eval as it is: a folder with `configs.yaml`, or that file. Its prompt's path is relative
 * to the folder around the annotator's, as in alpaca_eval's `evaluators_configs`. What the file leaves out has
 * alpaca_eval's defaults. Where the judge is asked is left to the judge model's entry and flags: `base_url` is passed
 * over, and decoders of other vendors are refused.
 * @throws ConfigError naming file, line and key for what assay does not support.
 */
export async function loadAlpacaEvalConfiguration(path: string): Promise<JudgeDefinition> {
  const file = await configurationFile(path);
  const source = await readDefinitionFile(file);
  const pool = checkPart(z.record(z.string(), z.unknown()), source.root, source, [], []);
  const [entry, ...others] = Object.entries(pool);
  if (entry === undefined) throw badKey(source, [], "holds no annotator");
  if (others.length > 0) {
    throw badKey(
      source,
      [others[0]?.[0] ?? ""],
      "is a second annotator; pools of several are not supported",
      "Keep one annotator per file.",
    );
  }
  const [name, value] = entry;
  const place = { source, path: [name] };
  refuseDecoder(value, place);
  const given = checkPart(annotator, value, source, [name], Object.keys(annotator.shape));
  refuseClientKeywords(given, place);
  const parameters = parametersOf(given.completions_kwargs, place);
  const parser = parserOf(given, place);
  if (parser.kind === "logprobs" && parameters.topLogprobs === undefined) {
    throw badKey(
      source,
      [name, "completions_kwargs"],
      "has to switch logprobs on and give top_logprobs for logprob_parser",
    );
  }
  const prompt = await readJudgeFile(resolve(dirname(dirname(file)), given.prompt_template));
  return {
    name,
    prompt,
    file,
    defaultModel: given.completions_kwargs.model_name,
    parameters,
    parser,
    orders: "seeded",
    seed: "0",
    ...(given.is_randomize_output_order ? {} : { baselineFirst: true }),
  };
}
