import { arenaHardOutcomes } from "../harness/core/arena-hard-labels.js";
import { DataError } from "../harness/core/errors.js";
import { contentId } from "../harness/core/hash.js";
import type {
  Generation,
  GenerationParameters,
  Judge,
  JudgeItem,
  JudgeRequest,
  OutcomeRule,
} from "../harness/core/records.js";
import {
  type ArenaHardPrompts,
  readArenaHardPrompts,
  readArenaHardTemplate,
  readFollowUp,
} from "./arena-hard-prompts.js";
import { olderLabels, readArenaHardVerdict } from "./arena-hard-verdict.js";
import { assetUse, type JudgeContext, type JudgeVersion, NEWEST_VERSION } from "./judge-context.js";
import { substitute } from "./substitute.js";

/** What the two versions differ in besides their reading. */
interface Version {
  readonly settings: string;
  readonly model: string;
  readonly parameters: GenerationParameters;
}

const VERSIONS: Readonly<Record<OutcomeRule["original"], Version>> = {
  "v0.1": {
    settings: "arena-hard-v0.1/judge-settings",
    model: "gpt-4-1106-preview",
    parameters: { temperature: 0, maxTokens: 4096 },
  },
  v2: {
    settings: "arena-hard-v2/judge-settings",
    model: "gpt-4.1",
    parameters: { temperature: 0, maxTokens: 16_000 },
  },
};

const PROMPTS = "arena-hard/judge-prompts";
const CREATIVE = "creative_writing";

const FOLLOW_UP = "arena-hard-v0.1/follow-up";
/** Where the original's sentence cannot be had, and in version 1 of the protocol. */
const OWN_FOLLOW_UP = "Go on with your evaluation and end it with the label of your final verdict.";

/** How an Arena-Hard judge is made. */
export interface ArenaHardOptions {
  readonly version: OutcomeRule["original"];
  /** Read labels exactly as the original does. Default false: a reply that was cut off gives none. */
  readonly compat?: boolean;
  /** Version of the protocol, 2 by default. In 1 a judge of v0.1 asks for a label once more in assay's own words. */
  readonly protocolVersion?: JudgeVersion;
}

function requestFor(
  item: JudgeItem,
  prompts: ArenaHardPrompts,
  template: string,
  parameters: GenerationParameters,
): JudgeRequest {
  const { question, turn } = item;
  if (item.kind !== "pair" || turn > 1) {
    throw new DataError(`has a turn ${turn}; Arena-Hard's judge is shown one turn`, {
      code: "question-not-judgeable",
      file: `question ${question.id}`,
      remedy: "Use single-turn questions, or the assay judge.",
    });
  }
  const values = {
    QUESTION: question.turns[0] ?? "",
    ANSWER_A: item.a[0] ?? "",
    ANSWER_B: item.b[0] ?? "",
  };
  const isCreative = question.category === CREATIVE || question.metadata?.category === CREATIVE;
  return {
    messages: [
      { role: "system", content: isCreative ? prompts.creative : prompts.hard },
      { role: "user", content: substitute(template, values) },
    ],
    parameters,
  };
}

/** v0.1's second turn: the judge goes on where its text holds no label at all. */
function followUp(request: JudgeRequest, { text }: Generation, sentence: string): JudgeRequest | undefined {
  if (olderLabels(text).length > 0 || text.trim() === "") return undefined;
  const more = [
    { role: "assistant", content: text },
    { role: "user", content: sentence },
  ] as const;
  return { ...request, messages: [...request.messages, ...more] };
}

/** How v0.1's second turn asks: with the original's sentence, or in assay's own words, which the protocol then says. */
interface FollowUp {
  readonly text: string;
  /** What protocol ids begin with besides. */
  readonly suffix: string;
  /** Of {@link Judge.identity}. */
  readonly identity: string;
  readonly assets: Judge["assets"];
}

async function followUpOf(
  context: JudgeContext,
  { followUp: given }: ArenaHardPrompts,
  version: JudgeVersion,
): Promise<FollowUp> {
  const own = { text: OWN_FOLLOW_UP, identity: OWN_FOLLOW_UP, assets: [] };
  if (version === 1) return { ...own, suffix: "" };
  if (given !== undefined) return { text: given, suffix: "", identity: contentId(given), assets: [] };
  try {
    const file = await context.locateAsset(FOLLOW_UP);
    const text = readFollowUp(file.path, FOLLOW_UP);
    return { text, suffix: "", identity: contentId(text), assets: [assetUse(FOLLOW_UP, file)] };
  } catch (error) {
    // A judge that always gives a label never needs the sentence, so its absence refuses no run.
    if (error instanceof DataError && error.code === "asset-unavailable")
      return { ...own, suffix: "-own-follow-up" };
    throw error;
  }
}

/**
 * Arena-Hard's judge (Li et al. 2024, arXiv 2406.11939; lmarena/arena-hard-auto): two games with the order swapped, five
 * labels of which a double arrow counts three times. v0.1 takes the one distinct label and asks once more, in the same
 * conversation, where there is none; v2 takes the last label and has a prompt of its own for creative writing.
 * @throws DataError when the prompts cannot be had.
 */
export async function createArenaHardJudge(
  context: JudgeContext,
  { version, compat = false, protocolVersion = NEWEST_VERSION }: ArenaHardOptions,
): Promise<Judge> {
  const { settings, model, parameters } = VERSIONS[version];
  const promptFile = await context.locateAsset(PROMPTS);
  const settingsFile = await context.locateAsset(settings);
  const prompts = readArenaHardPrompts(promptFile.path);
  const template = readArenaHardTemplate(settingsFile.path, settings);
  const outcomes = arenaHardOutcomes(version);
  const request = (item: JudgeItem) => requestFor(item, prompts, template, parameters);
  const isOlder = version === "v0.1";
  const more = isOlder ? await followUpOf(context, prompts, protocolVersion) : undefined;
  return {
    name: isOlder ? "arena-hard-v0.1" : "arena-hard",
    kind: "pair",
    protocolPrefix: `arena-hard-${version}${compat ? "-compat" : ""}${more?.suffix ?? ""}`,
    identity: {
      judge: "arena-hard",
      version,
      prompts: contentId({ hard: prompts.hard, creative: prompts.creative, template }),
      parser: `arena-hard-${version}${compat ? "" : "-checked"}`,
      ...(more === undefined ? {} : { followUp: more.identity }),
      outcomes: { ...outcomes },
    },
    defaultModel: model,
    parameters,
    orders: "both",
    metric: "outcomes",
    outcomes,
    turns: "last",
    request,
    ...(more === undefined
      ? {}
      : { followUp: (item: JudgeItem, said: Generation) => followUp(request(item), said, more.text) }),
    read: (generation) => readArenaHardVerdict(generation, { version, compat }),
    assets: [assetUse(PROMPTS, promptFile), assetUse(settings, settingsFile), ...(more?.assets ?? [])],
  };
}
