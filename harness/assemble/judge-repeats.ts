import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import type { RunConfig } from "../config/resolve.js";
import { ConfigError } from "../core/errors.js";
import { type JudgeRepeats, mostRounds, repeatsText } from "../core/judge-repeats.js";
import { presentFields } from "../core/present-fields.js";
import type { Suite } from "../core/records.js";
import type { JudgeBinding, Plan } from "../pipeline/plan.js";
import { metricOf } from "../pipeline/run-manifest.js";
import { isRunFolder, readManifest, runPaths } from "../store/run-folder.js";

/** Names what every item has, where numbers are given by name. */
const ALL = "all";

type Asked = Pick<RunConfig, "judgeRepeats" | "judgeRepeatShare" | "seed">;

function refuse(message: string, code: string, remedy: string): never {
  throw new ConfigError(message, { code, remedy });
}

function numbersOf({ judgeRepeats = 1 }: Asked): Readonly<Record<string, number>> {
  return typeof judgeRepeats === "number" ? { [ALL]: judgeRepeats } : judgeRepeats;
}

/** Whether a configuration asks a judge more than once about anything. */
function isRepeating(config: Asked): boolean {
  return Object.values(numbersOf(config)).some((rounds) => rounds > 1);
}

/**
 * Refuses repeats where they would decide nothing, or what they would do is not known; before anything is called.
 * @throws ConfigError `judge-repeats-idle`, `judge-repeats-and-jury`, `judge-repeats-and-second`.
 */
export function refuseJudgeRepeats(config: RunConfig): void {
  if (!isRepeating(config)) {
    if (config.judgeRepeatShare !== 100)
      refuse(
        "--judge-repeat-share says how many questions are judged several times, and nothing is",
        "judge-repeats-idle",
        "Say how often with --judge-repeats, or leave --judge-repeat-share out.",
      );
    return;
  }
  if (config.jury !== undefined)
    refuse(
      "--judge-repeats and --jury do not go together: a jury reads one verdict of each judge",
      "judge-repeats-and-jury",
      "Leave out one of them; several judges average out more than one judge asked several times.",
    );
  if (config.secondJudge !== undefined)
    refuse(
      "--judge-repeats and --second-judge do not go together: the second judge is drawn by one verdict of the first",
      "judge-repeats-and-second",
      "Leave out one of them; a larger --second-share narrows the interval, too.",
    );
}

/** The rule for one suite: what names the category there goes before the category, and that before the suite. */
function ruleFor(config: Asked, suite: Suite): JudgeRepeats | undefined {
  const numbers = numbersOf(config);
  const numberOf = (name: string) => (Object.hasOwn(numbers, name) ? numbers[name] : undefined);
  const rounds = numberOf(suite.id) ?? numberOf(ALL) ?? 1;
  const named = suite.categories.flatMap((category) => {
    const own = numberOf(`${suite.id}/${category}`) ?? numberOf(category);
    return own === undefined || own === rounds ? [] : [[category, own] as const];
  });
  const share = config.judgeRepeatShare / 100;
  const rule: JudgeRepeats = {
    rounds,
    ...(named.length === 0 ? {} : { categories: Object.fromEntries(named) }),
    ...(share < 1 ? { share, seed: config.seed } : {}),
  };
  return mostRounds(rule) === 1 ? undefined : rule;
}

function checkNames(config: Asked, suites: readonly Suite[]): void {
  const known = new Set([
    ALL,
    ...suites.flatMap(({ id, categories }) => [
      id,
      ...categories,
      ...categories.map((one) => `${id}/${one}`),
    ]),
  ]);
  const unknown = Object.keys(numbersOf(config)).find((name) => !known.has(name));
  if (unknown === undefined) return;
  const categories = [...new Set(suites.flatMap((suite) => suite.categories))];
  refuse(
    `--judge-repeats names "${unknown.slice(0, 100)}", which is no category and no suite of this run`,
    "unknown-repeats",
    `Name ${[...suites.map(({ id }) => id), ...categories].slice(0, 12).join(", ")}${categories.length + suites.length > 12 ? ", …" : ""}, SUITE/CATEGORY, or ${ALL}.`,
  );
}

