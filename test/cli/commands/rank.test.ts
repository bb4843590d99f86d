import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ArenaRanking } from "../../../harness/core/arena-ranking.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

const mirror = process.env.ASSAY_MIRROR ?? "";

describe("assay rank", () => {
  const bench = useBench();
  const rank = async (...words: string[]): Promise<ArenaRanking> => {
    const { code, document } = await bench.json("rank", ...words);
    expect(code).toBe(0);
    return document as ArenaRanking;
  };
  const vote = (question: number, a: string, b: string, winner: string, more: object = {}) =>
    JSON.stringify({
      question_id: question,
      model_a: a,
      model_b: b,
      winner,
      judge: "anna",
      turn: 1,
      ...more,
    });
  /** Each of `better` wins three of four battles with each behind it. */
  const votesOf = (models: readonly string[], times: number, more: object = {}) =>
    models.flatMap((a, at) =>
      models
        .slice(at + 1)
        .flatMap((b) =>
          Array.from({ length: times }, (_, n) =>
            vote(n, a, b, n % 4 === 3 ? "model_b" : n % 8 === 1 ? "tie" : "model_a", more),
          ),
        ),
    );

  test("places a judged model on the scale of people's votes, and leaves out votes on named models", async () => {
    bench.write(
      "people.jsonl",
      [...votesOf(["x", "y", "z"], 200), vote(1, "z", "x", "model_a", { anony: false })].join("\n"),
    );
    bench.write("judge.jsonl", votesOf(["new", "x", "y", "z"], 200, { judge: "j" }).join("\n"));
    const { models, anchored, warnings, separability } = await rank(
      "judge.jsonl",
      "--people",
      "people.jsonl",
    );
    expect(models.map(({ model, rank: place }) => [model, place])).toEqual([
      ["new", 1],
      ["x", 2],
      ["y", 3],
      ["z", 4],
    ]);
    expect(separability).toEqual({ pairs: 6, separated: 6, share: 100 });
    if (anchored === null || "reason" in anchored) throw new Error("expected a scale");
    expect(anchored).toMatchObject({ votes: 600, verdicts: 1200 });
    expect(anchored.models[0]).toMatchObject({ model: "new", votes: 0, rank: 1 });
    expect(warnings).toContainEqual(expect.objectContaining({ code: "named-votes", count: 1 }));
    const shown = await bench.assay("rank", "judge.jsonl", "--people", "people.jsonl", "--anchor", "z=800");
    expect(shown.stdout).toContain("z held at 800");
    expect(shown.stdout).toContain("placed by the judge alone");
  });

  test("ranks a run's comparisons, at equal style too, and says how far a second ranking agrees", async () => {
    await makeRecordedRun(bench, "run");
    const { models, style, cluster, battles, styleRidge } = await rank("run", "--style");
    expect(styleRidge).toBe(1 / battles);
    const held = await rank("run", "--style", "--style-ridge", "1");
    expect(held.styleRidge).toBe(1);
    const sizeOf = (one: ArenaRanking) => Math.abs(one.style?.[0]?.coefficient ?? 0);
    expect(sizeOf(held)).toBeLessThan(sizeOf({ ...held, style }));
    expect(models.map(({ model }) => model)).toEqual(["sample-large", "sample-small"]);
    expect(cluster).toBe("question");
    expect(style?.map(({ feature }) => feature)).toEqual(["length", "headers", "lists", "bold"]);
    bench.write("second.csv", "model,rating_q025,rating_q975\nnobody,1,2\n");
    bench.write("votes.jsonl", votesOf(["x", "y", "z"], 200).join("\n"));
    bench.write("other.jsonl", votesOf(["z", "y", "x"], 200).join("\n"));
    const { agreement } = await rank("votes.jsonl", "--against", "other.jsonl");
    expect(agreement).toMatchObject({
      models: 3,
      pairs: 3,
      alike: 0,
      reversed: 3,
      agreement: -100,
      spearman: -1,
    });
    const strange = await rank("votes.jsonl", "--against", "second.csv");
    expect(strange.agreement).toMatchObject({ models: 0, agreement: null });
    expect(strange.warnings.map(({ code }) => code)).toEqual(["no-shared-model"]);
  });

  test.each([
    [["absent.jsonl"], "absent.jsonl"],
    [["votes.jsonl", "--anchor", "nobody"], "the anchor nobody is in no battle"],
    [["votes.jsonl", "--anchor", "x=high"], "holds no rating"],
    [["votes.jsonl", "--style"], "the styles of the answers in these battles are not known"],
    [["votes.jsonl", "--style-ridge", "1"], "--style-ridge is about the fit at equal style"],
    [["run", "--style", "--style-ridge", "0"], "style-ridge"],
    [["votes.jsonl", "--against", "bad.csv"], 'there is no column "rating_q025"'],
    [["votes.jsonl", "--against", "absent.csv"], "there is no leaderboard absent.csv"],
    [
      ["votes.jsonl", "--against", "crossed.csv"],
      "crossed.csv:2: rating_q025 (3) lies above rating_q975 (2)",
    ],
    [["votes.jsonl", "--against", "twice.csv"], 'twice.csv:3: model "x" has a row already'],
    [["votes.jsonl", "--voters", "ben"], 'no vote by "ben"'],
    [["self.jsonl"], 'self.jsonl:1: "model_a" and "model_b" are one model'],
    [["pair.jsonl"], 'pair.jsonl:1: "model_1" and "model_2" are one model'],
    [["run", "--voters", "ben"], "no file of them is named"],
  ])("%j is refused", async (words, message) => {
    bench.write("votes.jsonl", votesOf(["x", "y", "z"], 8).join("\n"));
    bench.write("bad.csv", "model,score\nx,1\n");
    const header = "model,rating_q025,rating_q975\n";
    bench.write("crossed.csv", `${header}x,3,2\n`);
    bench.write("twice.csv", `${header}x,1,2\nx,3,4\n`);
    bench.write("self.jsonl", vote(1, "x", "x", "model_a"));
    bench.write("run/run.json", "{}");
    const games = { g1_winner: "model_1", g2_winner: "model_1", g1_judgment: "[[A]]", g2_judgment: "[[B]]" };
    const pair = {
      question_id: 1,
      model_1: "x",
      model_2: "x",
      judge: ["gpt-4", "pair-v2"],
      turn: 1,
      ...games,
    };
    bench.write("pair.jsonl", JSON.stringify(pair));
    const { code, stderr } = await bench.assay("rank", ...words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe.skipIf(mirror === "")("assay rank on published battles (needs ASSAY_MIRROR)", () => {
  const bench = useBench();
  const votes = join(mirror, "mt_bench/human/human.jsonl");

  test.each([
    [[], [1177.390931, 1111.674634, 1104.162549, 990.121302, 867.688447, 748.962138]],
    [
      ["--voters", "expert"],
      [1178.503212, 1108.441943, 1105.826742, 985.463668, 869.526443, 752.237991],
    ],
    [["--reweighted"], [1176.910946, 1114.593451, 1105.371632, 986.385617, 866.999615, 749.738739]],
  ])("gives arena-rank's ratings of MT-Bench's votes %s", async (words, ratings) => {
    const { document } = await bench.json("rank", votes, "--cluster", "none", ...words);
    const { models, kktResidual } = document as ArenaRanking;
    models.forEach(({ rating }, at) => {
      expect(Math.abs((rating ?? 0) - (ratings[at] ?? 0))).toBeLessThan(1e-4);
    });
    expect(kktResidual).toBeLessThan(1e-9);
  });

  test("gives the judge's temperature beside experts", async () => {
    const judged = join(mirror, "mt_bench/human/gpt4_pair.jsonl");
    const { document } = await bench.json("rank", judged, "--people", votes, "--voters", "expert_");
    const { anchored } = document as ArenaRanking;
    if (anchored === null || "reason" in anchored) throw new Error("expected a scale");
    expect(anchored.kappa).toBeCloseTo(1.497495, 5);
    expect(anchored.models.map(({ rating }) => Math.round(rating ?? 0))).toEqual([
      1197, 1113, 1079, 982, 861, 767,
    ]);
  });
});
