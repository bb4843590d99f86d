import { nameOf, number, oneOf, text, texts, toggle } from "../../config/option-kinds.js";
import type { Declaration } from "./declaration.js";
import { manyTexts, voters } from "./kinds.js";

/** The command that ranks models by battles. */
export const ranking = {
  rank: {
    summary: "rates models by battles as the package arena-rank does, also on the scale of people's votes",
    positionals: {
      paths: {
        kind: manyTexts,
        help: "run folders, judgments of FastChat or Arena-Hard, or battle rows (votes of people, Chatbot Arena's files)",
        required: true,
      },
    },
    options: {
      people: {
        kind: texts("FILE", (z) => z.array(nameOf(z))),
        help: "people's battles, on whose scale the models are placed beside: the judge's temperature is fitted where both meet",
      },
      voters,
      cluster: {
        kind: oneOf("question", "none"),
        help: "intervals by question (default), or every battle as independent, as the package has them",
      },
      reweighted: {
        kind: toggle,
        help: "every pair of models counts alike, from 50 battles on",
      },
      style: {
        kind: toggle,
        help: "at equal style: differences of length, headers, lists and bold as terms of the fit",
      },
      styleRidge: {
        kind: number((z) => z.number().min(1e-9).max(1000)),
        help: "penalty on the coefficients of style, beside the mean loss (default: 1 / battles, which fades; 1 is the package's)",
      },
      anchor: {
        kind: text("MODEL[=RATING]"),
        help: "the model whose rating is held, at 1000 unless said (default: the mean is 1000)",
      },
      against: {
        kind: text("FILE"),
        help: "a second ranking, battles or a leaderboard's CSV: how far the two agree",
      },
      protocol: {
        kind: text("ID"),
        help: "which judge protocol is meant, where the sources hold several; its beginning is enough",
      },
      baseline: {
        kind: text("MODEL"),
        help: "Arena-Hard: the model that the others were compared with, where the files do not name it",
      },
    },
    examples: [
      [
        "rank human.jsonl --cluster none --json",
        "votes of people, with the package's intervals, as one JSON document",
      ],
      ["rank bench/model_judgment/gpt-4.1/*.jsonl --style", "Arena-Hard's judgments, at equal style"],
      ["rank runs/pairs --people arena-battles.jsonl", "checkpoints placed on the scale of people's votes"],
      ["rank runs/pairs --against leaderboard.csv", "how far a published ranking agrees"],
    ],
  },
} as const satisfies Record<string, Declaration>;
