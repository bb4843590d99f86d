import { ConfigError } from "../harness/core/errors.js";
import { sha256 } from "../harness/core/hash.js";
import { presentFields } from "../harness/core/present-fields.js";
import { isSwitched } from "../harness/core/python-random.js";
import type {
  AnswerOrPair,
  GenerationParameters,
  Json,
  Judge,
  JudgeItem,
  JudgeRequest,
  OrderPolicy,
  Verdict,
} from "../harness/core/records.js";
import { materialMessage } from "./assay-material.js";
import { abstainFormat, PAIR_SYSTEM, replyFormat, SINGLE_SYSTEM } from "./assay-prompts.js";
import { ABSTAIN, readAssayVerdict } from "./assay-verdict.js";
import { type JudgeVersion, NEWEST_VERSION } from "./judge-context.js";
import { SAMPLE_QUESTION } from "./sample-question.js";
import { preference } from "./verdicts.js";

/** How a judge of the `assay` protocol is made. */
export interface AssayJudgeOptions {
  /** Ask for a JSON object under a schema instead of a final line. Default false. */
  readonly structured?: boolean;
  /** Pair judges: default both. */
  readonly orders?: OrderPolicy;
  /**
   * Version of the protocol, 2 by default. In version 1, that of assay 0.1.0, the verdict does not carry the call's code,
   * so that a judge which only repeats an answer could be read as that answer wished.
   */
  readonly version?: JudgeVersion;
  /** Let the judge abstain: a protocol of its own, of version 2 only. Default false. */
  readonly abstain?: boolean;
}

const CHOICES = ["A", "B", "TIE"] as const;

function verdictField(kind: AnswerOrPair["kind"], abstain: boolean): Readonly<Record<string, Json>> {
  if (kind === "pair")
    return { verdict: { type: "string", enum: abstain ? [...CHOICES, ABSTAIN] : [...CHOICES] } };
  const rating = { type: "number" };
  return { rating: abstain ? { anyOf: [rating, { type: "string", enum: [ABSTAIN] }] } : rating };
}

/** The code's value is not in the schema: one schema serves all calls, since endpoints prepare each new one again. */
function schemaOf(kind: AnswerOrPair["kind"], version: JudgeVersion, abstain: boolean): Json {
  const code: Readonly<Record<string, Json>> = version === 1 ? {} : { code: { type: "string" } };
  const properties = { evidence: { type: "string" }, ...code, ...verdictField(kind, abstain) };
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

/** An item that uses every part of the layout; what it renders to stands for the protocol's prompts in its identity. */
function sampleItem(kind: AnswerOrPair["kind"]): AnswerOrPair {
  const question = SAMPLE_QUESTION;
  const texts = ["first answer", "second answer"];
  return kind === "single"
    ? { kind, question, turn: 2, answer: texts, nonce: "code" }
    : { kind, question, turn: 2, a: texts, b: texts, nonce: "code" };
}

function firstTurn(item: AnswerOrPair): AnswerOrPair {
  return item.kind === "single"
    ? { ...item, turn: 1, answer: item.answer.slice(0, 1) }
    : { ...item, turn: 1, a: item.a.slice(0, 1), b: item.b.slice(0, 1) };
}

function parametersOf(
  kind: AnswerOrPair["kind"],
  structured: boolean,
  version: JudgeVersion,
  abstain: boolean,
): GenerationParameters {
  const schema = structured ? { name: "judgment", schema: schemaOf(kind, version, abstain) } : undefined;
  return { temperature: 0, maxTokens: 2048, ...presentFields({ responseSchema: schema }) };
}

/** Equal conversations need no judge. */
function settleEqual(item: JudgeItem): Verdict | undefined {
  if (item.kind !== "pair" || item.a.length !== item.b.length) return undefined;
  return item.a.every((text, index) => text === item.b[index]) ? preference(0.5) : undefined;
}

function createJudge(kind: AnswerOrPair["kind"], options: AssayJudgeOptions): Judge {
  const { structured = false, orders = "both", abstain = false } = options;
  // No folder holds an earlier version in which a judge could abstain.
  const version = abstain ? NEWEST_VERSION : (options.version ?? NEWEST_VERSION);
  const parameters = parametersOf(kind, structured, version, abstain);
  const system = kind === "single" ? SINGLE_SYSTEM : PAIR_SYSTEM;
  const codeOf = (item: JudgeItem) => (version === 1 ? undefined : item.nonce);
  const formOf = (item: AnswerOrPair) => {
    const form = replyFormat(kind, structured, codeOf(item));
    return abstain ? `${form}\n\n${abstainFormat(kind, structured, item.nonce)}` : form;
  };
  const request = (item: JudgeItem): JudgeRequest => {
    if (item.kind === "ranking" || item.kind !== kind) {
      throw new ConfigError(`the assay ${kind} judge was given a ${item.kind} item`, {
        code: "judge-mode-mismatch",
      });
    }
    return {
      messages: [
        { role: "system", content: system },
        { role: "user", content: materialMessage(item, formOf(item)) },
      ],
      parameters,
    };
  };
  const sample = sampleItem(kind);
  const rendered = [sample, firstTurn(sample)].flatMap((item) => request(item).messages);
  return {
    name: "assay",
    kind,
    protocolPrefix: `assay-${kind}${abstain ? "-abstain" : ""}${kind === "pair" && orders === "seeded" ? "-seeded" : ""}`,
    identity: {
      judge: "assay",
      kind,
      prompts: sha256(JSON.stringify(rendered)),
      parser: `assay-${structured ? "json" : "line"}${abstain ? "-abstain" : ""}/${version}`,
      ...(kind === "pair" ? { orders } : {}),
    },
    parameters,
    turns: "each",
    request,
    read: (generation, item) =>
      readAssayVerdict(generation, { kind, structured, code: codeOf(item), abstain }),
    ...(kind === "single" ? {} : { orders, settle: settleEqual }),
    ...(kind === "pair" && orders === "seeded"
      ? // isSwitched says whether the first model of the pair (the candidate) stands first; so does an unswitched pair.
        { isSwitched: (question) => !isSwitched(question.turns[0] ?? "") }
      : {}),
  };
}

/**
 * Single grading by assay's own protocol, for any suite: every turn is rated 1–10, with the conversation before it as
 * context and the reference answer where there is one. Answers stand between markers with a code of each call, and
 * only a line (or JSON object) of the judge's own that carries the code is read.
 */
export function createAssaySingleJudge(options: AssayJudgeOptions = {}): Judge {
  return createJudge("single", options);
}

/** Pairwise comparison by assay's own protocol: as {@link createAssaySingleJudge}, A against B, by default in both orders. */
export function createAssayPairJudge(options: AssayJudgeOptions = {}): Judge {
  return createJudge("pair", options);
}
