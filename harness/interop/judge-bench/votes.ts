import { compositeKey } from "../../core/composite-key.js";
import { parseVote, type Vote } from "../../core/vote.js";
import { type AnswerChoice, orderedChoice } from "../../pipeline/agreement/verdict-set.js";
import { jsonRecords } from "../json-records.js";

/** Votes of a file as choices between two models' answers, with their number of contradicting orders by rater. */
export interface ReadVotes {
  readonly choices: readonly AnswerChoice[];
  /** By rater: ties that were made of two orders which contradict each other. */
  readonly inconsistent: ReadonlyMap<string, number>;
}

/** What FastChat writes where the judge named another winner when the answers stood the other way round. */
const INCONSISTENT = "tie (inconsistent)";

function isInconsistent(record: unknown): boolean {
  return (
    typeof record === "object" && record !== null && "winner" in record && record.winner === INCONSISTENT
  );
}

function choiceOf({ questionId, turn, modelA, modelB, winner, voter }: Vote): AnswerChoice {
  const side = winner === "a" ? 0 : winner === "b" ? 1 : "tie";
  return orderedChoice({ questionId, turn, trial: 1, rater: voter }, [modelA, modelB], side);
}

/** Reads votes, or a judge's merged verdicts in the same layout. @throws DataError. */
export function readVotes(file: string): ReadVotes {
  const inconsistent = new Map<string, number>();
  const choices = Array.from(jsonRecords(file), ({ line, value }) => {
    const vote = parseVote(file, line, value);
    if (isInconsistent(value)) inconsistent.set(vote.voter, (inconsistent.get(vote.voter) ?? 0) + 1);
    return choiceOf(vote);
  });
  return { choices, inconsistent };
}

/** What a vote is about: two models' answers to a question up to a turn. */
export function votedPairId({ questionId, turn, models }: AnswerChoice): string {
  return [questionId, turn, ...models].join("/");
}

/** The choice that most votes on a pair are for; a tie where two are level. */
export function majorityOf(votes: readonly AnswerChoice[]): AnswerChoice["choice"] {
  const counts = new Map<AnswerChoice["choice"], number>();
  for (const { choice } of votes) counts.set(choice, (counts.get(choice) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const leading = [...counts].filter(([, count]) => count === most).map(([choice]) => choice);
  return leading.length === 1 ? (leading[0] ?? "tie") : "tie";
}

/** Votes by what they are about, in order of appearance. */
export function votesByPair(choices: readonly AnswerChoice[]): AnswerChoice[][] {
  const groups = new Map<string, AnswerChoice[]>();
  for (const one of choices) {
    const key = compositeKey(one.questionId, one.turn, ...one.models);
    const there = groups.get(key);
    if (there === undefined) groups.set(key, [one]);
    else there.push(one);
  }
  return [...groups.values()];
}
