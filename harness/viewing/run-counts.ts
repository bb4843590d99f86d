import { compositeKey } from "../core/composite-key.js";
import { mostRounds } from "../core/judge-repeats.js";
import type { LiveProgress } from "../core/live-run.js";
import type { FailureCount, Manifest, ManifestProtocol } from "../core/manifest.js";
import { paidAttempts } from "../core/paid-attempts.js";
import type { Answer, CallRecord, Judgment, Replacement, Suite } from "../core/records.js";
import { failureKey, problemOf } from "../store/accounting.js";
import { CurrentAnswers, keptAnswer } from "../store/answer-facts.js";
import { type Asked, askedBy } from "../store/asked.js";
import { costOfRecord } from "../store/spending.js";
import { FailureKinds, noPlaces, type Outcome, PlaceTable, type PlaceTotals } from "./place-counts.js";

/** Pairs of one protocol that have a line of their own; more of them share one. */
const MOST_LINES = 40;
/** Failures that are shown. */
const MOST_FAILURES = 20;
const UNREADABLE = "unreadable-verdict";

type Failure = Omit<FailureCount, "count">;

/** One line of a run's progress. */
interface Line {
  readonly shown: Omit<LiveProgress, "done" | "failed" | "unreadable" | "skipped">;
  readonly totals: PlaceTotals;
  unreadable: number;
}

/** Where the records of some models on one suite stand, and on which line they count. */
interface Table {
  readonly places: PlaceTable<Failure>;
  readonly protocol: ManifestProtocol | undefined;
  readonly models: readonly string[];
}

interface Questions {
  readonly numbers: ReadonlyMap<string, number>;
  /** Turns of the longest question. */
  readonly turns: number;
}

function questionsOf(suite: Suite): Questions {
  return {
    numbers: new Map(suite.questions.map(({ id }, number) => [id, number])),
    turns: Math.max(1, ...suite.questions.map(({ turns }) => turns.length)),
  };
}

/** Verdicts of one place, in one order, that a protocol's rule asks for at most. */
function roundsOf(protocol: ManifestProtocol | undefined): number {
  return protocol?.repeats === undefined ? 1 : mostRounds(protocol.repeats);
}

const pairKey = (models: readonly string[]) => compositeKey(...[...models].sort());

/**
 * What a run's records come to, one by one as they come: counters and a byte for each place, never a record. The last
 * record of a place counts, and none that was given on an answer which has been replaced.
 */
export class RunCounts {
  spentUsd: number;
  unpricedCalls = 0;
  inputTokens = 0;
  outputTokens = 0;
  private readonly asked: Asked;
  private readonly questions: ReadonlyMap<string, Questions>;
  private readonly answers = new CurrentAnswers();
  private readonly kinds = new FailureKinds<Failure>();
  private readonly lines: Line[] = [];
  private readonly answerTables = new Map<string, Table>();
  private readonly judgmentTables = new Map<string, Table>();

  constructor(
    private readonly manifest: Manifest,
    suites: readonly Suite[],
  ) {
    this.spentUsd = manifest.unrecordedUsd ?? 0;
    this.asked = askedBy(manifest, suites);
    this.questions = new Map(suites.map((suite) => [suite.id, questionsOf(suite)]));
    for (const suite of suites) for (const { id } of manifest.models) this.addModel(suite, id);
    for (const protocol of manifest.protocols) this.addProtocol(protocol);
  }

  private line(shown: Line["shown"]): Line {
    const line = { shown, totals: noPlaces(), unreadable: 0 };
    this.lines.push(line);
    return line;
  }

  private table(line: Line, size: number, models: readonly string[], protocol?: ManifestProtocol): Table {
    const places = new PlaceTable(size, line.totals, this.kinds, (kind, by) => {
      if (this.kinds.kindOf(kind)?.code === UNREADABLE) line.unreadable += by;
    });
    return { places, protocol, models };
  }

  private addModel(suite: Suite, model: string): void {
    const planned = suite.questions.length * this.manifest.trials;
    const line = this.line({ stage: "answers", suite: suite.id, models: [model], planned });
    this.answerTables.set(compositeKey(suite.id, model), this.table(line, planned, [model]));
  }

  private addProtocol(protocol: ManifestProtocol): void {
    const { id, suite, judgeModel, mode, subjects, planned } = protocol;
    const { numbers, turns } = this.questions.get(suite) ?? { numbers: new Map(), turns: 1 };
    const rounds = roundsOf(protocol);
    const size = numbers.size * turns * this.manifest.trials * 2 * rounds;
    const line = (models: readonly string[], share: number) =>
      this.line({
        ...{ stage: "judgments", suite, models, judgeModel, mode, protocol: id },
        planned: Math.round(planned / share),
      });
    const shared = subjects.length > MOST_LINES ? line([], 1) : undefined;
    for (const models of subjects) {
      const own = shared ?? line(models, subjects.length);
      this.judgmentTables.set(compositeKey(id, pairKey(models)), this.table(own, size, models, protocol));
    }
  }

