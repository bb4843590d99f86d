import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import { jointRatings, type SourcedBattle } from "../../harness/stats/judge-covariate.js";

const mirror = process.env.ASSAY_MIRROR;

describe("ratings by people and judge together", () => {
  it.skipIf(mirror === undefined)("give MT-Bench's published votes κ 1.4975 (needs ASSAY_MIRROR)", () => {
    const battles = (["human", "gpt4_pair"] as const).flatMap((name) =>
      readFileSync(join(mirror ?? "", `mt_bench/human/${name}.jsonl`), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, string | number>)
        .filter(({ judge }) => name === "gpt4_pair" || String(judge).startsWith("expert_"))
        .map(
          ({ model_a, model_b, winner, question_id }): SourcedBattle => ({
            a: String(model_a),
            b: String(model_b),
            shareA: winner === "model_a" ? 1 : winner === "model_b" ? 0 : 0.5,
            cluster: String(question_id),
            by: name === "human" ? "people" : "judge",
          }),
        ),
    );
    const golden = JSON.parse(
      readFileSync(join(mirror ?? "", "calibration/kappa.mt-bench.json"), "utf8"),
    ) as {
      kappa: number;
      kappa_se_model: number;
      kappa_se_question_clustered: number;
      ratings: Record<string, number>;
    };
    const found = jointRatings(battles);
    if ("reason" in found) throw new Error(found.reason);
    expect(found.kappa).toBeCloseTo(golden.kappa, 7);
    expect(found.standardErrors.model).toBeCloseTo(golden.kappa_se_model, 6);
    expect(found.standardErrors.clustered).toBeCloseTo(golden.kappa_se_question_clustered, 6);
    for (const { model, rating } of found.models) expect(rating).toBeCloseTo(golden.ratings[model] ?? 0, 4);
  });

  it("find how extreme a judge is that draws with κ 2, and ratings that people alone would have", () => {
    const strengths = [0, 0.5, 1, 1.6];
    const random = seededRandom("kappa");
    let [held, kappas] = [0, 0];
    const samples = 60;
    for (let sample = 0; sample < samples; sample++) {
      const battles: SourcedBattle[] = [];
      for (let question = 0; question < 120; question++)
        for (const [i, a] of strengths.entries())
          for (const [j, b] of strengths.entries()) {
            if (j <= i) continue;
            const row = { a: `m${i}`, b: `m${j}`, cluster: String(question) };
            const draw = (slope: number) => (random.next() < 1 / (1 + Math.exp(-slope * (a - b))) ? 1 : 0);
            battles.push({ ...row, shareA: draw(2), by: "judge" });
            if (question % 2 === 0) battles.push({ ...row, shareA: draw(1), by: "people" });
          }
      const found = jointRatings(battles);
      if ("reason" in found) throw new Error(found.reason);
      kappas += found.kappa / samples;
      if (found.kappaInterval.low < 2 && found.kappaInterval.high > 2) held++;
    }
    expect(kappas).toBeGreaterThan(1.9);
    expect(kappas).toBeLessThan(2.15);
    expect(held / samples).toBeGreaterThan(0.87);
  });

  it("say why there are none", () => {
    const battle = (a: string, b: string, by: "people" | "judge", shareA = 0.5): SourcedBattle => ({
      a,
      b,
      shareA,
      cluster: "1",
      by,
    });
    const ring = [battle("a", "b", "judge"), battle("b", "c", "judge"), battle("c", "a", "judge")];
    expect(jointRatings(ring)).toEqual({ reason: "nobody voted" });
    expect(jointRatings([battle("a", "b", "people")])).toEqual({ reason: "fewer than three models" });
    const winner = [...ring, battle("d", "a", "people", 1)];
    expect(jointRatings(winner)).toMatchObject({ reason: expect.stringContaining("no bound") as string });
    // All alike: nothing tells how the judge's odds relate to people's.
    expect(jointRatings([...ring, battle("a", "b", "people")])).toHaveProperty("reason");
  });
});
