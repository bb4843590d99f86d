import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { canonicalJson } from "../../core/hash.js";
import { roundsOn } from "../../core/judge-repeats.js";
import type { ManifestProtocol } from "../../core/manifest.js";
import type { Question, Suite, Warning } from "../../core/records.js";

/** A run as far as its suites are concerned. */
export interface RunSuites {
  readonly path: string;
  readonly suites: readonly Suite[];
}

/** Verdicts that one subject needs on a suite, in one order and trial. */
export function verdictsPerSubject(
  { id, questions }: Suite,
  { turns, repeats }: Pick<ManifestProtocol, "turns" | "repeats">,
): number {
  return questions.reduce(
    (sum, question) => sum + (turns === "each" ? question.turns.length : 1) * roundsOn(repeats, id, question),
    0,
  );
}

class JoinedSuite {
  private readonly questions = new Map<string, Question>();
  private readonly categories = new Set<string>();
  private readonly sizes = new Map<string, number>();

  constructor(private readonly first: Suite) {}

  add(path: string, suite: Suite): void {
    this.sizes.set(path, suite.questions.length);
    for (const category of suite.categories) this.categories.add(category);
    for (const question of suite.questions) {
      const known = this.questions.get(question.id);
      if (known === undefined) this.questions.set(question.id, question);
      else if (canonicalJson(known) !== canonicalJson(question)) {
        throw new ConfigError(`question ${question.id} of suite ${suite.id} is another one in ${path}`, {
          code: "different-suites",
          remedy: "Merge runs of one and the same suite; its files changed between the two.",
        });
      }
    }
  }

  get suite(): Suite {
    const { whole, ...first } = this.first;
    const joined = { ...first, questions: [...this.questions.values()], categories: [...this.categories] };
    return whole === undefined || whole.questions <= this.questions.size ? joined : { ...joined, whole };
  }

  get warnings(): Warning[] {
    const total = this.questions.size;
    const partial = [...this.sizes].filter(([, size]) => size < total);
    return partial.map(([path, size]) => ({
      code: "fewer-questions",
      message: `${path} asked ${size} of the ${countOf(total, "question")} of suite ${this.first.id}; the others count as missing where no other run has them`,
      count: total - size,
    }));
  }
}

/**
 * The suites of all runs with the questions of all, each in the order of its source as far as one run knows it.
 * @throws ConfigError `different-suites` when runs asked different questions under one id.
 */
export function joinSuites(runs: readonly RunSuites[]): {
  readonly suites: readonly Suite[];
  readonly warnings: readonly Warning[];
} {
  const joined = new Map<string, JoinedSuite>();
  // The run that knows most questions gives the order.
  const largest = [...runs].sort((x, y) => sizeOf(y) - sizeOf(x));
  for (const { path, suites } of largest) {
    for (const suite of suites) {
      const one = joined.get(suite.id) ?? new JoinedSuite(suite);
      joined.set(suite.id, one);
      one.add(path, suite);
    }
  }
  const order = [...new Set(runs.flatMap(({ suites }) => suites.map((suite) => suite.id)))];
  const all = order.flatMap((id) => joined.get(id) ?? []);
  return { suites: all.map((one) => one.suite), warnings: all.flatMap((one) => one.warnings) };
}

function sizeOf({ suites }: RunSuites): number {
  return suites.reduce((sum, suite) => sum + suite.questions.length, 0);
}