/** Why a judge's verdicts are not repeated by a rule; undefined where they are. */
function problemOf({ judge, model }: JudgeBinding, rule: JudgeRepeats): string | undefined {
  if (judge.kind === "ranking") return "a ranking holds many comparisons at once; repeat it with --trials";
  if (judge.parameters.conversations !== undefined) return "a reward is no sample, and comes out the same";
  if (model.identity.adapter === "replay") return "a recorded judge says the same again";
  const isEven = rule.categories === undefined && rule.share === undefined;
  if (metricOf(judge) === "outcomes" && !isEven)
    return "its board counts every game for itself, so that all questions need the same number: leave out names and --judge-repeat-share";
  return undefined;
}

/**
 * The bindings with the rule of their suite; judges that ask nobody have none.
 * @param suites Of the undivided run, so that the parts of a run have one rule.
 * @throws ConfigError `unknown-repeats`, `judge-not-repeated`, `judge-repeats-idle`.
 */
export function withJudgeRepeats<Binding extends JudgeBinding>(
  bindings: readonly Binding[],
  suites: readonly Suite[],
  config: Asked,
): readonly Binding[] {
  if (!isRepeating(config)) return bindings;
  checkNames(config, suites);
  const bound = bindings.map((binding): Binding => {
    const suite = suites.find(({ id }) => id === binding.suite);
    const rule = suite === undefined || binding.judge.callFree === true ? undefined : ruleFor(config, suite);
    if (rule === undefined) return binding;
    const problem = problemOf(binding, rule);
    if (problem !== undefined)
      refuse(
        `--judge-repeats does not go with the judge ${binding.judge.name} (${binding.model.id}): ${problem}`,
        "judge-not-repeated",
        `Leave out --judge-repeats, or name other suites with --judge-repeats SUITE=N than ${binding.suite}.`,
      );
    return { ...binding, repeats: rule };
  });
  if (bound.every(({ repeats }) => repeats === undefined))
    refuse(
      "--judge-repeats asks no judge more than once: right answers are compared without a call",
      "judge-repeats-idle",
      "Leave it out, or name a judge of its own with --judge-protocol.",
    );
  return bound;
}

function hasVerdicts(run: string, protocol: string): boolean {
  const folder = dirname(runPaths.judgments(run, protocol, "any"));
  return existsSync(folder) && readdirSync(folder).length > 0;
}

/**
 * Refuses another rule than the one by which the verdicts of a folder were asked for: repeats that are added, or left out,
 * after verdicts were seen could follow what they say.
 * @throws ConfigError `judge-repeats-changed`; DataError for a damaged `run.json`.
 */
export function refuseOtherRepeats(run: string | undefined, { protocols }: Pick<Plan, "protocols">): void {
  if (run === undefined || !isRunFolder(run)) return;
  const held = new Map(readManifest(run).protocols.map((one) => [one.id, one]));
  for (const { protocol, repeats } of protocols) {
    const earlier = held.get(protocol.id);
    if (earlier === undefined || keyOf(earlier.repeats) === keyOf(repeats)) continue;
    if (!hasVerdicts(run, protocol.id)) continue;
    const before = earlier.repeats === undefined ? "one verdict of each item" : repeatsText(earlier.repeats);
    refuse(
      `${run} holds verdicts of ${protocol.id} by another rule (${before}), and a rule that changes after verdicts were seen may follow them`,
      "judge-repeats-changed",
      "Go on with the options it was begun with. Another rule takes a folder of its own: another --out of `assay run`, or for `assay judge` a copy of this one without its judgments.",
    );
  }
}

function keyOf(rule: JudgeRepeats | undefined): string {
  if (rule === undefined) return "";
  const { rounds, categories = {}, share, seed } = rule;
  const named = Object.entries(categories).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(presentFields({ rounds, named, share, seed }));
}
