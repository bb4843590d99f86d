import { isoTime } from "../../core/clock.js";
import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import { contentId } from "../../core/hash.js";
import { presentFields } from "../../core/present-fields.js";
import { seededRandom } from "../../core/random.js";
import { rankingGroups, ranksOf } from "../../core/ranks.js";
import type { Judgment, JudgmentTask, Verdict } from "../../core/records.js";
import type { SentinelHistory } from "../../core/sentinel.js";
import {
  appendToSentinel,
  readSentinel,
  type SentinelAnchor,
  type SentinelSet,
  type SentinelVerdict,
} from "../../store/sentinel-file.js";
import type { Dispatcher } from "../dispatch/dispatcher.js";
import type { ExecuteOptions } from "../execute.js";
import { produceJudgment } from "../judgments.js";
import { type JudgedAnswer, judgmentTasks, type Plan, type PlannedProtocol, subjectsOn } from "../plan.js";
import { historyOf } from "./history.js";
import { roundsDue, type SentinelSettings } from "./rounds-due.js";

/** What {@link SentinelWatch} works with. */
export interface WatchContext
  extends Pick<ExecuteOptions, "store" | "dispatcher" | "clock" | "judgeAttempts" | "listener"> {
  readonly settings: SentinelSettings;
  readonly seed: number;
  /** When the run folder was begun, ISO 8601: it tells runs apart, and a run that goes on is the same one. */
  readonly startedAt: string;
}

/**
 * A rating, or percent for the answer shown second; of a ranking the percent of the others that it puts above the answer
 * shown first. Null where no verdict could be read.
 */
function sentinelValue(verdict: Verdict): number | null {
  if (verdict.kind === "rating") return verdict.rating;
  if (verdict.kind === "ranking") {
    const rank = ranksOf(rankingGroups(verdict)).get("A");
    return rank === undefined ? null : (100 * (rank - 1)) / (verdict.ranking.length - 1);
  }
  return verdict.kind === "preference" ? 100 * verdict.weightB : null;
}

/** Verdicts of a sentinel's rounds have a place of their own in the run folder: trials below 0, by round. */
function trialOf(round: number): number {
  return -round;
}

/** Watches whether the judges of a plan are still the judges they were. Recorded judges cannot change. */
export class SentinelWatch {
  private readonly run: string;
  private readonly protocols: readonly PlannedProtocol[];

  constructor(
    plan: Pick<Plan, "protocols">,
    private readonly context: WatchContext,
  ) {
    this.run = contentId({ startedAt: context.startedAt, folder: context.store.run }).slice(0, 12);
    this.protocols = plan.protocols.filter(({ judgeModel }) => judgeModel.identity.adapter !== "replay");
  }

  /** Judges the anchors of every protocol that has some, before anything else is asked, and says what came of it. */
  async before(): Promise<void> {
    for (const planned of this.protocols) {
      const set = this.setOf(planned);
      if (set === undefined) continue;
      await this.judgeAgain(planned, set);
      const { alarm, newNames, sentence } = this.history(planned, set);
      const code = alarm === null ? "judge-renamed" : "judge-changed";
      if (alarm !== null || newNames.length > 0)
        this.context.listener({ type: "warning", warning: { code, message: sentence } });
    }
  }

  /** Freezes anchors for protocols that have none yet, once the run's answers are there, and judges them at once. */
  async after(): Promise<SentinelHistory[]> {
    for (const planned of this.protocols) {
      if (this.setOf(planned) !== undefined) continue;
      this.freeze(planned);
      const set = this.setOf(planned);
      if (set !== undefined) await this.judgeAgain(planned, set);
    }
    return this.protocols.flatMap((planned) => {
      const set = this.setOf(planned);
      return set === undefined ? [] : [this.history(planned, set)];
    });
  }

  /** The first set of the file counts: two runs may have begun one at the same time. */
  private setOf({ protocol }: PlannedProtocol): SentinelSet | undefined {
    return readSentinel(this.context.settings.file).sets.find((set) => set.protocol === protocol.id);
  }

  private history({ protocol, judgeModel }: PlannedProtocol, set: SentinelSet): SentinelHistory {
    const { file } = this.context.settings;
    const { verdicts } = readSentinel(file);
    return historyOf({ ...set, protocol: protocol.id }, verdicts, { file, judge: judgeModel.id });
  }

