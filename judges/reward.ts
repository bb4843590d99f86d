import { ConfigError } from "../harness/core/errors.js";
import type { ChatMessage, Judge, JudgeItem, OrderPolicy, Verdict } from "../harness/core/records.js";
import { preference, unreadable } from "./verdicts.js";

/** How rewards become preferences. */
export interface RewardJudgeOptions {
  /** A reranker scores a document for a query; its figures are not those of a reward model. */
  readonly kind: "reward" | "reranker";
  /** Rewards that differ by no more are a draw. Default 0. */
  readonly epsilon?: number;
  /** `hard` (the default): win, draw or loss. `soft`: the logistic function of the difference. */
  readonly preference?: "hard" | "soft";
  /**
   * Default: both for `hard`, which come from the same two numbers and therefore agree, so that the boards are those of
   * pairs; one for `soft`.
   */
  readonly orders?: OrderPolicy;
}

/** The conversation that one answer makes: system message, what was said before, and every turn with its answer. */
function conversation({ question }: JudgeItem, answers: readonly string[]): readonly ChatMessage[] {
  const system = question.system === undefined ? [] : [{ role: "system", content: question.system } as const];
  const turns = answers.flatMap((answer, index): ChatMessage[] => [
    { role: "user", content: question.turns[index] ?? "" },
    { role: "assistant", content: answer },
  ]);
  return [...system, ...(question.context ?? []), ...turns];
}

/** The two numbers of a reply: a JSON list and nothing else. */
function readRewards(text: string): readonly [number, number] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [a, b]: readonly unknown[] = value;
  if (typeof a !== "number" || typeof b !== "number") return undefined;
  return Number.isFinite(a) && Number.isFinite(b) ? [a, b] : undefined;
}

/**
 * The preference that two rewards of one prompt make.
 * @param rewards of the first and the second answer
 * @returns weight on the second: hard 1, ½ where they differ by no more than ε, or 0; soft σ(second − first), the
 * probability that a Bradley–Terry reward model gives it.
 */
export function preferenceOfRewards(
  rewards: readonly [number, number],
  { epsilon = 0, preference: kind = "hard" }: Pick<RewardJudgeOptions, "epsilon" | "preference"> = {},
): Verdict {
  const difference = rewards[1] - rewards[0];
  if (kind === "soft") return preference(1 / (1 + Math.exp(-difference)), rewards);
  const weight = Math.abs(difference) <= epsilon ? 0.5 : difference > 0 ? 1 : 0;
  return preference(weight, rewards);
}

/**
 * A reward model as a pair judge: each answer is scored by itself, and the two scores are compared. There is no prompt
 * that an answer could speak to, and nothing is read out of text: the reply is a list of two numbers. Equal answers are
 * scored too: they are one conversation and have one reward, which counts where trials are compared.
 */
export function createRewardJudge(options: RewardJudgeOptions): Judge {
  const { kind, epsilon = 0, preference: comparison = "hard" } = options;
  const isSoft = comparison === "soft";
  const orders = options.orders ?? (isSoft ? "seeded" : "both");
  if (isSoft && epsilon > 0) {
    throw new ConfigError("a soft preference has no draws, so epsilon does nothing", {
      code: "reward-preference",
      remedy: "Leave epsilon out, or use preference: hard.",
    });
  }
  const parameters = { conversations: 2 };
  return {
    name: kind,
    kind: "pair",
    protocolPrefix: `${kind}${isSoft ? "-soft" : ""}`,
    identity: { judge: kind, version: 1, epsilon, preference: comparison, orders },
    parameters,
    orders,
    ...(isSoft ? { metric: "preference" } : {}),
    turns: "each",
    request: (item) => ({
      messages: item.kind === "pair" ? [...conversation(item, item.a), ...conversation(item, item.b)] : [],
      parameters,
    }),
    read: ({ text }) => {
      const rewards = readRewards(text);
      return rewards === undefined
        ? unreadable("the reply is not a list of two finite numbers")
        : preferenceOfRewards(rewards, { epsilon, preference: comparison });
    },
  };
}

/** Comparison options of a judge's entry, checked. @throws ConfigError naming the option. */
export function rewardOptionsOf(
  options: Readonly<Record<string, unknown>>,
): Pick<RewardJudgeOptions, "epsilon" | "preference"> {
  const { epsilon = 0, preference: kind = "hard", activation } = options;
  const bad = (name: string, wanted: string) =>
    new ConfigError(`options.${name} of a reward judge must be ${wanted}`, {
      code: "bad-option",
      remedy: "See docs/judges.md#reward-models.",
    });
  if (typeof epsilon !== "number" || !(epsilon >= 0 && Number.isFinite(epsilon)))
    throw bad("epsilon", "a number, 0 or more");
  if (kind === "hard") return { epsilon };
  if (kind !== "soft") throw bad("preference", "hard or soft");
  if (activation === "as-served")
    throw bad("preference", "hard with activation as-served: squashed values are no logits");
  return { epsilon, preference: kind };
}
