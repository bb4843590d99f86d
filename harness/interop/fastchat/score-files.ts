import type { RatingScale, ScoreSource } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import { countOf, nounFor } from "../../core/count-of.js";
import { DataError } from "../../core/errors.js";
import { type NamedPath, namedPath } from "../../core/named-path.js";
import { presentFields } from "../../core/present-fields.js";
import type { Suite, Warning } from "../../core/records.js";
import type { TokenCounter } from "../../core/token-counter.js";
import { AnswerTracer } from "../../pipeline/audit/audit-input.js";
import { stylesOfTraces } from "../../pipeline/scores/board-styles.js";
import type { BoardInput } from "../../pipeline/scores/build-board.js";
import { VerdictGrid } from "../../pipeline/scores/verdict-grid/grid.js";
import { fingerprintOf } from "../../store/fingerprint.js";
import type { FileVerdicts } from "../file-verdicts.js";
import { checkNamedModels } from "../named-models.js";
import { questionFileFor } from "./bench-files.js";
import { importedSuite, type KnownQuestions, knownQuestions } from "./bench-questions.js";
import { type FastChatVerdict, readFastChatVerdicts } from "./judgments.js";
import { ScaleFinder, scaleWarnings } from "./rating-scale.js";
import { modeOf, subjectsOf } from "./subjects.js";

/** How FastChat's judgment files are scored. */
export interface FastChatScoring {
  /** As FastChat computes it: every score counts, and names and numbers alone tell questions apart. */
  readonly compat: boolean;
  /** Scale of the ratings; found by looking at them where it is left out. */
  readonly scale?: RatingScale | undefined;
  /** Counts tokens of the answers that prompts show; left out, no board controls for style. */
  readonly tokens?: TokenCounter | undefined;
}

/** Verdicts of one judge on one suite. */
interface JudgmentGroup {
  readonly protocol: string;
  readonly kind: "single" | "pair";
  readonly judge: string;
  readonly known: KnownQuestions;
  /** The file that a verdict was last read from, for messages. */
  file: string;
  readonly grid: VerdictGrid;
  readonly scale: ScaleFinder;
  trials: number;
  repeats: number;
  conflicts: number;
}

/** Whether a row of the same pair, with its models named the other way round, has a game in this place. */
function standsTurned(
  { grid }: JudgmentGroup,
  { a, b, questionId, turn, trial, order }: FastChatVerdict,
): boolean {
  const slot = grid.slots.find(questionId, turn);
  return grid.columnsOf(a, b).some((column) => column.order !== order && column.at(trial, slot).length > 0);
}

function addVerdict(group: JudgmentGroup, found: FastChatVerdict, file: string): void {
  const { a, trial, line, verdict } = found;
  const added = group.grid.add(found, fingerprintOf(found.prompt));
  const arrival = added === "first" && standsTurned(group, found) ? "repeat" : added;
  // Both games of a pair's row stand twice together; one of them is counted.
  if (found.order !== 2) {
    if (arrival === "repeat") group.repeats++;
    else if (arrival === "conflict") group.conflicts++;
  }
  if (verdict?.kind === "rating") group.scale.add(file, a, verdict.rating, line);
  group.trials = Math.max(group.trials, trial);
  group.file = file;
}

/** Every place that any model of the group has, in order: what one model has, the others are expected to have. */
function slotsIn({ grid, known }: JudgmentGroup): BoardInput["frame"]["slots"] {
  const position = new Map(known.questions.map((question, index) => [question.id, index]));
  const place = (id: string) => position.get(id) ?? (/^\d+$/.test(id) ? Number(id) : Number.MAX_SAFE_INTEGER);
  return [...grid.slots.slots].sort((x, y) => place(x.questionId) - place(y.questionId) || x.turn - y.turn);
}

function repeatWarnings({ conflicts, repeats, judge, file }: JudgmentGroup, compat: boolean): Warning[] {
  const count = conflicts + repeats;
  if (count === 0) return [];
  const twice = `${countOf(conflicts, "judgment")} of ${judge} ${nounFor(conflicts, "stands", "stand")} twice with different prompts or answers`;
  if (conflicts > 0 && !compat) {
    throw new DataError(twice, {
      code: "duplicate-judgments",
      file,
      remedy: "Keep one set of them, or score them all as the original tool does with --compat.",
    });
  }
  return conflicts > 0
    ? [
        {
          code: "duplicate-judgments",
          message: `${twice}; all are counted, as the original tool does`,
          count,
        },
      ]
    : [
        {
          code: "judge-repeats",
          message: `${countOf(repeats, "judgment")} of ${judge} ${nounFor(repeats, "repeats", "repeat")} the same prompt; all are counted`,
          count,
        },
      ];
}

