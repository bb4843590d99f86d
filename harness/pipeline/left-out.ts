import { countOf } from "../core/count-of.js";
import { canonicalJson } from "../core/hash.js";
import type { ManifestProtocol } from "../core/manifest.js";
import { pairsOfPools } from "../core/ranking.js";
import type { Answer, Judgment } from "../core/records.js";
import { answerPlace, judgmentPlace } from "../store/resume.js";
import { readAnswers, readJudgments, readManifest, readSuites } from "../store/run-folder.js";
import type { Plan } from "./plan.js";

/** What a run folder holds and a plan does not ask for, so that no report of the planned run would show it. */
export interface LeftOut {
  /** What it is, in words, with how many answers or verdicts that are. */
  readonly what: string;
  readonly count: number;
}

/** A protocol as its successor is known: a changed prompt or parameter replaces its verdicts, as a changed model's answers. */
type Known = Pick<ManifestProtocol, "suite" | "judge" | "judgeModel" | "mode" | "baseline">;

function knownAs({ suite, judge, judgeModel, mode, baseline }: Known): string {
  return canonicalJson([suite, judge, judgeModel, mode, baseline ?? null]);
}

function pairKey(subject: readonly string[]): string {
  return canonicalJson([...subject].sort());
}

/** What a plan asks for, by names. */
class PlannedNames {
  private readonly questions: ReadonlyMap<string, ReadonlySet<string>>;
  private readonly subjects: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(private readonly plan: Plan) {
    this.questions = new Map(
      plan.suites.map(({ id, questions }) => [id, new Set(questions.map((question) => question.id))]),
    );
    this.subjects = new Map(
      plan.protocols.map(({ protocol, judge, suite, baseline, subjects }) => [
        knownAs({
          suite: suite.id,
          judge: judge.name,
          judgeModel: protocol.judgeModel,
          mode: protocol.mode,
          ...(baseline === undefined ? {} : { baseline }),
        }),
        new Set(subjects.map(pairKey)),
      ]),
    );
  }

  /** Why an answer to a question is not asked for; undefined when it is. */
  reason({
    suite,
    questionId,
    trial,
    model,
  }: Record<"suite" | "questionId" | "model", string> & { trial: number }) {
    const questions = this.questions.get(suite);
    if (questions === undefined) return `suite ${suite}`;
    if (!this.plan.models.has(model)) return `model ${model}`;
    if (!questions.has(questionId)) return `other questions of suite ${suite}`;
    return trial > this.plan.trials ? `trials after ${this.plan.trials}` : undefined;
  }

  /** Whether the verdicts on a subject of an earlier protocol have a successor. */
  judges(protocol: ManifestProtocol, subject: readonly string[]): boolean {
    return this.subjects.get(knownAs(protocol))?.has(pairKey(subject)) === true;
  }
}

/** Counts the places whose last record is usable, by what they are. */
class UsablePlaces {
  private readonly usable = new Map<string, string | undefined>();

  put(place: string, what: string, isUsable: boolean): void {
    this.usable.set(place, isUsable ? what : undefined);
  }

  counts(unit: string): LeftOut[] {
    const counts = new Map<string, number>();
    for (const what of this.usable.values()) {
      if (what !== undefined) counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    return [...counts].map(([what, count]) => ({
      what: `${what} (${countOf(count, unit)})`,
      count,
    }));
  }
}

function isReadable(judgment: Judgment): boolean {
  return judgment.status === "judged" && judgment.verdict.kind !== "unreadable";
}

/**
 * The answers and verdicts of a run folder that a plan would leave out of the run and of its report: of models, suites,
 * questions, trials and judges that it does not name. What is asked once more under the same names is replaced, not left
 * out. Records are read only where names are missing.
 * @param kept Ids of protocols that stay beside those of the plan.
 * @throws DataError for damaged files.
 */
export function leftOutBy(plan: Plan, run: string, kept: ReadonlySet<string>): LeftOut[] {
  const manifest = readManifest(run);
  const names = new PlannedNames(plan);
  const slots = readSuites(run).flatMap(({ id, questions }) =>
    questions.map((question) => ({ suite: id, questionId: question.id })),
  );
  const lost = new Map<string, ManifestProtocol>();
  for (const protocol of manifest.protocols) {
    const isCovered = protocol.subjects.every((subject) => names.judges(protocol, subject));
    if (!kept.has(protocol.id) && !isCovered) lost.set(protocol.id, protocol);
  }
  const models = manifest.models.map(({ id }) => id);
  const asksForAll = slots.every((slot) =>
    models.every((model) => names.reason({ ...slot, model, trial: manifest.trials }) === undefined),
  );
  if (asksForAll && lost.size === 0) return [];
  const asked = new Set(models);
  const answers = new UsablePlaces();
  const visit = (answer: Answer) => {
    const what = asked.has(answer.model) ? names.reason(answer) : undefined;
    if (what === undefined) return;
    const place = answerPlace(answer.suite, answer.model, answer.questionId, answer.trial);
    answers.put(place, what, answer.status === "completed");
  };
  if (!asksForAll) for (const answer of readAnswers(run)) visit(answer);
  const found = answers.counts("answer");
  return [...found, ...(lost.size === 0 ? [] : lostVerdicts(run, lost, names))];
}

/** Verdicts of protocols without a successor, on answers that are asked for all the same. */
function lostVerdicts(
  run: string,
  lost: ReadonlyMap<string, ManifestProtocol>,
  names: PlannedNames,
): LeftOut[] {
  const verdicts = new UsablePlaces();
  for (const judgment of readJudgments(run)) {
    const protocol = lost.get(judgment.protocol);
    if (protocol === undefined) continue;
    const { suite, questionId, trial, a, b, ranked } = judgment;
    const subject = ranked?.models ?? (b === undefined ? [a] : [a, b]);
    const isSaid = subject.some((model) => names.reason({ suite, questionId, trial, model }) !== undefined);
    const pairs = ranked === undefined ? [subject] : pairsOfPools([subject]);
    if (isSaid || pairs.every((pair) => names.judges(protocol, pair))) continue;
    const against = protocol.baseline === undefined ? "" : ` against ${protocol.baseline}`;
    const what = `judge ${protocol.judgeModel} (${protocol.judge}, ${protocol.mode}${against}) on suite ${suite}`;
    verdicts.put(judgmentPlace(judgment), what, isReadable(judgment));
  }
  return verdicts.counts("verdict");
}
