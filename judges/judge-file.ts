import { dirname, resolve } from "node:path";
import { z } from "zod";
import { presentFields } from "../harness/core/present-fields.js";
import type { JudgeDefinition } from "./configured-judge.js";
import { badKey, checkPart, readDefinitionFile, readJudgeFile } from "./definition-file.js";

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
    .default({ temperature: 0, maxTokens: 1024 }),
  parser,
});

/**
 * Loads a pairwise judge from assay's own YAML format (docs/judges.md): name, `prompt` (a file beside it) or
 * `template` (the text itself), parameters, parser and order policy.
 * @throws ConfigError naming file, line and key.
 */
export async function loadJudgeFile(file: string): Promise<JudgeDefinition> {
  const source = await readDefinitionFile(file);
  const given = checkPart(definition, source.root, source, [], Object.keys(definition.shape));
  if ((given.prompt === undefined) === (given.template === undefined)) {
    throw badKey(source, [], 'needs either "prompt" (a file) or "template" (the text itself)');
  }
  if (given.parser.kind === "logprobs" && given.parameters.topLogprobs === undefined) {
    throw badKey(source, ["parameters"], 'has to give "topLogprobs" for the logprobs parser');
  }
  const prompt = given.template ?? (await readJudgeFile(resolve(dirname(file), given.prompt ?? "")));
  return {
    name: given.name,
    prompt,
    file,
    parameters: presentFields({ ...given.parameters, tools: given.parameters.tools?.map(presentFields) }),
    parser: given.parser,
    orders: given.orders,
    seed: given.seed,
    ...presentFields({ defaultModel: given.model }),
  };
}
