import { juryRules } from "../../assemble/jury.js";
import { resolveConfig } from "../../config/resolve.js";
import { systemClock } from "../../core/clock.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import type { Warning } from "../../core/records.js";
import { formatOfImport } from "../../interop/import-format.js";
import { type ImportFormat, isHarnessFormat } from "../../interop/import-tools.js";
import type { PublishOptions } from "../../interop/published/public-names.js";
import { readStatedFigures } from "../../store/stated-figures.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { readSettings } from "../load-config.js";
import { shownPath } from "../run-end.js";
import type { Terminal } from "../terminal.js";
import { scoringOptions } from "./score.js";

type Exporter = (
  run: string,
  out: string,
  options: PublishOptions,
) => Promise<{ readonly files: readonly string[]; readonly warnings: readonly Warning[] }>;

/** The code of each layout, loaded only when it is asked for. */
const exporters: { readonly [Format in Given<"export">["format"]]: Exporter } = {
  "alpaca-eval": async (run, out) =>
    (await import("../../interop/alpaca-eval/export-run.js")).exportAlpacaEval(run, out),
  "arena-hard": async (run, out) =>
    (await import("../../interop/arena-hard/export-run.js")).exportArenaHard(run, out),
  "arena-hard-v0.1": async (run, out) =>
    (await import("../../interop/arena-hard/export-run.js")).exportArenaHard(run, out, "v0.1"),
  nectar: async (run, out) => (await import("../../interop/nectar/export-run.js")).exportNectar(run, out),
  fastchat: async (run, out) =>
    (await import("../../interop/fastchat/export-run.js")).exportRunToFastChat(run, out),
  eee: async (...given) => (await import("../../interop/eee/export-run.js")).exportEveryEvalEver(...given),
  hf: async (run, out, options) => {
    const { renderModelCard: render } = await import("../../../reports/markdown/model-card.js");
    return (await import("../../interop/huggingface/export-run.js")).exportHub(run, out, {
      ...options,
      render,
    });
  },
  inspect: async (...given) => (await import("../../interop/inspect/export-run.js")).exportInspect(...given),
  "lm-eval": async (...given) => (await import("../../interop/lm-eval/export-run.js")).exportLmEval(...given),
  votes: async (run, out) => (await import("../../interop/export-votes.js")).exportVotes(run, out),
};

function remedyOf(format: Given<"export">["format"], why: string): string {
  if (format === "votes") return `${why === "" ? "" : `${why}. `}Let people vote on it: assay vote RUN.`;
  return why === "" ? "Run or import something into it first." : `${why}; use another format.`;
}

type Named = "modelId" | "dataset" | "source" | "organization" | "relationship";

/** Formats that publish figures, with the options of theirs. */
const published: { readonly [Format in Given<"export">["format"]]?: readonly Named[] } = {
  eee: ["modelId", "organization", "relationship"],
  hf: ["modelId", "dataset", "source"],
  inspect: ["modelId"],
  "lm-eval": ["modelId"],
};

/** Options that other formats have no place for. @throws ConfigError `usage`. */
function refuseNames(given: Given<"export">): void {
  const own = published[given.format] ?? [];
  const names = {
    modelId: "model-id",
    dataset: "dataset",
    source: "source",
    organization: "organization",
    relationship: "relationship",
  } as const;
  for (const [key, flag] of Object.entries(names) as [Named, string][]) {
    if (given[key] === undefined || own.includes(key)) continue;
    throw new ConfigError(`--${flag} says nothing of the format ${given.format}`, {
      code: "usage",
      remedy: "Leave it out; assay export --help says what it is for.",
    });
  }
}

/** What is published is scored as `assay score` does it. */
async function publishOptions(given: Given<"export">, terminal: Terminal): Promise<PublishOptions> {
  const { modelId, dataset, source, organization, relationship, calibration } = given;
  const config = resolveConfig(await readSettings(given.settings, process.env));
  const { judgeCard, styleReference } = config;
  const request = { calibration, judgeCard, styleReference, jury: juryRules(config) };
  const scoring = await scoringOptions([given.run], request, terminal);
  return { scoring, modelIds: modelId, datasets: dataset, source, organization, relationship };
}

