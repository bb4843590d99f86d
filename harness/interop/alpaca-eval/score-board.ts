import type { StyleCounts } from "../../core/answer-style.js";
import { compositeKey, keyParts } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import { protocolParts } from "../../core/protocol-id.js";
import { isSwitched } from "../../core/python-random.js";
import type { Suite, Verdict, Warning } from "../../core/records.js";
import { excerpt } from "../../core/text.js";
import type { TokenCounter } from "../../core/token-counter.js";
import type { AnswerTraces, TurnTrace } from "../../pipeline/audit/answer-traces.js";
import type { BoardStyles } from "../../pipeline/scores/board-styles.js";
import type { BoardInput } from "../../pipeline/scores/build-board.js";
import type { PreferenceOptions, PublishedRows } from "../../pipeline/scores/preference-rows.js";
import { VerdictGrid } from "../../pipeline/scores/verdict-grid/grid.js";
import type { AnnotationComparer } from "./annotation-comparer.js";
import type { AnnotationColumns } from "./annotations.js";
import { AnnotatedQuestions } from "./questions.js";

/** Slots that a model's answer can have stood in, as bits. */
const FIRST = 1;
const SECOND = 2;

/** Rows of one model as its files list them. */
class ModelRows implements PublishedRows {
  readonly questionIds: string[] = [];
  readonly preferences: number[] = [];
  readonly baselineLengths: number[] = [];
  readonly modelLengths: number[] = [];
  readonly unreadable = new Map<number, string>();
  readonly slots: number[] = [];
  readonly traces: (TurnTrace | undefined)[] = [];
  readonly baselineStyles: (StyleCounts | undefined)[] = [];
  /** Record of each row. */
  readonly records: { readonly file: string; readonly offset: number }[] = [];
  /** Row of each id. */
  readonly rowOf = new Map<string, number>();
}

/** What the boards of one command share. */
export interface AlpacaBoardContext {
  /** Judgments that stand twice all count, as alpaca_eval has it. */
  readonly compat: boolean;
  readonly comparer: AnnotationComparer;
  readonly orders: DrawnOrders;
}

/** The order of each instruction, drawn once for all models: a draw costs some microseconds. */
export class DrawnOrders {
  private readonly drawn = new Map<string, boolean>();

  /** Whether alpaca_eval shows the model's answer first. */
  isModelFirst(instruction: string): boolean {
    let modelFirst = this.drawn.get(instruction);
    if (modelFirst === undefined) {
      modelFirst = isSwitched(instruction);
      this.drawn.set(instruction, modelFirst);
    }
    return modelFirst;
  }
}

/** One board in the making: an instruction set, an annotator, a baseline. */
export class AlpacaBoard {
  readonly questions: AnnotatedQuestions;
  private readonly models = new Map<string, ModelRows>();
  private readonly repetitions = new Set<string>();
  /** Code points of the baseline's answers as the first file told them, by question. */
  private readonly baselineLengths = new Map<string, number>();
  /** Questions on which another file told another length. */
  private readonly otherBaselines = new Set<string>();
  /** Judgments that stand twice, by what is to be said of them. */
  private readonly duplicates = { dropped: 0, counted: 0 };

  constructor(
    readonly suite: string,
    readonly annotator: string,
    readonly baseline: string,
  ) {
    this.questions = new AnnotatedQuestions(suite !== "custom-instructions");
  }

  get subjects(): (readonly [string, string])[] {
    return Array.from(this.models.keys(), (model) => [model, this.baseline] as const);
  }

  /** @throws DataError `duplicate-judgments`, ConfigError `duplicate-model`. */
  add(set: AnnotationColumns, model: string, context: AlpacaBoardContext): void {
    const rows = this.models.get(model) ?? new ModelRows();
    this.models.set(model, rows);
    const ids = this.questions.add(set);
    for (const [row, questionId] of ids.entries()) {
      const record = { file: set.file, offset: set.offsets[row] ?? 0 };
      const earlier = rows.rowOf.get(questionId);
      const id =
        earlier === undefined
          ? questionId
          : this.duplicate(questionId, [rows.records[earlier] ?? record, record], model, context);
      if (id === undefined) continue;
      rows.rowOf.set(id, rows.questionIds.length);
      const reason = set.unreadable.get(row);
      if (reason !== undefined) rows.unreadable.set(rows.questionIds.length, reason);
      rows.questionIds.push(id);
      rows.preferences.push(set.preferences[row] ?? Number.NaN);
      rows.baselineLengths.push(set.baselineLengths[row] ?? 0);
      rows.modelLengths.push(set.modelLengths[row] ?? 0);
      this.noteBaseline(questionId, set.baselineLengths[row] ?? 0);
      rows.slots.push(slotsOf(set, row, context.orders));
      rows.records.push(record);
      rows.traces.push(set.modelTraces[row]);
      rows.baselineStyles.push(set.baselineStyles[row]);
    }
  }

