import { compositeKey } from "../core/composite-key.js";
import type { Manifest, ManifestProtocol } from "../core/manifest.js";
import type { Answer, Judgment, Question, Suite } from "../core/records.js";
import type { Drawable } from "../pipeline/votes/draw-pairs.js";

/** A pair that voters may be asked about. */
export interface VotePair extends Drawable {
  readonly suite: string;
  readonly question: Question;
  /** In the order of the alphabet. */
  readonly answers: readonly [Answer, Answer];
  /** Turns that judges gave verdicts on, or all of them. */
  readonly turns: readonly number[];
}

/** All pairs of a run, and how many cannot be asked. */
export interface VotePairs {
  readonly pairs: readonly VotePair[];
  /** Pairs of which an answer is missing or failed. */
  readonly unanswered: number;
}

/** Pairs of models that are judged on a suite, or all pairs of its models where none is. */
function pairsOfModels(
  manifest: Manifest,
  suite: string,
  answered: readonly string[],
): readonly (readonly [string, string])[] {
  const found = new Map<string, readonly [string, string]>();
  const add = (x: string, y: string) => {
    const pair = x < y ? ([x, y] as const) : ([y, x] as const);
    found.set(compositeKey(...pair), pair);
  };
  for (const protocol of manifest.protocols) {
    if (protocol.suite !== suite) continue;
    for (const [a, b] of protocol.subjects) if (a !== undefined && b !== undefined) add(a, b);
  }
  if (found.size > 0) return [...found.values()];
  for (const [place, x] of answered.entries()) for (const y of answered.slice(place + 1)) add(x, y);
  return [...found.values()];
}

/** Pairs with one model, where one is chosen; pairs among those that are chosen, where several are. */
function isChosen([a, b]: readonly [string, string], models: readonly string[]): boolean {
  if (models.length === 0) return true;
  if (models.length === 1) return models.includes(a) || models.includes(b);
  return models.includes(a) && models.includes(b);
}

function votedTurns(question: Question, protocols: readonly ManifestProtocol[]): readonly number[] {
  const isLastOnly = protocols.length > 0 && protocols.every(({ turns }) => turns === "last");
  const all = question.turns.map((_, place) => place + 1);
  return isLastOnly ? all.slice(-1) : all;
}

/** What verdicts say of pairs: for each, how much the one of a pair wins by, 0–1, in the alphabet's order. */
class JudgedPairs {
  /** By pair and place; one value a protocol, turn and order. */
  private readonly values = new Map<string, { readonly against: string; readonly value: number }[]>();
  private readonly totals = new Map<string, { sum: number; count: number }>();

  add(judgments: Iterable<Judgment>): void {
    const ratings = new Map<string, Map<string, number>>();
    for (const judgment of judgments) {
      if (judgment.status !== "judged") continue;
      const { verdict, a, b, protocol, suite, questionId, trial, turn } = judgment;
      if (verdict.kind === "preference" && b !== undefined) {
        this.put(judgment, a < b ? [a, b] : [b, a], a < b ? 1 - verdict.weightB : verdict.weightB);
      } else if (verdict.kind === "rating") {
        const place = compositeKey(protocol, suite, questionId, trial, turn);
        const rated = ratings.get(place) ?? new Map<string, number>();
        ratings.set(place, rated);
        for (const [other, rating] of rated) {
          const value = verdict.rating === rating ? 0.5 : verdict.rating > rating ? 1 : 0;
          this.put(judgment, a < other ? [a, other] : [other, a], a < other ? value : 1 - value);
        }
        rated.set(a, verdict.rating);
      }
    }
  }

  /**
   * How far verdicts on a pair stray from what the two models' records under the same judge would say, and from each
   * other; undefined where there is none.
   */
  surprise(
    suite: string,
    questionId: string,
    trial: number,
    pair: readonly [string, string],
  ): number | undefined {
    const values = this.values.get(compositeKey(suite, questionId, trial, ...pair));
    if (values === undefined || values.length === 0) return undefined;
    const strays = values.map(({ against, value }) => {
      const { sum, count } = this.totals.get(against) ?? { sum: value, count: 1 };
      return Math.abs(value - sum / count);
    });
    const all = values.map(({ value }) => value);
    const spread = (Math.max(...all) - Math.min(...all)) / 2;
    return Math.max(spread, strays.reduce((sum, one) => sum + one, 0) / strays.length);
  }

  private put(judgment: Judgment, pair: readonly [string, string], value: number): void {
    const { protocol, suite, questionId, trial } = judgment;
    const against = compositeKey(protocol, ...pair);
    const place = compositeKey(suite, questionId, trial, ...pair);
    const values = this.values.get(place);
    if (values === undefined) this.values.set(place, [{ against, value }]);
    else values.push({ against, value });
    const total = this.totals.get(against) ?? { sum: 0, count: 0 };
    this.totals.set(against, { sum: total.sum + value, count: total.count + 1 });
  }
}

/** What pairs are made of. */
export interface PairSource {
  readonly manifest: Manifest;
  readonly suites: readonly Suite[];
  readonly answers: readonly Answer[];
  readonly judgments: readonly Judgment[];
}

function answerKey(suite: string, questionId: string, model: string, trial: number): string {
  return compositeKey(suite, questionId, model, trial);
}

/** Every pair of answers of a run that could be voted on. @param models Of which models; all where none is named. */
export function votePairs(source: PairSource, models: readonly string[]): VotePairs {
  const { manifest, suites, answers, judgments } = source;
  const completed = new Map<string, Answer>();
  const answered = new Map<string, Set<string>>();
  for (const answer of answers) {
    const { suite, questionId, model, trial, status } = answer;
    answered.set(suite, (answered.get(suite) ?? new Set()).add(model));
    if (status === "completed") completed.set(answerKey(suite, questionId, model, trial), answer);
  }
  const judged = new JudgedPairs();
  judged.add(judgments);
  const pairs: VotePair[] = [];
  let unanswered = 0;
  for (const suite of suites) {
    const names = [...(answered.get(suite.id) ?? [])].sort();
    const protocols = manifest.protocols.filter((protocol) => protocol.suite === suite.id);
    const ofModels = pairsOfModels(manifest, suite.id, names).filter((pair) => isChosen(pair, models));
    for (const question of suite.questions) {
      const turns = votedTurns(question, protocols);
      for (const pair of ofModels) {
        for (let trial = 1; trial <= manifest.trials; trial++) {
          const [first, second] = pair.map((model) =>
            completed.get(answerKey(suite.id, question.id, model, trial)),
          );
          if (first === undefined || second === undefined) {
            unanswered++;
            continue;
          }
          pairs.push({
            suite: suite.id,
            question,
            answers: [first, second],
            turns,
            stratum: compositeKey(suite.id, question.category, ...pair),
            // Pairs without a verdict are as interesting as a coin's toss: half a win either way.
            interest: judged.surprise(suite.id, question.id, trial, pair) ?? 0.5,
          });
        }
      }
    }
  }
  return { pairs, unanswered };
}
