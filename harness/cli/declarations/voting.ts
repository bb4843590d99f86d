import { number, text, texts, toggle, wholeFrom } from "../../config/option-kinds.js";
import type { Declaration } from "./declaration.js";
import { manyTexts } from "./kinds.js";

/** Votes of people. */
export const voting = {
  vote: {
    summary:
      "people vote blind on pairs of a run's answers: on a page by mail, or several at once over the network",
    usage: "[serve|import|status] <run> [files..]",
    positionals: {
      action: {
        kind: text("ACTION"),
        help: "serve: a page for several voters; import: files that voters sent; status: votes and voters so far; left out: write the page",
        required: true,
      },
      run: { kind: text("RUN"), help: "run folder" },
      files: {
        kind: manyTexts,
        help: "import: files of votes, Chatbot Arena's battle rows, or ratings of single answers",
      },
    },
    options: {
      pairs: { kind: wholeFrom(1), help: "pairs to draw, across categories (default: 30)" },
      repeats: {
        kind: number((z) => z.number().min(0).max(0.5), "SHARE"),
        help: "share of the pairs shown once more, the other way round: how consistent a voter is (default: 0.2)",
      },
      active: {
        kind: toggle,
        help: "ask more where the judge and the models' strengths disagree; each vote keeps its probability",
      },
      model: {
        kind: texts("MODEL", (z) => z.array(z.string().min(1).max(300))),
        help: "only pairs with this model; of several, only pairs among them",
      },
      seed: { kind: wholeFrom(0), help: "seed of the drawing (default: the run's)" },
      out: { kind: text("FILE"), help: "the page to write (default: RUN/votes/vote.html)" },
      host: {
        kind: text("ADDRESS"),
        help: "serve: address to listen on (default: 0.0.0.0, every network of this machine)",
        only: "serve",
      },
      port: {
        kind: number((z) => z.number().int().min(0).max(65535)),
        help: "serve: port to listen on (default: 8420; 0 takes a free one)",
        only: "serve",
      },
      allowHost: {
        kind: texts("NAME", (z) =>
          z.array(
            z
              .string()
              .regex(/^[A-Za-z0-9._-]+$/)
              .max(253),
          ),
        ),
        help: "serve: further name that voters call this machine by, such as a proxy's",
        only: "serve",
      },
      ignoreOthers: {
        kind: toggle,
        help: "import: leave out votes on questions and models that the run does not have, and say how many",
        only: "import",
      },
    },
    examples: [
      ["vote runs/ckpt-1200", "runs/ckpt-1200/votes/vote.html, for a file share or a mail"],
      ["vote runs/ckpt-1200 --pairs 60 --active --model ckpt-1200", "more pairs, those that tell most"],
      ["vote serve runs/ckpt-1200", "prints the address for your voters, and saves each vote as it comes"],
      ["vote import runs/ckpt-1200 votes-anna-*.jsonl votes-ben-*.jsonl", "what the voters sent back"],
      ["vote status runs/ckpt-1200", "how consistent voters are, and whether they agree"],
    ],
  },
} as const satisfies Record<string, Declaration>;