  private freeze(planned: PlannedProtocol): void {
    const { settings, seed, clock } = this.context;
    const tasks = this.judgedTasks(planned);
    const anchors = seededRandom(`sentinel/${planned.protocol.id}/${seed}`)
      .shuffle(tasks)
      .slice(0, settings.anchors)
      .map(
        ({ id, item, a, b, ranked, order, answers }): SentinelAnchor => ({
          id,
          item,
          a,
          ...presentFields({ b, ranked, order }),
          answers,
        }),
      );
    if (anchors.length < settings.anchors) {
      const message = `the sentinel of ${planned.protocol.id} has ${countOf(anchors.length, "anchor")} of the ${settings.anchors} asked for: there are no more answers`;
      this.context.listener({ type: "warning", warning: { code: "few-sentinel-anchors", message } });
    }
    if (anchors.length === 0) return;
    const at = isoTime(clock.now());
    const set = contentId({ protocol: planned.protocol.id, anchors: anchors.map(({ id }) => id), at }).slice(
      0,
      12,
    );
    appendToSentinel(settings.file, {
      kind: "anchors",
      schema: "assay.sentinel/1",
      set,
      protocol: planned.protocol.id,
      seed,
      at,
      anchors,
    });
  }

  /** Everything of the first trial that the judge has to be asked about. */
  private judgedTasks(planned: PlannedProtocol): JudgmentTask[] {
    const answers = new Map<string, JudgedAnswer>();
    for (const { suite, model, questionId, trial, status, taskId, turns } of this.context.store.answers()) {
      if (suite !== planned.suite.id || trial !== 1) continue;
      const key = compositeKey(model, questionId);
      if (status === "completed") answers.set(key, { taskId, model, texts: turns.map(({ text }) => text) });
      else answers.delete(key);
    }
    return planned.suite.questions.flatMap((question) =>
      subjectsOn(planned, question, 1).flatMap((subject) => {
        const shown = subject.flatMap((model) => answers.get(compositeKey(model, question.id)) ?? []);
        if (shown.length < subject.length) return [];
        return judgmentTasks(planned, question, 1, shown).filter(
          ({ item }) => planned.judge.settle?.(item) === undefined,
        );
      }),
    );
  }

  /** Asks for what this run owes: the first rounds, or one. What it asked before it was interrupted is not asked again. */
  private async judgeAgain(planned: PlannedProtocol, set: SentinelSet): Promise<void> {
    const { file } = this.context.settings;
    const { verdicts, warnings } = readSentinel(file);
    for (const warning of warnings) this.context.listener({ type: "warning", warning });
    const due = roundsDue(set, verdicts, this.run);
    const kept = this.keptRecords(planned);
    for (let round = 1; round <= due; round++) {
      const noted = new Set(
        verdicts
          .filter((one) => one.set === set.set && one.run === this.run && one.round === round)
          .map(({ anchor }) => anchor),
      );
      await Promise.all(
        set.anchors
          .filter(({ id }) => !noted.has(id))
          .map((anchor) =>
            this.judgeAnchor(planned, set, anchor, round, kept.get(compositeKey(anchor.id, round))),
          ),
      );
    }
  }

  private keptRecords({ protocol }: PlannedProtocol): Map<string, Judgment> {
    const found = new Map<string, Judgment>();
    for (const judgment of this.context.store.sentinelJudgments())
      if (judgment.protocol === protocol.id && judgment.status === "judged")
        found.set(compositeKey(judgment.taskId, -judgment.trial), judgment);
    return found;
  }

  private async judgeAnchor(
    planned: PlannedProtocol,
    set: SentinelSet,
    anchor: SentinelAnchor,
    round: number,
    kept: Judgment | undefined,
  ): Promise<void> {
    const { store, clock, settings } = this.context;
    const judgment = kept ?? (await this.ask(planned, anchor, round));
    if (judgment === undefined) return;
    if (kept === undefined) await store.appendSentinelJudgment(judgment);
    // A call that failed says nothing of the judge; the same command asks again.
    if (judgment.status !== "judged") return;
    const reply = judgment.replies.at(-1);
    const verdict: SentinelVerdict = {
      kind: "verdict",
      set: set.set,
      run: this.run,
      round,
      anchor: anchor.id,
      at: isoTime(clock.now()),
      value: sentinelValue(judgment.verdict),
      ...presentFields({ endpointModel: reply?.endpointModel, systemFingerprint: reply?.systemFingerprint }),
    };
    appendToSentinel(settings.file, verdict);
  }

  private async ask(
    planned: PlannedProtocol,
    anchor: SentinelAnchor,
    round: number,
  ): Promise<Judgment | undefined> {
    const { dispatcher, clock, judgeAttempts } = this.context;
    const task: JudgmentTask = { ...anchor, protocol: planned.protocol, trial: trialOf(round) };
    // A reply from the cache would say that nothing changed, whatever happened.
    const fresh: Pick<Dispatcher, "call"> = {
      call: (model, request, stage) => dispatcher.call(model, request, stage, { isFresh: true }),
    };
    return (await produceJudgment(task, planned, { dispatcher: fresh, clock, judgeAttempts }))?.judgment;
  }
}
