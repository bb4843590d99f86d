import { countOf } from "../harness/core/count-of.js";
import { ConfigError, DataError } from "../harness/core/errors.js";
import { sha256 } from "../harness/core/hash.js";
import { presentFields } from "../harness/core/present-fields.js";
import { isSwitched } from "../harness/core/python-random.js";
import type {
  AssetUse,
  ChatMessage,
  GenerationParameters,
  Json,
  Judge,
  JudgeItem,
  JudgeRequest,
  OrderPolicy,
} from "../harness/core/records.js";
import { suggestName } from "../harness/core/spelling.js";
import { parseChatMarkup } from "./chat-markup.js";
import { type JudgeVersion, NEWEST_VERSION } from "./judge-context.js";
import type { PreferenceParser } from "./preference-parser.js";
import { isFixedForm, type PreferenceReading, readPreference, readsText } from "./read-preference.js";
import { type PlaceholderValues, placeholdersOf, substitute, substituteInTurn } from "./substitute.js";
import { preference } from "./verdicts.js";

/** A pairwise judge as data: prompt, parameters, parser and order policy. */
export interface JudgeDefinition {
  readonly name: string;
  /** Prompt text with `{instruction}`, `{output_1}` and `{output_2}`, each once; ChatML marks give roles. */
  readonly prompt: string;
  /** File that the prompt or the definition came from, for messages. */
  readonly file: string;
  readonly defaultModel?: string;
  readonly parameters: GenerationParameters;
  readonly parser: PreferenceParser;
  /** `seeded`: one order per instruction, drawn exactly as alpaca_eval draws it. */
  readonly orders: OrderPolicy;
  /** Seed of the drawn order as Python prints it; alpaca_eval's published figures use "0". */
  readonly seed: string;
  /** The baseline is shown first, always: nothing is drawn. */
  readonly baselineFirst?: boolean;
  /** Question and answers stand in the prompt as JSON strings, quotes included. */
  readonly asJson?: true;
}

/** How a judge is made of a definition. */
export interface ConfiguredJudgeOptions {
  /** Build prompts and read rankings exactly as alpaca_eval does, defects included. */
  readonly compat?: boolean;
  readonly orders?: OrderPolicy;
  readonly version?: JudgeVersion;
  readonly assets?: readonly AssetUse[];
}

const PLACEHOLDERS: readonly string[] = ["instruction", "output_1", "output_2"];

/**
 * The messages of a definition's prompt.
 * @param expected placeholders that must each occur once
 * @throws ConfigError for a prompt that lacks one or holds another, and for marks that do not fit together
 */
export function promptMessages(
  definition: Pick<JudgeDefinition, "prompt" | "file">,
  expected: readonly string[] = PLACEHOLDERS,
): readonly ChatMessage[] {
  const counts = placeholdersOf(definition.prompt);
  for (const name of expected) {
    if (counts.get(name) === 1) continue;
    throw new ConfigError(
      `${definition.file}: the prompt holds {${name}} ${counts.get(name) ?? 0} times instead of once`,
      {
        code: "bad-judge-prompt",
        remedy: `Each of ${expected.map((one) => `{${one}}`).join(", ")} has to occur once.`,
      },
    );
  }
  const unknown = [...counts.keys()].find((name) => !expected.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError(`${definition.file}: the prompt holds the unknown placeholder {${unknown}}`, {
      code: "bad-judge-prompt",
      remedy: suggestName(unknown, expected),
    });
  }
  const messages = parseChatMarkup(definition.prompt);
  if (messages !== undefined) return messages;
  throw new ConfigError(`${definition.file}: the marks <|im_start|>role and <|im_end|> do not fit together`, {
    code: "bad-judge-prompt",
    remedy: "Every message is <|im_start|>system or user, a line feed, the text, and <|im_end|>.",
  });
}

