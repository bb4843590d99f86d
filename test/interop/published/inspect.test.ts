import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exportInspect } from "../../../harness/interop/inspect/export-run.js";
import { scoreRun } from "../../../harness/pipeline/scores/score-run.js";
import { temporaryFolder } from "../../pipeline/sample-plan.js";
import { imported } from "../results/imported.js";
import { publishedSample } from "./published-sample.js";

describe("a run as logs of Inspect", () => {
  it("reads back to the same figures", async () => {
    const run = await publishedSample(2);
    const { files, warnings } = await exportInspect(run, temporaryFolder());
    expect(files.map((file) => /[^/]+$/.exec(file)?.[0])).toEqual([
      expect.stringMatching(/^sample_[\w.+-]+\.eval$/),
      expect.stringMatching(/^sample_[\w.+-]+\.eval$/),
    ]);
    const back = await imported(files);
    const { boards } = scoreRun(run);
    const pairs = boards.find(({ metric }) => metric === "win-rate");
    const again = back.scores.boards.find(({ judge }) => judge === pairs?.protocol);
    if (pairs?.metric !== "win-rate" || again?.metric !== "rating") throw new Error("no board");
    const by = (rows: readonly { readonly model: string }[]) =>
      [...rows].sort((x, y) => (x.model < y.model ? -1 : 1));
    expect(
      by(again.models.map(({ model, score, questions }) => ({ model, figure: score, questions }))),
    ).toEqual(
      by(pairs.models.map(({ model, winRateAdjusted: figure, questions }) => ({ model, figure, questions }))),
    );
    for (const board of boards) {
      for (const row of board.models) {
        if (board.metric !== "rating" || !("score" in row)) continue;
        const stated = back.scores.figures?.find(
          ({ model, metric }) => model === row.model && metric === `${board.protocol} mean`,
        );
        expect([stated?.value, stated?.standardError]).toEqual([row.score, row.standardError]);
      }
    }
    // A lost turn moves the mean of means, and a reader is told so.
    expect(warnings.filter(({ code }) => code === "mean-of-samples")).toHaveLength(4);
    expect(warnings.filter(({ code }) => code === "lost-verdicts")).toHaveLength(4);
  });

  it("gives the same bytes each time, and knows models by the names given", async () => {
    const run = await publishedSample();
    const [one, other] = await Promise.all([
      exportInspect(run, temporaryFolder(), { modelIds: ["good=org/good-7b"] }),
      exportInspect(run, temporaryFolder(), { modelIds: ["good=org/good-7b"] }),
    ]);
    expect(one.files.map((file) => readFileSync(file))).toEqual(
      other.files.map((file) => readFileSync(file)),
    );
    const back = await imported(one.files);
    expect(back.manifest.models.map(({ id }) => id)).toContain("org/good-7b");
  });
});
