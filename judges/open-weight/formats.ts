import { presentFields } from "../../harness/core/present-fields.js";
import type { ChatMessage, GenerationParameters } from "../../harness/core/records.js";
import type { JudgeDefinition } from "../configured-judge.js";
import type { PreferenceParser, RatingParser } from "../preference-parser.js";

/** What a judge is called that has a format and a prompt in our own words. */
export const OWN_WORDING = "-own-wording";

/** What every format of an open-weight judge tells. */
interface FormatFacts {
  /** Weights that were trained on this form; the default judge model. */
  readonly model: string;
  /** Roles of the prompt's messages, in order. */
  readonly roles: readonly ChatMessage["role"][];
  readonly parameters: GenerationParameters;
  /** Where the authors publish their prompt. */
  readonly source: string;
  /** One line for people. */
  readonly summary: string;
}

/** A format in which two answers are compared. */
export interface PairFormat extends FormatFacts {
  readonly kind: "pair";
  readonly parser: PreferenceParser;
  /** Names of the two slots. */
  readonly names: readonly [first: string, second: string];
  /** Question and answers stand in the prompt as JSON strings. */
  readonly asJson?: true;
  /** What our own wording tells the judge to write. */
  readonly reply: string;
}

/** A format in which one answer is rated. */
export interface RatingFormat extends FormatFacts {
  readonly kind: "single";
  readonly parser: RatingParser;
  readonly reply: string;
}

/** The form in which an open-weight judge is asked and answers. */
export type JudgeFormat = PairFormat | RatingFormat;

/** A judge that rates one answer, as data: its prompt holds `{instruction}` and `{output}` once each. */
export interface RatingDefinition {
  readonly kind: "single";
  readonly name: string;
  readonly prompt: string;
  /** File that the prompt or the definition came from, for messages. */
  readonly file: string;
  readonly defaultModel: string;
  readonly parameters: GenerationParameters;
  readonly parser: RatingParser;
}

/** A format with its prompt. */
export type FormatDefinition = (JudgeDefinition & { readonly kind: "pair" }) | RatingDefinition;

/** What a prompt is put into, and what may differ from the format. */
export interface FormatPrompt {
  readonly name: string;
  readonly prompt: string;
  readonly file: string;
  readonly parameters?: GenerationParameters | undefined;
  readonly model?: string | undefined;
  readonly orders?: JudgeDefinition["orders"];
  readonly seed?: string;
}

/** A format completed with a prompt. */
export function withPrompt(format: JudgeFormat, given: FormatPrompt): FormatDefinition {
  const { name, prompt, file, parameters = format.parameters, model: defaultModel = format.model } = given;
  const common = { name, prompt, file, defaultModel, parameters };
  if (format.kind === "single") return { ...common, kind: "single", parser: format.parser };
  const { orders = "both", seed = "0" } = given;
  return {
    ...common,
    kind: "pair",
    parser: format.parser,
    orders,
    seed,
    ...presentFields({ asJson: format.asJson }),
  };
}

const AB = [
  { weightB: 0, text: "A" },
  { weightB: 1, text: "B" },
] as const;

const limit = (maxTokens: number): GenerationParameters => ({ temperature: 0, maxTokens });

const PROMETHEUS = {
  model: "prometheus-eval/prometheus-7b-v2.0",
  roles: ["system", "user"],
  parameters: limit(1024),
  source: "https://github.com/prometheus-eval/prometheus-eval",
} as const;

const SELENE = {
  model: "AtlaAI/Selene-1-Mini-Llama-3.1-8B",
  roles: ["user"],
  parameters: limit(1024),
  source: "https://huggingface.co/AtlaAI/Selene-1-Mini-Llama-3.1-8B",
} as const;

const AUTO_J = {
  model: "GAIR/autoj-13b",
  roles: ["user"],
  parameters: limit(1024),
  source: "https://github.com/GAIR-NLP/auto-j",
} as const;

const SELENE_REPLY =
  "Reply in this form, with nothing after it:\n**Reasoning:** your reasons\n\n**Result:** ";