  /** Takes in the next answer of its file. */
  answer(answer: Answer): void {
    this.pay(answer, answer.turns);
    const { suite, questionId, model, trial, taskId } = answer;
    const table = this.answerTables.get(compositeKey(suite, model));
    const question = this.questions.get(suite)?.numbers.get(questionId);
    if (table === undefined || question === undefined || !this.asked.answer(answer)) return;
    const isReplaced = this.answers.isStale({ suite, questionId, trial, a: model, answers: [taskId] });
    this.answers.add(answer, keptAnswer(answer));
    if (isReplaced) this.dropVerdicts(answer, question);
    const place = question * this.manifest.trials + trial - 1;
    table.places.put(place, this.outcomeOf(answer, "answers", model));
  }

  /** Verdicts on an answer that has been replaced stand for nothing until they are given again. */
  private dropVerdicts({ suite, model, trial }: Answer, question: number): void {
    const turns = this.questions.get(suite)?.turns ?? 1;
    for (const { places, protocol, models } of this.judgmentTables.values()) {
      if (protocol?.suite !== suite || !models.includes(model)) continue;
      const rounds = roundsOf(protocol);
      for (let turn = 1; turn <= turns; turn++)
        for (let slot = 0; slot < 2 * rounds; slot++)
          places.put(2 * rounds * this.placeOf(question, turns, turn, trial) + slot, undefined);
    }
  }

  /** Takes in the next judgment of its file. */
  judgment(judgment: Judgment): void {
    this.payJudgment(judgment);
    if (!this.asked.judgment(judgment)) return;
    const { protocol, suite, questionId, turn, trial, a, b, repeat = 1 } = judgment;
    const models = b === undefined ? [a] : [a, b];
    const table = this.judgmentTables.get(compositeKey(protocol, pairKey(models)));
    const { numbers, turns = 1 } = this.questions.get(suite) ?? {};
    const question = numbers?.get(questionId);
    const rounds = roundsOf(table?.protocol);
    // Repeats that were imported are none that the plan asks for.
    if (table === undefined || question === undefined || repeat > rounds) return;
    const slot = rounds * (a === table.models[0] ? 0 : 1) + repeat - 1;
    const place = 2 * rounds * this.placeOf(question, turns, turn, trial) + slot;
    const judge = table.protocol?.judgeModel ?? "";
    const isStale = this.answers.isStale(judgment);
    table.places.put(place, isStale ? undefined : this.outcomeOf(judgment, "judgments", judge));
  }

  /** A verdict that no board holds: it costs all the same. */
  anchor(judgment: Judgment): void {
    this.payJudgment(judgment);
  }

  private placeOf(question: number, turns: number, turn: number, trial: number): number {
    return (question * turns + turn - 1) * this.manifest.trials + trial - 1;
  }

  private outcomeOf(record: Answer | Judgment, stage: Failure["stage"], model: string): Outcome {
    if (record.status === "skipped") return "skipped";
    const problem = problemOf(record);
    if (problem === undefined) return "fine";
    const failure: Failure = { stage, model, ...problem };
    return { failure: this.kinds.numberOf(failureKey(failure), () => failure) };
  }

  private payJudgment(judgment: Judgment): void {
    if (judgment.status === "skipped") return;
    const { replies, replacement } = judgment;
    this.pay(judgment, replies);
    if (replacement !== undefined) this.pay(replacement, replacement.replies);
  }

  private pay(record: Answer | Judgment | Replacement, calls: readonly CallRecord[]): void {
    this.spentUsd += costOfRecord(record, calls);
    for (const { usage, costUsd, source, attempts } of calls) {
      if (source !== undefined) continue;
      if (costUsd === undefined) this.unpricedCalls++;
      this.inputTokens += usage?.inputTokens ?? 0;
      this.outputTokens += usage?.outputTokens ?? 0;
      this.unpricedCalls += paidAttempts(attempts).unpriced;
    }
  }

  /** How far each model and each judge is. */
  progress(): LiveProgress[] {
    return this.lines.map(({ shown, totals: { done, failed, skipped }, unreadable }) => ({
      ...shown,
      done,
      failed: failed - unreadable,
      unreadable,
      skipped,
    }));
  }

  /** Why what failed failed, most frequent first. */
  failures(): FailureCount[] {
    return this.kinds
      .all()
      .slice(0, MOST_FAILURES)
      .map(({ kind, count }) => ({ ...kind, count }));
  }
}
