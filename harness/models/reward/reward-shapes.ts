import { canonicalJson } from "../../core/hash.js";
import type { ChatMessage } from "../../core/records.js";
import { listOf, memberOf } from "../json-reading.js";
import {
  namedReward,
  plainReward,
  pooledReward,
  type RewardLabel,
  type RewardReading,
  rewardAmong,
} from "./reward-values.js";

/** One conversation as an endpoint is given it. */
export type RewardInput =
  /** Written in the model's chat template by assay. */
  | { readonly kind: "text"; readonly text: string }
  /** Written in the model's chat template by the server. */
  | { readonly kind: "messages"; readonly messages: readonly ChatMessage[] }
  /** For rerankers: no chat template at all. */
  | { readonly kind: "query"; readonly query: string; readonly document: string };

/** What is asked of an endpoint in one call. */
export interface RewardQuestion {
  readonly model: string;
  /** At least one, all of one kind. */
  readonly inputs: readonly RewardInput[];
  /** Ask for values before sigmoid or softmax. */
  readonly raw: boolean;
}

/** How one kind of server is asked for rewards. */
export interface RewardShape {
  /** Path below the server's root. */
  readonly path: string;
  /** Who writes the chat template: the server can, or a file must; `none` for rerankers. */
  readonly templates: "server-or-file" | "file" | "none";
  /** Whether outputs are told apart by names instead of numbers. */
  readonly hasNames: boolean;
  body(question: RewardQuestion): Record<string, unknown>;
  /** One reading per input, in their order. */
  read(body: unknown, inputs: number, label: RewardLabel | undefined): readonly RewardReading[];
  /** Input tokens of the call where they are not in `usage`. */
  tokens?(body: unknown): number | undefined;
}

/** Inputs of which one call takes several: all but conversations that the server writes itself. */
export function takesSeveral({ kind }: RewardInput): boolean {
  return kind !== "messages";
}

/** What may share a call: rerankers score the documents of one query. */
export function callKey(input: RewardInput): string {
  return input.kind === "query" ? canonicalJson(input.query) : input.kind;
}

const texts = (inputs: readonly RewardInput[]) =>
  inputs.map((input) => (input.kind === "text" ? input.text : ""));

/** vLLM's `messages` or `input`; the template ends after the answer and opens no further turn. */
function vllmInput([first, ...rest]: readonly RewardInput[]): Record<string, unknown> {
  if (first?.kind === "messages") return { messages: first.messages, add_generation_prompt: false };
  return { input: texts(first === undefined ? [] : [first, ...rest]) };
}

/** One entry per input; `index` says which where it is told. */
function inOrder(entries: readonly unknown[], inputs: number): readonly unknown[] {
  const ordered = Array.from<unknown>({ length: inputs });
  entries.forEach((entry, place) => {
    const index = memberOf(entry, "index");
    ordered[typeof index === "number" ? index : place] = entry;
  });
  return ordered.slice(0, inputs);
}

const withoutActivation = (raw: boolean) => (raw ? { use_activation: false } : {});
const rawScores = (raw: boolean) => (raw ? { raw_scores: true } : {});

function sglangTokens(body: unknown): number | undefined {
  const counts = entriesOf(body).map((entry) => memberOf(memberOf(entry, "meta_info"), "prompt_tokens"));
  const known = counts.filter((count) => typeof count === "number");
  return known.length === counts.length ? known.reduce((sum, count) => sum + count, 0) : undefined;
}

/** SGLang answers a list with a list, and one text with an object. */
function entriesOf(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : [body];
}

/** The servers that can be asked, by the name that `shape` gives them. */
export const rewardShapes = {
  "vllm-classify": {
    path: "/classify",
    templates: "server-or-file",
    hasNames: false,
    body: ({ model, inputs, raw }) => ({ model, ...vllmInput(inputs), ...withoutActivation(raw) }),
    read: (body, inputs, label) =>
      inOrder(listOf(memberOf(body, "data")), inputs).map((entry) =>
        rewardAmong(listOf(memberOf(entry, "probs")), label),
      ),
  },
  "vllm-pooling": {
    path: "/pooling",
    templates: "server-or-file",
    hasNames: false,
    body: ({ model, inputs, raw }) => ({
      model,
      ...vllmInput(inputs),
      encoding_format: "float",
      ...withoutActivation(raw),
    }),
    read: (body, inputs, label) =>
      inOrder(listOf(memberOf(body, "data")), inputs).map((entry) =>
        pooledReward(memberOf(entry, "data"), label),
      ),
  },
  sglang: {
    path: "/classify",
    templates: "file",
    hasNames: false,
    body: ({ inputs }) => ({ text: texts(inputs) }),
    read: (body, inputs, label) =>
      inOrder(entriesOf(body), inputs).map((entry) => pooledReward(memberOf(entry, "embedding"), label)),
    tokens: sglangTokens,
  },
  tei: {
    path: "/predict",
    templates: "file",
    hasNames: true,
    // A list of two texts would be one pair; each text stands in a list of its own.
    body: ({ inputs, raw }) => ({ inputs: texts(inputs).map((text) => [text]), ...rawScores(raw) }),
    read: (body, inputs, label) => inOrder(listOf(body), inputs).map((scores) => namedReward(scores, label)),
  },
  infinity: {
    path: "/classify",
    templates: "file",
    hasNames: true,
    body: ({ model, inputs, raw }) => ({ model, input: texts(inputs), ...rawScores(raw) }),
    read: (body, inputs, label) =>
      inOrder(listOf(memberOf(body, "data")), inputs).map((scores) => namedReward(scores, label)),
  },
  rerank: {
    path: "/rerank",
    templates: "none",
    hasNames: false,
    body: ({ model, inputs, raw }) => ({
      model,
      query: inputs[0]?.kind === "query" ? inputs[0].query : "",
      documents: inputs.map((input) => (input.kind === "query" ? input.document : "")),
      ...withoutActivation(raw),
      ...rawScores(raw),
    }),
    read: (body, inputs) =>
      inOrder(listOf(memberOf(body, "results")), inputs).map((entry) =>
        plainReward(memberOf(entry, "relevance_score")),
      ),
  },
} as const satisfies Readonly<Record<string, RewardShape>>;

/** Name of a kind of server. */
export type RewardShapeName = keyof typeof rewardShapes;

/** All names, as an option may give them. */
export const rewardShapeNames = Object.keys(rewardShapes) as readonly RewardShapeName[];