/** `assay export RUN --format … --out DIR`: the layouts that other tools read. */
export async function exportRun(given: Given<"export">, terminal: Terminal): Promise<number> {
  const { run, format, out } = given;
  refuseNames(given);
  const options = published[format] === undefined ? {} : await publishOptions(given, terminal);
  const { files, warnings } = await exporters[format](run, out, options);
  if (files.length === 0) {
    const why = warnings.map(({ message }) => message).join("; ");
    throw new ConfigError(`${run} holds nothing that ${format} has files for`, {
      code: "nothing-to-export",
      remedy: remedyOf(format, why),
    });
  }
  for (const warning of warnings) terminal.note(`note: ${warning.message}`);
  terminal.document({ files, warnings });
  for (const file of files) terminal.say(shownPath(file));
  return exitCodes.done;
}

/** Options that say something of files of other formats only. @throws ConfigError `usage`. */
function refuseOthers(format: ImportFormat, { scale, baseline, model, columns }: Given<"import">): void {
  const isTable = format === "figures";
  const wrong = isHarnessFormat(format)
    ? { scale, baseline, ...(isTable ? {} : { columns }) }
    : { model, columns };
  const [name] = Object.entries(wrong).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (name === undefined) return;
  throw new ConfigError(`--${name} says nothing of files of the format ${format}`, {
    code: "usage",
    remedy: "Leave it out; assay import --help says what it is for.",
  });
}

async function importAs(
  format: ImportFormat,
  { paths, out: run, scale, baseline, model, columns }: Given<"import">,
  terminal: Terminal,
) {
  const onWarning = ({ message }: Warning) => terminal.note(`note: ${message}`);
  if (isHarnessFormat(format)) {
    const { importResults } = await import("../../interop/results/import-results.js");
    return importResults(format, paths, run, { clock: systemClock, model, columns, onWarning });
  }
  switch (format) {
    case "alpaca-eval":
      return (await import("../../interop/alpaca-eval/import-run.js")).importAlpacaEval(paths, run, {
        isJudge: (await import("../../../judges/registry.js")).judgeRegistry.has,
      });
    case "arena-hard":
      return (await import("../../interop/arena-hard/import-run.js")).importArenaHard(paths, run, {
        clock: systemClock,
        baseline,
        onWarning,
      });
    case "nectar":
      return (await import("../../interop/nectar/import-run.js")).importNectar(paths, run, {
        clock: systemClock,
      });
    case "fastchat":
      return (await import("../../interop/fastchat/import-run.js")).importRunFromFastChat(paths, run, {
        clock: systemClock,
        scale,
      });
  }
}

/** `assay import PATH… --out RUN`: the way back; the format is found by looking at the files. */
export async function importRun(given: Given<"import">, terminal: Terminal): Promise<number> {
  const { paths, out: run } = given;
  const format = given.format ?? formatOfImport(paths);
  refuseOthers(format, given);
  const manifest = await importAs(format, given, terminal);
  const figures = readStatedFigures(run).length;
  terminal.document({ run, answers: manifest.answers, judgments: manifest.judgments, figures });
  const told = [
    ...(manifest.suites.length === 0
      ? []
      : [
          `${countOf(manifest.answers.completed, "answer")} of ${countOf(manifest.models.length, "model")}`,
          countOf(manifest.judgments.judged, "verdict"),
        ]),
    ...(figures === 0 ? [] : [`${countOf(figures, "figure")} stated elsewhere`]),
  ];
  terminal.say(`${shownPath(run)}: ${told.join(", ")}`);
  const isJudged = manifest.judgments.planned > 0 || figures > 0;
  terminal.say(
    `Next: assay ${isJudged ? "report" : "judge"} ${shownPath(run)}${isJudged ? "" : " --judge NAME"}`,
  );
  return exitCodes.done;
}
