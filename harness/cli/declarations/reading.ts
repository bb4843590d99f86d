import {
  confidenceOf,
  nameOf,
  number,
  oneOf,
  text,
  texts,
  toggle,
  webAddressOf,
} from "../../config/option-kinds.js";
import { importFormats } from "../../interop/import-tools.js";
import type { Declaration } from "./declaration.js";
import { calibration, manyTexts, runFolder, scale, voters, votes } from "./kinds.js";

const leaderboard = {
  kind: text("NAME|FILE"),
  help: "published rows of AlpacaEval beside your own: minimal, verified, community, or a leaderboard.csv",
} as const;
const compat = {
  kind: toggle,
  help: "read and compute exactly as the original tool does, defects included",
} as const;
const arenaBaseline = {
  kind: text("MODEL"),
  help: "Arena-Hard: the model that the others were compared with, where the files do not name it",
} as const;

/** Commands that read what is there and call no model. */
export const reading = {
  score: {
    summary: "scores run folders, or files of FastChat, AlpacaEval and Arena-Hard; never calls a model",
    positionals: { paths: { kind: manyTexts, help: "run folders or judgment files", required: true } },
    settings: ["seed", "judgeCard", "styleReference", "jury", "juryWeights", "familyGuard"],
    options: {
      compat,
      scale,
      folds: {
        kind: oneOf("board", "package"),
        help: "AlpacaEval: folds of the length-controlled fit as on the leaderboards of 2024 (default), or as today's alpaca_eval deals them",
      },
      calibration,
      leaderboard,
      baseline: arenaBaseline,
      predictAgainst: {
        kind: text("MODEL"),
        help: "AlpacaEval 2: predict win rates against this model of the board or leaderboard",
      },
      fitDifficulties: {
        kind: text("FILE"),
        help: "estimate the difficulties of your own instructions from these models, and keep them in this file",
      },
      difficulties: { kind: text("FILE"), help: "file of such difficulties, for length control" },
      writeStyleReference: {
        kind: text("FILE"),
        help: "freeze what style is worth on these boards in this file, for --style-reference",
      },
      votes,
      voters,
    },
    examples: [
      ["score runs/ckpt-1200 --json", "boards as one JSON document"],
      ["score data/mt_bench/model_judgment/gpt-4_single.jsonl", "published judgments"],
      ["score results/*/*/annotations.json --leaderboard minimal", "AlpacaEval, among known models"],
      ["score data/*/model_judgment/gpt-4.1/*.jsonl --baseline o3-mini-2025-01-31", "Arena-Hard"],
      ["score runs/x --jury weighted --jury-weights big=2 --jury-weights small=1", "the judges as one"],
      ["score mine=results/x/annotations.json", "under a name of your own; PATH#model picks one of several"],
    ],
  },
  report: {
    summary: "renders the report of one or several runs; never calls a model",
    positionals: { runs: { kind: manyTexts, help: "run folders, oldest first", required: true } },
    settings: [
      "report.formats",
      "report.title",
      "report.redact",
      "report.fonts",
      "judgeCard",
      "styleReference",
      "jury",
      "juryWeights",
      "familyGuard",
    ],
    options: {
      out: { kind: text("FOLDER"), help: "folder (default: RUN/report)" },
      open: { kind: toggle, help: "open the page in a browser" },
      site: { kind: text("FOLDER"), help: "add the run to a static site in this folder" },
      calibration,
      leaderboard,
    },
    examples: [
      ["report runs/ckpt-1200 --format html,png", "page and charts"],
      ["report runs/a runs/b runs/c", "checkpoints over time"],
    ],
  },
  compare: {
    summary: "is the candidate better? Paired comparison, also the CI gate",
    positionals: {
      sources: {
        kind: manyTexts,
        help: "BASE CANDIDATE…: run folders, judgment files or a baseline file; PATH#model picks one",
        required: true,
      },
    },
    settings: ["seed", "inconclusive"],
    options: {
      margin: { kind: number((z) => z.number().min(0)), help: "largest loss that still passes (default: 0)" },
      confidence: {
        kind: number(confidenceOf),
        help: "level of the interval (default: 0.95)",
      },
      acrossProtocols: { kind: toggle, help: "compare although suites or protocols differ" },
      votes,
      voters,
      corrected: { kind: toggle, help: "let the figures corrected by people's votes decide" },
      selfCheck: { kind: toggle, help: "also say how often this gate would fail on nothing" },
      policy: {
        kind: text("FILE"),
        help: "gate policy over suites that decides the exit code: GO 0, NO-GO 1, INCONCLUSIVE 4",
      },
      compat,
      scale,
      calibration,
    },
    examples: [
      [
        "compare runs/main runs/ckpt-1200 --margin 0.2",
        "exit 1 when the checkpoint is worse by more than 0.2",
      ],
      ["compare baseline.json runs/ckpt-1200 --margin 0.2 --self-check", "against a committed baseline"],
      ["compare judgments.jsonl#model-a judgments.jsonl#model-b", "two models of one file"],
      ["compare runs/1 runs/2 runs/3", "a trend over checkpoints"],
      ["compare runs/x#base runs/x#ckpt --corrected", "decided by people's votes, with the judge's help"],
      ["compare runs/main runs/ckpt-1200 --policy policy.yaml", "GO or NO-GO over all suites, in tiers"],
    ],
  },
  card: {
    summary: "everything known of a checkpoint on one page: what the training bought and what it cost",
    positionals: {
      sources: {
        kind: manyTexts,
        help: "config files (for their run), run folders, judgment files, tables of figures (CSV); NAME=PATH, PATH#model",
        required: true,
      },
    },
    settings: ["seed", "areas", "policy", "inconclusive"],
    options: {
      base: { kind: text("MODEL|PATH"), help: "what it is held against (default: the first model)" },
      candidate: {
        kind: texts("MODEL", (z) => z.array(z.string().min(1))),
        help: "checkpoint of the card, the last one where several are named (default: all others)",
      },
      out: { kind: text("FILE"), help: "page to write (default: card.html)" },
      votes,
      voters,
      compat,
      scale,
      calibration,
    },
    examples: [
      ["card assay.yaml", "the run of a configuration: its first model is the base"],
      ["card runs/base runs/ckpt-600 runs/ckpt-1200", "checkpoints in their order, with trajectories"],
      ["card runs/x --base base --candidate ckpt --policy policy.yaml", "with a gate policy over its suites"],
      ["card published.csv --base Openchat-3.5 --candidate Starling-7B", "a published table"],
    ],
  },
  baseline: {
    summary: "writes a model's figures to a small file that can be committed, for gates and comparisons",
    positionals: {
      action: { kind: oneOf("write"), help: "what to do", required: true },
      run: { kind: text("RUN"), help: "run folder; RUN#model picks a model", required: true },
    },
    options: {
      out: { kind: text("FILE"), help: "file (default: baseline.json)" },
      model: { kind: text("MODEL"), help: "model, where the run measures several" },
      calibration,
    },
    examples: [
      ["baseline write runs/main --out baseline.json", "then gate on it: against: baseline.json"],
      ["baseline write runs/main --model ckpt-1200", "one of several models"],
    ],
  },
  agreement: {
    summary: "do two judges agree? Two sets of verdicts: runs, RUN#protocol, judgment files, human votes",
    positionals: {
      first: { kind: text("PATH"), help: "run folder, RUN#protocol or file", required: true },
      second: {
        kind: text("PATH"),
        help: "likewise; the same file twice compares its raters",
        required: true,
      },
    },
    settings: ["seed"],
    options: { compat, scale },
    examples: [
      ["agreement runs/gpt-6-luna runs/own-judge", "two judges over the same answers"],
      ["agreement runs/x#mt-bench-pair human-votes.json", "judge and people"],
    ],
  },
  bridge: {
    summary: "links an old judge and a new one over answers that both graded; never calls a model",
    positionals: {
      old: {
        kind: text("OLD"),
        help: "run folder, RUN#judge, judgment files, a folder of them, or a leaderboard's CSV",
        required: true,
      },
      new: { kind: text("NEW"), help: "the new judge's figures, likewise", required: true },
    },
    settings: ["seed"],
    options: {
      predict: {
        kind: text("RUN"),
        help: "figures of the new judge to state in the old one's units, and the old board in the new one's",
      },
      html: { kind: text("FILE"), help: "write a page that shows both scales" },
      compat,
      scale,
    },
    examples: [
      ["bridge runs/x#gpt-4.1 runs/x#gpt-6-luna", "two judges of one run"],
      [
        "bridge runs/old runs/new --predict runs/ckpt-1200 --html bridge.html",
        "a new run in the old judge's units",
      ],
      ["bridge alpaca_eval_gpt4_leaderboard.csv claude_leaderboard.csv", "two published boards"],
      [
        "bridge results#weighted_alpaca_eval_gpt4_turbo results#weighted_alpaca_eval_gpt4.1",
        "a folder of alpaca_eval's annotations",
      ],
    ],
  },
  export: {
    summary:
      "writes a run in the layout that FastChat, alpaca_eval or arena-hard-auto reads, its rankings as Nectar's, its votes as battle rows, or publishes it",
    positionals: { run: runFolder },
    settings: ["judgeCard", "styleReference", "jury", "juryWeights", "familyGuard"],
    options: {
      format: {
        kind: oneOf(
          "fastchat",
          "alpaca-eval",
          "arena-hard",
          "arena-hard-v0.1",
          "nectar",
          "votes",
          "eee",
          "hf",
          "inspect",
          "lm-eval",
        ),
        help: "the tool whose layout it is; arena-hard-v0.1 is Arena-Hard's older one, with battle rows; nectar holds rankings; eee is Every Eval Ever's, hf what a model's page on the Hugging Face hub takes, inspect logs of Inspect, lm-eval results and samples of lm-evaluation-harness (suites with right answers)",
        required: true,
      },
      out: { kind: text("FOLDER"), help: "folder to write", required: true },
      modelId: {
        kind: texts("NAME=ORG/MODEL", (z) => z.array(nameOf(z))),
        help: "publishing: what a model of the run is called where models are published",
      },
      dataset: {
        kind: texts("SUITE=ORG/DATASET:TASK", (z) => z.array(nameOf(z))),
        help: "hf: the benchmark on the hub that a suite is; others go into the card's model-index",
      },
      source: { kind: text("URL", webAddressOf), help: "hf: where the results can be read" },
      organization: { kind: text("NAME"), help: "eee: who measured" },
      relationship: {
        kind: oneOf("first_party", "third_party", "collaborative", "other"),
        help: "eee: relation of whoever measured to the models (default: other)",
      },
      calibration,
    },
    examples: [
      [
        "export runs/ckpt-1200 --format eee --organization us --model-id ckpt-1200=my-org/my-model --out data",
        "for Every Eval Ever",
      ],
      ["export runs/ckpt-1200 --format fastchat --out exported", "exported/mt_bench/…"],
      ["export runs/ckpt-1200 --format hf --out card", "card/ckpt-1200/model-card.md, for the model's page"],
      [
        "export runs/ckpt-1200 --format votes --out exported",
        "people's votes, as Chatbot Arena's tools read them",
      ],
    ],
  },
  import: {
    summary: "makes a run folder of what other tools measured",
    positionals: { paths: { kind: manyTexts, help: "files or folders", required: true } },
    options: {
      format: {
        kind: oneOf(...importFormats),
        help: "the tool whose layout it is (default: found by looking at the files)",
      },
      out: { kind: text("RUN"), help: "run folder to write", required: true },
      baseline: arenaBaseline,
      scale,
      model: {
        kind: text("NAME"),
        help: "results of other harnesses: what the only model in the files is to be called",
      },
      columns: {
        kind: texts("NAME=UNIT", (z) => z.array(nameOf(z))),
        help: "tables of figures: what columns are counted in, such as mmlu=percent:accuracy (share, percent, rating, other)",
      },
    },
    examples: [
      ["import lm-eval-output --out runs/knowledge", "results and samples of lm-evaluation-harness"],
      ["import logs/2026-11-28_gsm8k.eval --out runs/gsm8k", "a log of Inspect"],
      ["import published.csv --out runs/published", "a table: a column model and one for each suite"],
      ["import data/mt_bench --out runs/published", "answers and judgments of FastChat"],
      ["import gpt-4_single.jsonl --out runs/published", "one file of judgments"],
    ],
  },
} as const satisfies Record<string, Declaration>;
