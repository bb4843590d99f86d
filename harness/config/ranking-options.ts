import { RANKED_TOGETHER } from "../core/ranks.js";
import type { ConfigOption } from "./option.js";
import { nameOf, texts, toggle, wholeFrom } from "./option-kinds.js";

/** What is ranked together in mode `ranking`, and how. */
export const rankingOptions = {
  opponents: {
    kind: texts("NAME", (z) => z.array(nameOf(z)).min(1)),
    help: "recorded models that are ranked along: published answers by model name, or a file of answers",
    docs: "recorded models that are [ranked along](judges.md#rankings) (`mode: ranking`): answers that come with the suite, published answers by model name, or a file of recorded answers (PATH, PATH#MODEL)",
    otherwise: "none",
    example: "[gpt-4, vicuna-13b-v1.3]",
  },
  rankTogether: {
    kind: wholeFrom(RANKED_TOGETHER.least, RANKED_TOGETHER.most),
    help: "most answers of one ranking; more models are dealt into groups, drawn for each question",
    otherwise: "`9`",
    example: "7",
  },
  rankTies: {
    kind: toggle,
    help: "a ranking may call answers equal",
    otherwise: "`false`",
    example: "true",
  },
} as const satisfies Readonly<Record<string, Omit<ConfigOption, "group">>>;