/** Refuses what a judge of single-turn answers cannot judge. @throws DataError `question-not-judgeable`. */
export function demandSingleTurn(item: JudgeItem, kind: JudgeItem["kind"]): void {
  const { question } = item;
  if (item.kind !== kind || question.turns.length !== 1) {
    throw new DataError(
      `has ${countOf(question.turns.length, "turn")}; this judge ${kind === "pair" ? "compares" : "rates"} single-turn answers only`,
      {
        code: "question-not-judgeable",
        file: `question ${question.id}`,
        remedy: "Use the assay or mt-bench judge for conversations.",
      },
    );
  }
}

function valuesOf(item: JudgeItem, asJson: boolean): PlaceholderValues {
  demandSingleTurn(item, "pair");
  const [first = "", second = ""] = item.kind === "pair" ? [item.a[0], item.b[0]] : [];
  const shown = (text: string) => (asJson ? JSON.stringify(text) : text);
  return {
    instruction: shown(item.question.turns[0] ?? ""),
    output_1: shown(first),
    output_2: shown(second),
  };
}

/** alpaca_eval fills the template first and looks for roles afterwards, so that an answer's own marks become roles. */
function compatMessages(prompt: string, values: PlaceholderValues): readonly ChatMessage[] | undefined {
  return parseChatMarkup(substituteInTurn(prompt, values));
}

function requestBuilder(definition: JudgeDefinition, compat: boolean): (item: JudgeItem) => JudgeRequest {
  const template = promptMessages(definition);
  return (item) => {
    const values = valuesOf(item, definition.asJson === true);
    const hardened = template.map(({ role, content }) => ({ role, content: substitute(content, values) }));
    const messages = compat ? (compatMessages(definition.prompt, values) ?? hardened) : hardened;
    return { messages, parameters: definition.parameters };
  };
}

function orderIdentity({ seed, baselineFirst }: JudgeDefinition): Readonly<Record<string, Json>> {
  return baselineFirst === true ? { baselineFirst } : { seed };
}

/** The definition's parts as they go into the protocol's id. */
function identityOf(
  definition: JudgeDefinition,
  orders: OrderPolicy,
  { compat, version }: PreferenceReading,
) {
  const parser = { ...definition.parser } as unknown as Readonly<Record<string, Json>>;
  return {
    judge: definition.name,
    prompt: sha256(definition.prompt),
    parser,
    orders,
    ...(orders === "seeded" ? orderIdentity(definition) : {}),
    ...(definition.asJson === true ? { asJson: true } : {}),
    ...(compat ? { compat } : {}),
    ...(!compat && version > 1 && readsText(definition.parser) && !isFixedForm(definition.parser)
      ? { reading: version }
      : {}),
  };
}

/**
 * A pairwise judge made of a definition. Identical answers are a draw without a call. Roles are taken from the prompt
 * file before the answers are put in, and those in a single pass, so that no answer changes the prompt's structure;
 * for answers without placeholders or ChatML marks this is byte for byte what alpaca_eval sends.
 * @throws ConfigError for a prompt that lacks a placeholder or holds one twice.
 */
export function createConfiguredJudge(
  definition: JudgeDefinition,
  options: ConfiguredJudgeOptions = {},
): Judge {
  const { compat = false, orders = definition.orders, version = NEWEST_VERSION } = options;
  const reading = { compat, version };
  const suffix = `${orders !== definition.orders ? `-${orders}` : ""}${compat ? "-compat" : ""}`;
  return {
    name: definition.name,
    kind: "pair",
    protocolPrefix: `${definition.name}${suffix}`,
    identity: identityOf(definition, orders, reading),
    ...presentFields({ defaultModel: definition.defaultModel }),
    parameters: definition.parameters,
    orders,
    metric: "preference",
    // alpaca_eval's pair is (baseline, model) and ours (candidate, baseline): its unswitched order is our switched one.
    ...(orders === "seeded"
      ? {
          isSwitched: (question) =>
            definition.baselineFirst === true || !isSwitched(question.turns[0] ?? "", definition.seed),
        }
      : {}),
    turns: "last",
    settle: (item) =>
      item.kind === "pair" && item.a.length === 1 && item.a[0] === item.b[0] ? preference(0.5) : undefined,
    request: requestBuilder(definition, compat),
    read: (generation) => readPreference(definition.parser, generation, reading),
    ...presentFields({ assets: options.assets }),
  };
}