  /** Texts are not kept, but two different answers seldom have one length. */
  private noteBaseline(questionId: string, length: number): void {
    const known = this.baselineLengths.get(questionId);
    if (known === undefined) this.baselineLengths.set(questionId, length);
    else if (known !== length) this.otherBaselines.add(questionId);
  }

  /** Id under which a judgment that stands twice counts; undefined when it does not. */
  private duplicate(
    questionId: string,
    [first, second]: readonly [ModelRows["records"][number], ModelRows["records"][number]],
    model: string,
    { compat, comparer }: AlpacaBoardContext,
  ): string | undefined {
    const isSame = comparer.isSame(first, second);
    if (first.file !== second.file) {
      if (!isSame) throw twoModels(model, first.file, second.file);
    } else if (compat) {
      this.duplicates.counted++;
      for (let number = 2; ; number++) {
        const id = `${questionId}#${number}`;
        if (this.repetitions.has(compositeKey(model, id))) continue;
        this.repetitions.add(compositeKey(model, id));
        return id;
      }
    } else if (!isSame) {
      throw comparer.refusal(first, second, model);
    }
    this.duplicates.dropped++;
    return undefined;
  }

  /** Adds what the files tell of the models' answers. */
  addTraces(answers: AnswerTraces): void {
    const { suite } = this;
    for (const [model, { questionIds, traces }] of this.models) {
      for (const [row, questionId] of questionIds.entries()) {
        const trace = traces[row];
        if (trace !== undefined) answers.put({ suite, model, questionId, trial: 1 }, [trace]);
      }
    }
  }

  warnings(): Warning[] {
    const { dropped, counted } = this.duplicates;
    const told: Warning[] = [];
    if (dropped > 0) {
      const message = `${countOf(dropped, "judgment stands", "judgments stand")} twice word for word; each counts once`;
      told.push({ code: "duplicate-judgments", message, count: dropped });
    }
    if (counted > 0) {
      const message = `${countOf(counted, "judgment stands", "judgments stand")} twice; all are counted, as alpaca_eval does`;
      told.push({ code: "duplicate-judgments", message, count: counted });
    }
    if (this.otherBaselines.size > 0) {
      const count = this.otherBaselines.size;
      const message = `on ${countOf(count, "question")} the files hold different answers of the baseline ${excerpt(this.baseline, 60)}; their models were not measured against the same`;
      told.push({ code: "different-baseline-answers", message, count });
    }
    return told;
  }

  /** The board as scoring takes it. */
  input(
    options: Pick<PreferenceOptions, "calibration" | "compat" | "foldOrder" | "seed" | "bootstrapReplicates">,
    tokens?: TokenCounter,
  ): BoardInput {
    const { models, baseline, suite } = this;
    const asked = this.questions.questions.map(({ id, category }) => ({ questionId: id, category, turn: 1 }));
    const categories = new Map(asked.map((slot) => [slot.questionId, slot.category]));
    const repeated = new Set(Array.from(this.repetitions, (key) => keyParts(key)[1] ?? ""));
    const categoryOf = (id: string) => categories.get(id) ?? categories.get(id.split("#")[0] ?? "") ?? "";
    const extra = Array.from(repeated, (questionId) => ({
      questionId,
      category: categoryOf(questionId),
      turn: 1,
    }));
    return {
      head: { suite, mode: "pairwise-baseline", ...protocolOfAnnotator(this.annotator), baseline },
      metric: "preference",
      subjects: this.subjects,
      frame: { slots: [...asked, ...extra], trials: 1, categories: this.questions.categories },
      rows: verdictGrid(models, baseline, categoryOf),
      baselineAnswers: { known: "lengths", byQuestion: this.baselineLengths },
      ...presentFields({ styles: tokens && this.styles(tokens) }),
      preference: {
        ...options,
        lengthOf: () => undefined,
        publishedRows: (model) => models.get(model),
        ...(repeated.size === 0 ? {} : { repetitions: repeated }),
      },
    };
  }

