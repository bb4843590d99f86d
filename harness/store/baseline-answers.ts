import { compositeKey } from "../core/composite-key.js";
import { contentId } from "../core/hash.js";
import type { Answer } from "../core/records.js";
import { fingerprintOf } from "./fingerprint.js";
import type { RecordVisitor } from "./visit-records.js";

/** The answers that stand for a baseline, as far as they are needed to tell them from others. */
export interface BaselineAnswers {
  /** What the numbers are: fingerprints of the texts, or code points where the texts were not kept. */
  readonly known: "texts" | "lengths";
  /** By question id; of several trials the first. */
  readonly byQuestion: ReadonlyMap<string, number>;
}

/** Keeps what is needed of the answers of baselines to tell two baselines of one name apart. */
export class BaselineTexts implements RecordVisitor {
  private readonly found = new Map<string, Map<string, number>>();

  /** @param baselines Models, by suite. */
  constructor(private readonly baselines: ReadonlyMap<string, ReadonlySet<string>>) {}

  answer(answer: Answer, isAsked: boolean): void {
    const { suite, model, questionId, trial, status } = answer;
    if (!isAsked || trial !== 1 || this.baselines.get(suite)?.has(model) !== true) return;
    const key = compositeKey(suite, model);
    const texts = this.found.get(key) ?? new Map<string, number>();
    this.found.set(key, texts);
    if (status === "completed")
      texts.set(questionId, fingerprintOf(answer.turns.map((turn) => turn.text).join("\u0000")));
    else texts.delete(questionId);
  }

  /** Of one baseline on one suite; undefined where it has no answer. */
  of(suite: string, baseline: string | undefined): BaselineAnswers | undefined {
    const byQuestion = baseline === undefined ? undefined : this.found.get(compositeKey(suite, baseline));
    return byQuestion && { known: "texts", byQuestion };
  }
}

/** A digest of a baseline's answers, whatever their order. */
export function baselineDigest({ byQuestion }: BaselineAnswers): string {
  return contentId([...byQuestion].sort(([one], [other]) => (one < other ? -1 : 1))).slice(0, 8);
}
