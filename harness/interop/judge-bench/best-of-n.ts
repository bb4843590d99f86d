import { sha256 } from "../../core/hash.js";
import type { LabelledPair } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import { type BenchRow, badBenchRow, benchText, benchTexts, optionalText } from "./fields.js";

/** Whether a record is a prompt with right and wrong answers, as RewardBench 1 and 2 lay them out. */
export function isBestOfN(value: object): boolean {
  return "prompt" in value && "chosen" in value && "rejected" in value;
}

function namesOf({ fields }: BenchRow): string[] {
  const { models, chosen_model, rejected_model } = fields;
  const named: readonly unknown[] = Array.isArray(models) ? models : [chosen_model, rejected_model].flat();
  return [...new Set(named.filter((one): one is string => typeof one === "string" && one !== ""))];
}

/**
 * Reads a prompt with its answers as pairs, every right answer against every wrong one: `prompt`, `chosen`, `rejected`
 * (texts or lists of texts), `subset`, `id`. Which of the two stands first in a pair is drawn by its id, so that "the first
 * is better" is as often right as wrong.
 */
export function bestOfNPairs(row: BenchRow): LabelledPair[] {
  const [chosen, rejected] = [benchTexts(row, "chosen"), benchTexts(row, "rejected")];
  const prompt = [benchText(row, "prompt")];
  const id = optionalText(row, "id") ?? String(row.line);
  const names = namesOf(row);
  const common = {
    prompt,
    cluster: id,
    ...presentFields({
      group: optionalText(row, "subset", "group"),
      answersBy: names.length === 0 ? undefined : names,
    }),
  };
  if (chosen.length * rejected.length > 10_000) throw badBenchRow(row, "holds more than 10,000 pairs");
  return chosen.flatMap((right, one) =>
    rejected.map((wrong, other): LabelledPair => {
      const pairId = `${id}:${one + 1}>${other + 1}`;
      const isFirst = Number.parseInt(sha256(pairId).slice(0, 2), 16) % 2 === 0;
      return isFirst
        ? { ...common, id: pairId, a: [right], b: [wrong], label: "a" }
        : { ...common, id: pairId, a: [wrong], b: [right], label: "b" };
    }),
  );
}
