import { number, oneOf, text, toggle } from "../../config/option-kinds.js";
import { shells } from "../shell/shells.js";
import type { Declaration } from "./declaration.js";
import { manyTexts } from "./kinds.js";

/** Commands to begin with. */
export const starting = {
  quickstart: {
    summary: "the whole job on the bundled suite with recorded models and judge: no key, no network",
    options: { out: { kind: text("FOLDER"), help: "run folder (default: runs/quickstart)" } },
    examples: [["quickstart", "24 questions, two recorded models, single and pairwise verdicts, a report"]],
  },
  init: {
    summary: "writes a commented config and, on request, a CI workflow",
    options: {
      out: { kind: text("FILE"), help: "config file (default: assay.yaml)" },
      ci: { kind: oneOf("github", "gitlab"), help: "also write a workflow for this service" },
      force: { kind: toggle, help: "replace a file that exists" },
    },
    examples: [
      ["init", "assay.yaml with every key explained"],
      ["init --ci github", "also .github/workflows/assay.yml"],
    ],
  },
} as const satisfies Record<string, Declaration>;

/** Commands about what assay has and keeps. */
export const keeping = {
  data: {
    summary: "benchmark assets: what there is, fetch, check, find",
    positionals: {
      action: { kind: oneOf("list", "fetch", "verify", "path"), help: "what to do", required: true },
      names: { kind: manyTexts, help: "assets, or groups such as mt-bench (default: all)" },
    },
    examples: [
      ["data list", "what there is, from where, under what licence"],
      ["data fetch mt-bench", "downloads, resumes and checks"],
      ["data path mt-bench/questions", "where the file is"],
    ],
  },
  list: {
    summary: "what can be named, one line each",
    positionals: {
      what: { kind: oneOf("suites", "judges", "adapters", "reports"), help: "which of them (default: all)" },
    },
    examples: [["list suites", "names for --suite"]],
  },
  runs: {
    summary: "run folders below a folder, newest first: how they ended and what they found",
    positionals: { folder: { kind: text("FOLDER"), help: "where to look (default: runs)" } },
    examples: [
      ["runs", "the runs below ./runs"],
      ["runs . --json", "every run folder below this one, for a script"],
    ],
  },
  open: {
    summary: "opens a run's HTML report in the browser",
    positionals: { run: { kind: text("RUN"), help: "run folder (default: the newest below ./runs)" } },
    options: { print: { kind: toggle, help: "only print the report's path" } },
    examples: [
      ["open", "the newest report"],
      ["open runs/ckpt-1200 --print", "where that report is"],
    ],
  },
  view: {
    summary: "shows runs in the browser, live ones too: progress, cost, failures, answers; two side by side",
    positionals: {
      folder: {
        kind: text("FOLDER"),
        help: "where to look for runs, or one run folder (default: runs)",
      },
    },
    options: {
      port: {
        kind: number((z) => z.number().int().min(0).max(65535)),
        help: "port on this machine (default: a free one)",
      },
      open: { kind: toggle, help: "open the page in a browser; --no-open only prints its address" },
    },
    examples: [
      ["view", "the runs below ./runs; the page follows those that go on"],
      ["view /mnt/cluster/runs --no-open", "runs that another machine writes; open the address yourself"],
      ["view runs/ckpt-1200 --port 8421", "one run, at a port for `ssh -L 8421:127.0.0.1:8421`"],
    ],
  },
  completion: {
    summary: "a script that completes assay's commands, flags and names in a shell",
    positionals: { shell: { kind: oneOf(...shells), help: "which shell", required: true } },
    examples: [
      ["completion bash", "for ~/.bashrc: source <(assay completion bash)"],
      ["completion zsh", "for a folder of $fpath, as the file _assay"],
      ["completion fish", "for ~/.config/fish/completions/assay.fish"],
    ],
  },
  cache: {
    summary: "replies that runs share: how many, how old; remove old ones or all",
    positionals: { action: { kind: oneOf("stats", "prune", "clear"), help: "what to do", required: true } },
    options: {
      olderThan: { kind: text("AGE"), help: "age such as 12h, 30d or 8w", only: "prune" },
      maxSize: {
        kind: text("SIZE"),
        help: "size such as 500MB or 2GB; the oldest replies go first",
        only: "prune",
      },
    },
    examples: [
      ["cache stats", "replies, size, age"],
      ["cache prune --older-than 30d --max-size 2GB", "whatever is older or more"],
    ],
  },
} as const satisfies Record<string, Declaration>;
