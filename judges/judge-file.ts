import { dirname, resolve } from "node:path";
import { z } from "zod";
import { presentFields } from "../harness/core/present-fields.js";
import type { GenerationParameters } from "../harness/core/records.js";
import { parseChatMarkup } from "./chat-markup.js";
import type { JudgeDefinition } from "./configured-judge.js";
import {
  badKey,
  checkPart,
  type DefinitionFile,
  readDefinitionFile,
  readJudgeFile,
} from "./definition-file.js";
import { type FormatDefinition, JUDGE_FORMATS, withPrompt } from "./open-weight/formats.js";

const name = z.string().min(1);

const parser = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ranking"), first: name, second: name }),
  z.strictObject({ kind: z.literal("tool-ranking"), field: name, first: name, second: name }),
  z.strictObject({
    kind: z.literal("logprobs"),
    first: name,
    second: name,
    position: z.int().default(0),
    binary: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal("brackets"),
    first: name.default("A"),
    second: name.default("B"),
    tie: name.default("C"),
  }),
]);

/** Formats of open-weight judges, which bring parser, parameters and roles along. */
const format = z.enum(Object.keys(JUDGE_FORMATS) as [string, ...string[]]);

const DEFAULT_PARAMETERS = { temperature: 0, maxTokens: 1024 };

const tools = z.array(
  z.strictObject({
    name,
    description: z.string().optional(),
    parameters: z.json(),
    strict: z.boolean().optional(),
  }),
);

const definition = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$/, "letters, digits, dots, hyphens and underscores only"),
  prompt: z.string().optional(),
  template: z.string().optional(),
  model: z.string().optional(),
  orders: z.enum(["both", "seeded"]).default("both"),
  seed: z.union([z.string(), z.int()]).default("0").transform(String),
  parameters: z
    .strictObject({
      temperature: z.number().min(0).max(2).default(0),
      maxTokens: z.int().min(1).default(1024),
      topP: z.number().min(0).max(1).optional(),
      seed: z.int().optional(),
      stop: z.array(z.string()).optional(),
      topLogprobs: z.int().min(1).max(20).optional(),
      tools: tools.optional(),
      toolChoice: name.optional(),
    })
    .optional(),
  parser: parser.optional(),
  format: format.optional(),
});

type Given = z.output<typeof definition>;

function parametersOf({ parameters }: Given): GenerationParameters | undefined {
  return parameters && presentFields({ ...parameters, tools: parameters.tools?.map(presentFields) });
}

/** A prompt in the format that the file names. @throws ConfigError where its messages have other roles. */
function formatDefinition(given: Given, prompt: string, source: DefinitionFile): FormatDefinition {
  const chosen = JUDGE_FORMATS[given.format ?? ""];
  if (chosen === undefined) throw badKey(source, ["format"], "is not known");
  const { name, orders, seed, model } = given;
  const parameters = parametersOf(given);
  const made = withPrompt(chosen, { name, prompt, file: source.file, parameters, model, orders, seed });
  const roles = parseChatMarkup(prompt)?.map((message) => message.role) ?? [];
  if (roles.join() === chosen.roles.join()) return made;
  throw badKey(
    source,
    [given.template === undefined ? "prompt" : "template"],
    `has the roles ${roles.join(", ")}; ${given.format} was trained with ${chosen.roles.join(", ")}`,
    "Write each message as <|im_start|>ROLE, a line feed, its text and <|im_end|>.",
  );
}

/**
 * Loads a judge from assay's own YAML format (docs/judges.md): name, `prompt` (a file beside it) or `template` (the text
 * itself), parameters, order policy, and a parser or the format of an open-weight judge.
 * @throws ConfigError naming file, line and key.
 */
export async function loadJudgeFile(file: string): Promise<JudgeDefinition | FormatDefinition> {
  const source = await readDefinitionFile(file);
  const given = checkPart(definition, source.root, source, [], Object.keys(definition.shape));
  if ((given.prompt === undefined) === (given.template === undefined)) {
    throw badKey(source, [], 'needs either "prompt" (a file) or "template" (the text itself)');
  }
  if ((given.parser === undefined) === (given.format === undefined)) {
    throw badKey(source, [], `needs either "parser" or "format" (${Object.keys(JUDGE_FORMATS).join(", ")})`);
  }
  const { topLogprobs } = given.parameters ?? {};
  if (given.parser?.kind === "logprobs" && topLogprobs === undefined) {
    throw badKey(source, ["parameters"], 'has to give "topLogprobs" for the logprobs parser');
  }
  const prompt = given.template ?? (await readJudgeFile(resolve(dirname(file), given.prompt ?? "")));
  if (given.parser === undefined) return formatDefinition(given, prompt, source);
  return {
    name: given.name,
    prompt,
    file,
    parameters: parametersOf(given) ?? DEFAULT_PARAMETERS,
    parser: given.parser,
    orders: given.orders,
    seed: given.seed,
    ...presentFields({ defaultModel: given.model }),
  };
}
