import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { contentId } from "../../core/hash.js";
import { printableName, protocolId } from "../../core/protocol-id.js";
import type { OutcomeRule, Question, Suite } from "../../core/records.js";
import { readArenaHardQuestions } from "./answers.js";

const CREATIVE = "creative_writing";
const SUITES: Readonly<Record<string, string>> = {
  hard_prompt: "arena-hard-v2",
  [CREATIVE]: "arena-hard-v2-creative",
  "arena-hard-v0.1": "arena-hard-v0.1",
};

/** `question.jsonl` of the bench that a judgment file belongs to: `BENCH/model_judgment/JUDGE/MODEL.jsonl`. */
function questionFileOf(file: string): string | undefined {
  const folder = dirname(resolve(file));
  return [folder, dirname(folder), dirname(dirname(folder))]
    .map((one) => join(one, "question.jsonl"))
    .find(existsSync);
}

/** What is known of the questions of a file. */
export interface Bench {
  readonly suite: (category: string | undefined) => string;
  readonly questions: ReadonlyMap<string, Question>;
}

/** Folders of the original's own benches. */
const OWN_BENCH = /^(arena-hard-)?v(0\.1|2\.0)$/;

/** Benches by their question file, each read once. */
export class Benches {
  private readonly byFile = new Map<string | undefined, Bench>();

  /** @param questionFile of a file that has none near it */
  of(file: string, questionFile = questionFileOf(file)): Bench {
    const known = this.byFile.get(questionFile) ?? benchOf(questionFile);
    this.byFile.set(questionFile, known);
    return known;
  }

  /** Questions of all benches, by id. */
  get questions(): ReadonlyMap<string, Question> {
    return new Map([...this.byFile.values()].flatMap(({ questions }) => [...questions]));
  }
}

function benchOf(questionFile: string | undefined): Bench {
  const questions = questionFile === undefined ? [] : readArenaHardQuestions(questionFile);
  const folder = questionFile === undefined ? "arena-hard-v0.1" : basename(dirname(questionFile));
  const suite = (category: string | undefined) => {
    const own = SUITES[category ?? "arena-hard-v0.1"];
    if (own !== undefined && (questionFile === undefined || OWN_BENCH.test(folder))) return own;
    const name = category === undefined || category === folder ? folder : `${folder}-${category}`;
    return printableName(name.replaceAll("_", "-").toLowerCase());
  };
  return { suite, questions: new Map(questions.map((question) => [question.id, question])) };
}

/** A suite of a bench's questions. @param hash of them, where they are whole */
export function suiteOf(
  id: string,
  questions: readonly Question[],
  categories: readonly string[],
  hash = "",
): Suite {
  return {
    id,
    title: id,
    questions,
    categories,
    hash,
    sampling: { maxTokens: 16_000, temperature: 0 },
    defaultJudge: "arena-hard",
    defaultMode: "pairwise-baseline",
    assets: [],
  };
}

/**
 * Protocol id of verdicts that a file holds: of one judge (or those that are pooled), question set and baseline.
 * @param original whose rules they were given by
 */
export function arenaHardProtocol(given: {
  readonly original: OutcomeRule["original"];
  readonly judge: string;
  readonly judges: readonly string[];
  readonly baseline: string;
  readonly suite: string;
}): string {
  const { original, judge, ...rest } = given;
  return protocolId(`arena-hard-${original}`, judge, contentId({ source: "arena-hard", original, ...rest }));
}