  /** The styles of both answers of a row; the baseline's are those of its first file. */
  private styles({ name }: TokenCounter): BoardStyles {
    const ofBaseline = new Map<string, StyleCounts>();
    for (const { questionIds, baselineStyles } of this.models.values()) {
      questionIds.forEach((questionId, row) => {
        const style = baselineStyles[row];
        if (style !== undefined && !ofBaseline.has(questionId)) ofBaseline.set(questionId, style);
      });
    }
    const ofModel = ({ rowOf, traces }: ModelRows, questionId: string) =>
      traces[rowOf.get(questionId) ?? -1]?.style;
    return {
      tokens: name,
      of: (model, questionId) => {
        if (model === this.baseline) return ofBaseline.get(questionId);
        const rows = this.models.get(model);
        return rows && ofModel(rows, questionId);
      },
    };
  }

  /** The instructions that the files hold, for whoever shows them. */
  asSuite(): Suite {
    const questions = this.questions.questions.flatMap(({ id, category, instruction }) =>
      instruction === undefined ? [] : [{ id, category, turns: [instruction] }],
    );
    return {
      id: this.suite,
      title: this.suite,
      questions,
      categories: this.questions.categories,
      hash: "",
      sampling: { maxTokens: 2048, temperature: 0 },
      defaultJudge: this.annotator,
      defaultMode: "pairwise-baseline",
      defaultBaseline: this.baseline,
      assets: [],
    };
  }
}

function slotsOf(set: AnnotationColumns, row: number, orders: DrawnOrders): number {
  const shown = set.shown.get(row);
  if (shown !== undefined) return { first: FIRST, second: SECOND, both: FIRST | SECOND }[shown];
  return orders.isModelFirst(set.instructions[row] ?? "") ? FIRST : SECOND;
}

function verdictOf(rows: ModelRows, row: number, modelFirst: boolean): Verdict | undefined {
  const reason = rows.unreadable.get(row);
  if (reason !== undefined) return { kind: "unreadable", reason };
  const preference = rows.preferences[row] ?? Number.NaN;
  if (Number.isNaN(preference)) return undefined;
  const weightB = modelFirst ? 1 - preference : preference;
  return { kind: "preference", winner: weightB > 0.5 ? "b" : weightB < 0.5 ? "a" : "tie", weightB };
}

function verdictGrid(
  models: ReadonlyMap<string, ModelRows>,
  baseline: string,
  categoryOf: (questionId: string) => string,
): VerdictGrid {
  const grid = new VerdictGrid();
  const add = (rows: ModelRows, row: number, a: string, b: string, order: 1 | 2) => {
    const questionId = rows.questionIds[row] ?? "";
    const category = categoryOf(questionId);
    grid.add({
      questionId,
      category,
      turn: 1,
      trial: 1,
      a,
      b,
      order,
      verdict: verdictOf(rows, row, order === 1),
    });
  };
  for (const [model, rows] of models) {
    for (let row = 0; row < rows.questionIds.length; row++) {
      const slots = model === baseline ? SECOND : (rows.slots[row] ?? SECOND);
      if ((slots & FIRST) !== 0) add(rows, row, model, baseline, 1);
      if ((slots & SECOND) !== 0) add(rows, row, baseline, model, 2);
    }
  }
  return grid;
}

/**
 * Protocol and judge of an annotator: alpaca_eval's name with `@published`, or the protocol id that `assay export`
 * wrote in its place.
 */
export function protocolOfAnnotator(annotator: string): {
  readonly protocol: string;
  readonly judge: string;
} {
  const own = protocolParts(annotator)?.judgeModel;
  return own === undefined
    ? { protocol: `${annotator}@published`, judge: annotator }
    : { protocol: annotator, judge: own };
}

function twoModels(model: string, first: string, second: string): ConfigError {
  return new ConfigError(
    `${first} and ${second} hold different answers of a model called "${excerpt(model, 60)}"`,
    {
      code: "duplicate-model",
      remedy: `Give one of them a name of its own: NAME=${second}.`,
    },
  );
}
