import { addStyles, type StyleCounts } from "../../core/answer-style.js";
import type { TokenCounter } from "../../core/token-counter.js";

/** Marks of style of the answers that a board's verdicts were given on. */
export interface BoardStyles {
  /** How tokens were counted. */
  readonly tokens: string;
  /** Of all turns of an answer up to the one that was judged; undefined where they are not known. */
  readonly of: (model: string, questionId: string, trial: number, turn: number) => StyleCounts | undefined;
}

/** Answers of which the styles of their turns may be known. */
interface StyledAnswers {
  turnsAt(place: {
    readonly suite: string;
    readonly model: string;
    readonly questionId: string;
    readonly trial: number;
  }): readonly { readonly style?: StyleCounts }[];
}

/** The styles of a suite's answers from what was kept of them, by place. */
export function stylesOfTraces(suite: string, traces: StyledAnswers, { name }: TokenCounter): BoardStyles {
  return {
    tokens: name,
    of: (model, questionId, trial, turn) => {
      const turns = traces.turnsAt({ suite, model, questionId, trial });
      const styles = turns.slice(0, turn).flatMap(({ style }) => style ?? []);
      return styles.length < Math.max(1, Math.min(turn, turns.length)) ? undefined : addStyles(styles);
    },
  };
}
