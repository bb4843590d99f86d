import { badRow, nameField, rowOf, textField } from "../../core/fastchat-row.js";
import { presentFields } from "../../core/present-fields.js";
import type { RankedModels } from "../../stats/rankings/ranking-stages.js";

const BAD_ROW = "bad-nectar-row";

/** An answer of a ranked prompt. */
export interface NectarAnswer {
  readonly answer: string;
  readonly model: string;
  /** From 1, the best; equal answers share a number, or the mean of their places. */
  readonly rank: number;
}

/** A prompt with ranked answers, as the data set Nectar (berkeley-nest) lays them out. */
export interface NectarRow {
  readonly prompt: string;
  readonly answers: readonly NectarAnswer[];
  /** Turns of the prompt. */
  readonly turns?: number;
  readonly num_responses?: number;
  /** Data sets that the prompt comes from. */
  readonly source?: readonly string[];
  readonly good_natured?: boolean;
}

function answerOf(file: string, line: number, value: unknown, at: number): NectarAnswer {
  const row = rowOf(file, line, value, BAD_ROW);
  const { rank } = row.fields;
  if (typeof rank !== "number" || !Number.isFinite(rank) || rank < 1)
    throw badRow(row, `"rank" of answer ${at + 1} is not a number from 1`);
  return { answer: textField(row, "answer"), model: nameField(row, "model"), rank };
}

function optional<Value>(value: unknown, is: (value: unknown) => value is Value): Value | undefined {
  return is(value) ? value : undefined;
}

const isNumber = (value: unknown): value is number => typeof value === "number";
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/**
 * Reads a line of Nectar's layout.
 * @throws DataError naming file, line and what is wrong.
 */
export function parseNectarRow(file: string, line: number, value: unknown): NectarRow {
  const row = rowOf(file, line, value, BAD_ROW);
  const { answers, turns, num_responses, source, good_natured } = row.fields;
  if (!Array.isArray(answers) || answers.length < 2)
    throw badRow(row, '"answers" is not a list of at least two answers');
  return {
    prompt: textField(row, "prompt"),
    answers: answers.map((answer: unknown, at) => answerOf(file, line, answer, at)),
    ...presentFields({
      turns: optional(turns, isNumber),
      num_responses: optional(num_responses, isNumber),
      source: optional(source, isTexts),
      good_natured: optional(good_natured, isFlag),
    }),
  };
}

/**
 * A prompt's answers ranked, in Nectar's layout: best first, ranks from 1, equal answers with the mean of their places.
 * @param groups models from best to worst, equal ones together
 * @param answers text by model; a model without one has an empty answer
 */
export function nectarRow(
  prompt: string,
  groups: RankedModels["groups"],
  answers: ReadonlyMap<string, string>,
): NectarRow {
  let before = 0;
  const ranked = groups.flatMap((group) => {
    const rank = before + (group.length + 1) / 2;
    before += group.length;
    return group.map((model) => ({ answer: answers.get(model) ?? "", model, rank }));
  });
  return { prompt, answers: ranked, num_responses: ranked.length };
}

/** The ranking that a row holds, for ratings; answers with one rank are equal. */
export function rankedModels({ answers }: NectarRow): RankedModels {
  const byRank = new Map<number, string[]>();
  for (const { rank, model } of answers) byRank.set(rank, [...(byRank.get(rank) ?? []), model]);
  const sorted = [...byRank].sort(([one], [other]) => one - other);
  return { groups: sorted.map(([, models]) => models) };
}
