import { joinedName, knownIn } from "./known-names.js";

/** What suites measure, in the order in which a page shows it. */
export const AREAS = [
  "chat",
  "people",
  "knowledge",
  "reasoning",
  "maths",
  "coding",
  "safety",
  "other",
] as const;

/** What a suite measures. */
export type Area = (typeof AREAS)[number];

/** A user's own decisions: the area of a suite (`my-suite`), or of one of its categories or tasks (`agieval/math`). */
export type AreaOverrides = Readonly<Record<string, Area>>;

/**
 * Names of suites by what they measure, as assay, lm-evaluation-harness, Inspect, HELM, evalscope and published tables
 * call them, without their separators. The grouping of the academic sets is that of Touvron et al. 2023 (Llama 2,
 * arXiv 2307.09288, section 2.3 and table 11), in which reading comprehension counts as reasoning here.
 */
const NAMES: Readonly<Record<Exclude<Area, "other">, readonly string[]>> = {
  chat: [
    "chat",
    "mtbench",
    "vicunabench",
    "assay80",
    "quickstart",
    "alpacaeval",
    "arenahard",
    "wildbench",
    "multichallenge",
    "creativewriting",
    "eqbench",
    "ifeval",
    "ifbench",
    "mixeval",
    "healthbench",
    "nectar",
  ],
  people: [
    "people",
    "votes",
    "humanpreference",
    "humanevaluation",
    "chatbotarena",
    "lmarena",
    "lmsysarena",
    "arenaelo",
  ],
  knowledge: [
    "knowledge",
    "facts",
    "mmlu",
    "cmmlu",
    "ceval",
    "hendryckstest",
    "gpqa",
    "triviaqa",
    "naturalquestions",
    "nqopen",
    "simpleqa",
    "medqa",
    "pubmedqa",
    "sciq",
    "hle",
    "agievalgaokaohistory",
    "agievalgaokaogeography",
    "agievalgaokaobiology",
    "agievaljecqa",
  ],
  reasoning: [
    "reasoning",
    "logic",
    "arc",
    "hellaswag",
    "piqa",
    "boolq",
    "winogrande",
    "openbookqa",
    "commonsenseqa",
    "siqa",
    "socialiqa",
    "agieval",
    "logiqa",
    "lsat",
    "bbh",
    "bigbench",
    "musr",
    "drop",
    "race",
    "squad",
    "quac",
    "lambada",
    "copa",
    "wsc",
    "gpt4all",
  ],
  maths: [
    "maths",
    "mathematics",
    "arithmetic",
    "gsm8k",
    "gsmplus",
    "mgsm",
    "math",
    "mathqa",
    "hendrycksmath",
    "minervamath",
    "svamp",
    "asdiv",
    "aime",
    "amc",
    "olympiadbench",
    "aquarat",
    "satmath",
    "arenahardv2math",
    "agievalaquarat",
    "agievalmath",
    "agievalsatmath",
    "agievalgaokaomathqa",
    "agievalgaokaomathcloze",
  ],
  coding: [
    "coding",
    "code",
    "programming",
    "humaneval",
    "mbpp",
    "evalplus",
    "livecodebench",
    "bigcodebench",
    "codecontests",
    "apps",
    "ds1000",
    "swebench",
    "cruxeval",
    "arenahardv2coding",
  ],
  safety: [
    "assayrefusals",
    "refusals",
    "xstest",
    "orbench",
    "strongreject",
    "harmbench",
    "advbench",
    "jailbreakbench",
    "donotanswer",
    "toxigen",
    "realtoxicityprompts",
    "bbq",
    "truthfulqa",
    "safety",
  ],
};

const AREA_BY_NAME: ReadonlyMap<string, Area> = new Map(
  Object.entries(NAMES).flatMap(([area, names]) =>
    names.map((name) => [joinedName(name), area as Area] as const),
  ),
);

function overriddenArea(name: string, overrides: AreaOverrides): Area | undefined {
  const wanted = joinedName(name);
  return Object.entries(overrides).find(([given]) => joinedName(given) === wanted)?.[1];
}

/**
 * What a suite measures, or a part of it (a category, task or subset): the one place that decides it. The user's word
 * counts first, that on the part before that on the suite; then the known names; everything else is `other`.
 */
export function areaOf(suite: string, part?: string, overrides: AreaOverrides = {}): Area {
  const whole = part === undefined ? suite : `${suite}/${part}`;
  return (
    overriddenArea(whole, overrides) ??
    overriddenArea(suite, overrides) ??
    knownIn(whole, AREA_BY_NAME) ??
    "other"
  );
}
