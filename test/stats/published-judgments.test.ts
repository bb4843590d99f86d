import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isSwitched } from "../../harness/core/python-random.js";
import { clusteredMean } from "../../harness/stats/clustered-mean.js";
import { decideGate } from "../../harness/stats/gate.js";
import { pairedDifference, pairQuestions } from "../../harness/stats/paired-difference.js";
import { signFlipTest } from "../../harness/stats/permutation.js";
import { minimumDetectableEffect } from "../../harness/stats/power.js";
import { compareGroupMeans } from "../../harness/stats/proportions.js";
import { bootstrapClusteredMean } from "./clustered-bootstrap.js";
import { expectRelative } from "./relative.js";

const DIFFERENCES = { scale: { low: -9, high: 9 } };
const RATES = { scale: { low: 0, high: 100 } };
const mirror = process.env.ASSAY_MIRROR;

interface RatingRow {
  readonly question_id: number;
  readonly model: string;
  readonly score: number;
}

interface PreferenceRow {
  readonly instruction: string;
  readonly preference: number;
}

function readRatings(): readonly RatingRow[] {
  const path = join(mirror ?? "", "mt_bench/model_judgment/gpt-4_single.jsonl");
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): RatingRow => JSON.parse(line));
}

/** Mean of both turns per question. */
function questionMeans(rows: readonly RatingRow[], model: string): Map<string, number> {
  const ratings = new Map<string, number[]>();
  for (const row of rows) {
    if (row.model !== model) continue;
    const id = String(row.question_id);
    ratings.set(id, [...(ratings.get(id) ?? []), row.score]);
  }
  return new Map(
    [...ratings].map(([id, scores]) => [id, scores.reduce((sum, score) => sum + score, 0) / scores.length]),
  );
}

// Expected values: NumPy and SciPy on the same rows; those of protocols are rounded forms of them.
describe.skipIf(mirror === undefined)("published MT-Bench judgments (needs ASSAY_MIRROR)", () => {
  it("gives ultrachat_sai 6.675 with its clustered and naive standard errors", () => {
    const rows = readRatings().filter(({ model }) => model === "ultrachat_sai");
    const result = clusteredMean(
      rows.map(({ score }) => score),
      rows.map(({ question_id }) => question_id),
      { scale: { low: 1, high: 10 } },
    );
    expectRelative(result.mean, 6.675);
    expectRelative(result.standardError, 0.3482948972394485);
    expectRelative(result.naiveStandardError, 0.2734734646159598);
    expect(result).toMatchObject({ n: 160, clusters: 80 });
  });

  it("compares ultrachat_sai with ultrachat_baseline: +0.28125, no regression beyond 0.2, no proof of none", () => {
    const rows = readRatings();
    const paired = pairQuestions(
      questionMeans(rows, "ultrachat_baseline"),
      questionMeans(rows, "ultrachat_sai"),
    );
    const result = pairedDifference(paired.differences, DIFFERENCES);
    expectRelative(result.delta, 0.28125);
    expectRelative(result.standardError, 0.15536139728331097);
    expectRelative(result.interval?.low ?? null, -0.027989125884212818);
    expectRelative(result.interval?.high ?? null, 0.5904891258842129);
    expect(result).toMatchObject({ n: 80, wins: 28, losses: 19, ties: 33 });
    const effect = minimumDetectableEffect(result.standardDeviation, result.n);
    expectRelative(effect.value, 0.43525819409430033);
    expect(decideGate(result.interval, 0.2).outcome).toBe("pass");
    expect(decideGate(result.interval, 0).outcome).toBe("inconclusive");
    const theOtherWay = pairedDifference(
      paired.differences.map((difference) => -difference),
      DIFFERENCES,
    );
    expect(decideGate(theOtherWay.interval, 0.2).outcome).toBe("inconclusive");
  });

  it("finds p = 0.0773 by sign flips, whatever the seed", () => {
    const rows = readRatings();
    const { differences } = pairQuestions(
      questionMeans(rows, "ultrachat_baseline"),
      questionMeans(rows, "ultrachat_sai"),
    );
    // Exact over all 2^47 patterns, by convolution of the quarter points.
    const exact = 0.07731488526540886;
    for (const seed of [0, 1, 2, 3]) {
      const { pValue, method, nonzero } = signFlipTest(differences, { seed });
      expect([method, nonzero]).toEqual(["sampled", 47]);
      expect(Math.abs((pValue ?? 0) - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 1e5));
    }
    const { interval } = bootstrapClusteredMean(differences, [...differences.keys()], { seed: 1 });
    expect(Math.abs((interval?.low ?? 0) + 0.028)).toBeLessThan(0.05);
    expect(Math.abs((interval?.high ?? 0) - 0.59)).toBeLessThan(0.05);
  });
});

describe.skipIf(mirror === undefined)("published AlpacaEval annotations (needs ASSAY_MIRROR)", () => {
  it("finds FuseChat's slot effect: 60.14 in the first slot, 81.03 in the second, z 8.10", () => {
    const path = "alpaca_eval/results/FuseChat-Gemma-2-9B-Instruct/weighted_alpaca_eval_gpt4_turbo";
    const rows: readonly PreferenceRow[] = JSON.parse(
      readFileSync(join(mirror ?? "", path, "annotations.json"), "utf8"),
    );
    const slot = (wanted: boolean) =>
      rows
        .filter(({ instruction }) => isSwitched(instruction) === wanted)
        .map(({ preference }) => 100 * (preference - 1));
    const [first, second] = [slot(true), slot(false)];
    expect([first.length, second.length]).toEqual([406, 399]);
    expectRelative(clusteredMean(first, [...first.keys()], RATES).mean, 60.14314324800492);
    expectRelative(clusteredMean(second, [...second.keys()], RATES).mean, 81.03277642736842);
    expectRelative(compareGroupMeans(first, second).z, 8.098909354060954);
  });
});
