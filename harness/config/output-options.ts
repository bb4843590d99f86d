import { gateEntryOf } from "./entries.js";
import { gateExamples } from "./option-examples.js";
import { areas, gates, nameOf, oneOf, text, texts, toggle } from "./option-kinds.js";
import { sequenceOptions } from "./sequence-options.js";

/** Options of what comes out of a run. */
export const outputOptions = {
  out: {
    kind: text("FOLDER"),
    help: "run folder; one that exists is resumed",
    otherwise: "`runs/` and the names of suites and models",
    example: "runs/my-model",
  },
  replace: {
    kind: toggle,
    help: "also run over a folder that holds what this run does not ask for",
    docs: "run also where the folder holds answers or verdicts that this run does not ask for, and leave them out of its report; the records stay",
    default: false,
    example: "false",
  },
  "report.formats": {
    kind: texts("NAME", (z) => z.array(nameOf(z))),
    flag: "format",
    help: "report formats: html, markdown, png, svg, csv, json, junit, metrics",
    docs: "list of `assay list reports`",
    otherwise: "`html`, `markdown`, `png`",
    example: "[html, markdown, png, junit]",
    isSet: true,
  },
  "report.title": { kind: text("TEXT"), flag: "title", help: "title of the report", example: "My model" },
  "report.redact": {
    kind: toggle,
    flag: "redact",
    help: "leave out all texts of questions and answers",
    otherwise: "`false`",
    example: "true",
  },
  "report.fonts": {
    kind: texts("FILE", (z) => z.array(nameOf(z))),
    flag: "font",
    help: "font file for charts of names in other scripts",
    docs: "font files (.ttf, .otf, .ttc, .woff2) for charts whose names are in scripts that the bundled fonts lack, such as Chinese, Arabic or Hindi",
    otherwise: "fonts of the machine",
    example: "[NotoSansCJK-Regular.ttc]",
  },
  gates: {
    kind: gates((z) => z.array(gateEntryOf(z))),
    flag: "gate",
    help: "limit that decides the exit code, such as score,min=6.5",
    docs: "list of [limits](#gates) that decide the exit code: 1 when one is broken",
    otherwise: "none",
    example: gateExamples,
    noVariable: true,
  },
  policy: {
    kind: text("FILE"),
    help: "gate policy over suites, in tiers: GO, NO-GO or INCONCLUSIVE",
    docs: "[gate policy](policy.md) over suites, in tiers: GO, NO-GO or INCONCLUSIVE",
    otherwise: "none",
    example: "policy.yaml",
  },
  policyBase: {
    kind: text("MODEL|PATH"),
    help: "what the policy compares with: a model of the run, a run folder, or a baseline file",
    docs: "what the policy compares with: a model of the run, a run folder (`PATH#MODEL`), or a baseline file",
    otherwise: "the policy's `base`, else the run's first model where it measures several",
    example: "runs/main",
  },
  inconclusive: {
    kind: oneOf("pass", "fail", "exit-4"),
    help: "what a gate or policy does that the data cannot decide",
    docs: "what a gate or policy does that the data cannot decide: `pass`, `fail`, or `exit-4` (a code of its own)",
    otherwise: "`pass` for gates; for a policy what it says, else `exit-4`",
    example: "pass",
  },
  areas: {
    kind: areas,
    flag: "area",
    help: "what a suite measures, for cards: chat, people, knowledge, reasoning, maths, coding, safety, other",
    docs: "what suites measure, for [cards](card.md), where their names do not say it: `SUITE: AREA` or `SUITE/CATEGORY: AREA`",
    otherwise: "by the suite's name",
    example: "{ my-suite: knowledge }",
    noVariable: true,
  },
  ...sequenceOptions,
  logFile: { kind: text("FILE"), help: "write every event as one JSON line", flagOnly: true },
} as const;