/**
 * The forms in which judges with open weights were trained to be asked and to answer, by name. Such a judge is never
 * shut down. What their authors' readers take and ours do not (a second verdict, a verdict in the midst of other text)
 * is unreadable here; nothing is read where theirs finds no verdict.
 */
export const JUDGE_FORMATS: Readonly<Record<string, JudgeFormat>> = {
  "prometheus-2-absolute": {
    ...PROMETHEUS,
    kind: "single",
    summary: "Prometheus 2, one answer rated 1 to 5: the reply ends in [RESULT] n",
    parser: {
      kind: "rating-mark",
      at: "end",
      // Theirs takes "score of 5" at the end of the text too, which the feedback may end with by itself.
      leads: ["[RESULT]", "[RESULT] (", "[SCORE]"],
      tails: ["", ")", "]", "/5", "out of 5"],
      caseless: true,
      low: 1,
      high: 5,
      isWhole: true,
    },
    reply:
      "Write your feedback, then the grade as a whole number from 1 to 5, in this form: feedback [RESULT] grade",
  },
  "prometheus-2-relative": {
    ...PROMETHEUS,
    kind: "pair",
    names: ["Response A", "Response B"],
    summary: "Prometheus 2, two answers compared: the reply ends in [RESULT] A or B",
    parser: {
      kind: "labels",
      at: "end",
      leads: ["[RESULT]", "[RESULT:", "[RESULT] Response"],
      tails: ["", "]"],
      caseless: true,
      labels: AB,
    },
    reply:
      "Write your feedback, then the letter of the better response, in this form: feedback [RESULT] A or B",
  },
  "selene-mini-absolute": {
    ...SELENE,
    kind: "single",
    summary: "Selene mini, one answer rated 1 to 5: the reply ends in **Result:** n",
    parser: { kind: "rating-mark", at: "end", leads: ["**Result:**"], low: 1, high: 5, isWhole: true },
    reply: `${SELENE_REPLY}a whole number from 1 to 5`,
  },
  "selene-mini-pairwise": {
    ...SELENE,
    kind: "pair",
    names: ["Response A", "Response B"],
    summary: "Selene mini, two answers compared: the reply ends in **Result:** A or B",
    parser: { kind: "labels", at: "end", leads: ["**Result:**"], labels: AB },
    reply: `${SELENE_REPLY}A or B`,
  },
  "skywork-critic": {
    kind: "pair",
    model: "Skywork/Skywork-Critic-Llama-3.1-8B",
    roles: ["user"],
    parameters: limit(2048),
    source: "https://huggingface.co/Skywork/Skywork-Critic-Llama-3.1-8B",
    names: ["Assistant A", "Assistant B"],
    summary: "Skywork-Critic, two answers compared: the reply is [[A]] or [[B]]",
    parser: { kind: "labels", at: "whole", leads: ["[["], tails: ["]]"], labels: AB },
    reply: 'Reply with nothing but "[[A]]" if assistant A is better, or "[[B]]" if assistant B is.',
  },
  "rm-r1": {
    kind: "pair",
    model: "gaotang/RM-R1-DeepSeek-Distilled-Qwen-14B",
    roles: ["system", "user"],
    parameters: limit(8192),
    source: "https://github.com/RM-R1-UIUC/RM-R1",
    names: ["Chatbot A", "Chatbot B"],
    summary: "RM-R1, two answers compared after thinking: <answer>[[A]]</answer> or <answer>[[B]]</answer>",
    parser: {
      kind: "labels",
      at: "anywhere",
      leads: ["<answer>[["],
      tails: ["]]</answer>"],
      labels: AB,
      rivals: ["[[A]]", "[[B]]"],
    },
    reply:
      "Work the task out yourself or set up criteria first, then compare. End with <answer>[[A]]</answer> if chatbot A is better, or <answer>[[B]]</answer> if chatbot B is.",
  },
  "compassjudger-2": {
    kind: "pair",
    model: "opencompass/CompassJudger-2-7B-Instruct",
    roles: ["user"],
    parameters: limit(2048),
    source: "https://github.com/open-compass/CompassJudger",
    names: ["Model A", "Model B"],
    summary: 'CompassJudger 2, two answers compared: JSON with "Choice": "Model A" or "Model B"',
    parser: { kind: "choice", field: "Choice", first: "Model A", second: "Model B" },
    reply: 'Reply with JSON whose field "Choice" is "Model A" or "Model B", the one that is better.',
  },
  rewardanything: {
    kind: "pair",
    model: "WisdomShell/RewardAnything-8B-v1",
    roles: ["system", "user"],
    parameters: limit(8192),
    source: "https://github.com/zhuohaoyu/RewardAnything",
    names: ["model-1", "model-2"],
    asJson: true,
    summary:
      'RewardAnything, answers scored 1 to 5 and ranked by a principle: JSON with "scores" and "best-to-worst"',
    parser: { kind: "ranked-scores", first: "model-1", second: "model-2", low: 1, high: 5 },
    reply:
      'Score each response from 1 to 5 by how well it follows the principle, and rank them, also where scores are equal. Reply with JSON only: {"scores": {"model-1": 3, "model-2": 4}, "best-to-worst": ["model-2", "model-1"]}',
  },
  "auto-j-single": {
    ...AUTO_J,
    kind: "single",
    summary: "Auto-J, one answer rated 1 to 10: the reply holds Rating: [[n]]",
    parser: {
      kind: "rating-mark",
      at: "anywhere",
      leads: ["Rating: [["],
      tails: ["]]"],
      low: 1,
      high: 10,
      isWhole: false,
    },
    reply: "Write a critique, then the grade from 1 to 10 in this form: Rating: [[5]]",
  },
  "auto-j-pairwise": {
    ...AUTO_J,
    kind: "pair",
    names: ["Response 1", "Response 2"],
    summary: "Auto-J, two answers compared: final decision is Response 1, Response 2 or Tie",
    parser: {
      kind: "labels",
      at: "anywhere",
      leads: ["final decision is"],
      caseless: true,
      labels: [
        { weightB: 0, text: "Response 1" },
        { weightB: 1, text: "Response 2" },
        { weightB: 0.5, text: "Tie" },
      ],
    },
    reply:
      "Say what tells the responses apart. End with: So, the final decision is Response 1 (or Response 2, or Tie).",
  },
  judgelm: {
    kind: "pair",
    model: "BAAI/JudgeLM-7B-v1.0",
    roles: ["user"],
    parameters: limit(512),
    source: "https://github.com/baaivision/JudgeLM",
    names: ["Assistant 1", "Assistant 2"],
    summary: "JudgeLM, two answers scored: the first line holds both scores, 0 to 10",
    parser: { kind: "first-line-scores", low: 0, high: 10 },
    reply:
      "On the first line write two scores from 0 to 10, of assistant 1 and of assistant 2, with a space between them. Explain them on the lines below.",
  },
  pandalm: {
    kind: "pair",
    model: "WeOpenML/PandaLM-7B-v1",
    roles: ["user"],
    parameters: limit(150),
    source: "https://github.com/WeOpenML/PandaLM",
    names: ["Response 1", "Response 2"],
    summary: "PandaLM, two answers compared: the first line is 1, 2 or Tie",
    parser: {
      kind: "labels",
      at: "first-line",
      leads: [""],
      caseless: true,
      labels: [
        { weightB: 0, text: "1" },
        { weightB: 1, text: "2" },
        { weightB: 0.5, text: "Tie" },
      ],
    },
    reply: "On the first line write 1, 2 or Tie: the better response. Give the reason on the lines below.",
  },
  offsetbias: {
    kind: "pair",
    model: "NCSOFT/Llama-3-OffsetBias-8B",
    roles: ["user"],
    parameters: limit(20),
    source: "https://github.com/ncsoft/offsetbias",
    names: ["Output (a)", "Output (b)"],
    summary: "OffsetBias, two answers compared: the reply is Output (a) or Output (b)",
    parser: {
      kind: "labels",
      at: "whole",
      leads: ["Output ("],
      tails: [")"],
      labels: [
        { weightB: 0, text: "a" },
        { weightB: 1, text: "b" },
      ],
    },
    reply: 'Reply with nothing but "Output (a)" or "Output (b)", the better one.',
  },
};
