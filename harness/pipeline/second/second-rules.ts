import { ConfigError } from "../../core/errors.js";
import type { Judge, JudgingMode, Model, Suite } from "../../core/records.js";
import type { SecondJudging } from "../../core/second-judging.js";

/** One of two judges that come one after the other. */
interface BoundSide {
  readonly judge: Judge;
  readonly mode: JudgingMode;
  readonly model: Pick<Model, "id">;
  /** Id of its protocol. */
  readonly protocol: string;
}

const judged = ({ judge }: BoundSide) => (judge.kind === "pair" ? "pairs" : "single answers");

function mismatchOf(first: BoundSide, second: BoundSide, suite: Suite): string | undefined {
  const sides = [first, second];
  const scaleOf = ({ judge }: BoundSide) => JSON.stringify(judge.scale?.(suite.questions) ?? null);
  if (sides.some(({ judge }) => judge.kind === "ranking")) return "a ranking holds many comparisons at once";
  if (sides.some(({ judge }) => judge.callFree === true))
    return "right answers are compared without a call, and need no second judge";
  if (first.judge.kind !== second.judge.kind)
    return `one judges ${judged(first)} and the other ${judged(second)}`;
  if (first.mode !== second.mode) return `one judges in mode ${first.mode} and the other in ${second.mode}`;
  if (first.judge.turns !== second.judge.turns) return "one judges every turn and the other the last alone";
  if (scaleOf(first) !== scaleOf(second)) return "they rate on different scales";
  return first.protocol === second.protocol ? "it is the first judge itself" : undefined;
}

/** A judge that may come after another. */
interface Binding extends Omit<BoundSide, "protocol"> {
  readonly second?: Omit<SecondJudging, "first"> & { readonly after: Binding };
}

/**
 * The rules of a second judge, undefined for any other; it must say of the same things, on the same scale, what the first
 * one does.
 * @param idOf Id of a judge's protocol.
 * @throws ConfigError `second-judge-mismatch`.
 */
export function secondRules<Bound extends Binding>(
  binding: Bound & { readonly second?: Omit<SecondJudging, "first"> & { readonly after: Bound } },
  suite: Suite,
  idOf: (binding: Bound) => string,
): SecondJudging | undefined {
  if (binding.second === undefined) return undefined;
  const { after, ...rules } = binding.second;
  const first = { ...after, protocol: idOf(after) };
  const second = { ...binding, protocol: idOf(binding) };
  const problem = mismatchOf(first, second, suite);
  if (problem === undefined) return { first: first.protocol, ...rules };
  const named = ({ judge, model }: BoundSide) => `${judge.name} (${model.id})`;
  throw new ConfigError(`${named(second)} cannot follow ${named(first)} on suite ${suite.id}: ${problem}`, {
    code: "second-judge-mismatch",
    remedy: "Name another --second-judge or --judge, or give both one protocol with --judge-protocol.",
  });
}
