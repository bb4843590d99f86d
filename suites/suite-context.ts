import { canonicalJson, sha256 } from "../harness/core/hash.js";
import type { AssetFile, Question, Suite } from "../harness/core/records.js";
import type { Named } from "../harness/core/registry.js";

/** What a suite's loader may use. */
export interface SuiteContext {
  /** Finds an asset by its id in the manifest, fetching it where that is allowed. */
  locateAsset(id: string): Promise<AssetFile>;
}

/** A suite that can be named. */
export interface SuiteEntry extends Named {
  /** Set where it holds the right answers, so that no judge is needed. */
  readonly hasKey?: true;
  load(context: SuiteContext): Promise<Suite>;
}

/** SHA-256 of the canonical JSON of the questions, lower-case hex. */
export function hashQuestions(questions: readonly Question[]): string {
  return sha256(canonicalJson(questions));
}

/** Categories of questions in order of first appearance. */
export function categoriesOf(questions: readonly Question[]): string[] {
  return [...new Set(questions.map((question) => question.category))];
}