function scaleOf(group: JudgmentGroup, options: FastChatScoring): RatingScale | undefined {
  if (group.kind === "pair") return undefined;
  return options.scale ?? (options.compat ? group.scale.reach() : group.scale.scale());
}

function inputOf(group: JudgmentGroup, scale: RatingScale | undefined): BoardInput {
  const { grid, known, kind, judge, protocol } = group;
  grid.seal();
  const subjects = subjectsOf(grid.columns);
  const slots = slotsIn(group);
  const present = new Set(slots.map((slot) => slot.category));
  return {
    head: { suite: known.suite, ...modeOf(kind, subjects), judge, protocol },
    metric: kind === "single" ? "rating" : "win-rate",
    ...presentFields({ scale }),
    questionLines: known.lines,
    subjects,
    frame: {
      slots,
      trials: group.trials,
      categories: [...new Set([...known.categories, ...present])].filter((category) => present.has(category)),
    },
    rows: grid,
  };
}

/** What of a file is asked for, and under which name. */
class Selection {
  private readonly models = new Set<string>();

  constructor(private readonly named: NamedPath) {}

  /** The verdict under the names that are asked for; undefined for one that is not. */
  take(found: FastChatVerdict): FastChatVerdict | undefined {
    const { picked, renamed } = this.named;
    const { a, b } = found;
    this.models.add(a);
    if (b !== undefined) this.models.add(b);
    if (picked !== undefined && picked !== a && picked !== b) return undefined;
    if (renamed === undefined) return found;
    const nameOf = (model: string) => (b === undefined || model === picked ? renamed : model);
    return { ...found, a: nameOf(a), ...(b === undefined ? {} : { b: nameOf(b) }) };
  }

  /** @throws ConfigError for a model that the file does not hold, or for one name for several models. */
  check(): void {
    checkNamedModels(this.named, [...this.models]);
  }
}

function suitesOf(known: Iterable<KnownQuestions>): Map<string, Suite> {
  const suites = new Map<string, Suite>();
  for (const { suite, questions, categories } of known)
    if (questions.length > 0) suites.set(suite, { ...importedSuite(suite, questions, categories), hash: "" });
  return suites;
}

/**
 * Reads FastChat judgment files; files of one judge, suite and template make one board.
 * @param files paths, `PATH#MODEL` or `NAME=PATH`, with their formats
 * @throws ConfigError, DataError naming file and line; `duplicate-judgments` and `mixed-judgments` unless `compat`
 */
export function fastChatVerdicts(
  files: readonly { readonly named: string; readonly format: string }[],
  options: FastChatScoring,
): FileVerdicts {
  const groups = new Map<string, JudgmentGroup>();
  const sources: ScoreSource[] = [];
  const isPaired = files.some(({ format }) => format === "fastchat-pair");
  const tokens = isPaired ? options.tokens : undefined;
  const tracer = new AnswerTracer(tokens?.count);
  const paths = [...new Set(files.map(({ named }) => namedPath(named).path))];
  const knownOf = knownQuestions(paths, questionFileFor, options.compat);
  for (const { named, format } of files) {
    const place = namedPath(named);
    const file = place.path;
    const known = knownOf.get(file);
    if (known === undefined) continue;
    const { suite, categoryOf, judged } = known;
    const selection = new Selection(place);
    let records = 0;
    for (const read of readFastChatVerdicts(file, { suite, categoryOf, judged, scale: options.scale })) {
      if (read.order !== 2) records++;
      const found = selection.take(read);
      if (found === undefined) continue;
      const { protocol, kind, judge } = found;
      const key = compositeKey(protocol, suite);
      let group = groups.get(key);
      if (group === undefined) {
        const empty = {
          grid: new VerdictGrid(),
          scale: new ScaleFinder(),
          trials: 1,
          repeats: 0,
          conflicts: 0,
        };
        group = { protocol, kind, judge, known, file, ...empty };
        groups.set(key, group);
      }
      addVerdict(group, found, file);
      tracer.prompt(found, found.prompt);
    }
    selection.check();
    sources.push({ path: file, format, records });
  }
  const all = [...groups.values()];
  const warnings = all.flatMap((group) => repeatWarnings(group, options.compat));
  const scales = all.map((group) => scaleOf(group, options));
  return {
    inputs: all.map((group, index) => ({
      ...inputOf(group, scales[index]),
      ...presentFields({ styles: tokens && stylesOfTraces(group.known.suite, tracer.traces, tokens) }),
    })),
    suites: suitesOf(knownOf.values()),
    sources,
    answers: tracer.traces,
    warnings: [
      ...warnings,
      ...all.flatMap(({ judge }, index) => {
        const scale = scales[index];
        return scale === undefined || options.scale !== undefined ? [] : scaleWarnings(scale, judge);
      }),
    ],
  };
}
