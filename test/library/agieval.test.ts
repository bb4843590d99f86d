import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { RatingRow } from "../../harness/core/board.js";
import { systemClock } from "../../harness/core/clock.js";
import { locateAsset } from "../../harness/data/locate-asset.js";
import { type Model, run } from "../../harness/index.js";
import { loadSuite } from "../../suites/registry.js";

const mirror = process.env.ASSAY_MIRROR;

describe.skipIf(!mirror)("AGIEval as published (needs ASSAY_MIRROR)", () => {
  const folder = mkdtempSync(join(tmpdir(), "assay-agieval-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("a model whose right answers are known gets exactly their share", async () => {
    const environment = { ASSAY_MIRROR: mirror, ASSAY_HOME: folder };
    const suite = await loadSuite("agieval", { locateAsset: (id) => locateAsset(id, { environment }) });
    const places = new Map(suite.questions.map(({ turns }, index) => [turns[0] ?? "", index]));
    /** Every fifth answer is wrong, and every seventh of the others names nothing. */
    const fate = (index: number) => (index % 5 === 0 ? "wrong" : index % 7 === 0 ? "unreadable" : "right");
    const answerTo = (index: number): string => {
      const key = suite.questions[index]?.key;
      if (key === undefined || fate(index) === "unreadable") return "I would rather not\nsay it.";
      if (key.kind === "text")
        return `So it is done.\nAnswer: ${fate(index) === "right" ? key.accepted[0] : "none of it"}`;
      const [right = "A"] = key.right;
      return `Answer: ${fate(index) === "right" ? right : right === "A" ? "B" : "A"}`;
    };
    const model: Model = {
      id: "scripted",
      identity: { adapter: "scripted" },
      endpoint: "scripted",
      generate: async ({ messages }) => ({
        text: answerTo(places.get(messages.at(-1)?.content ?? "") ?? 0),
        finishReason: "stop",
      }),
    };
    const { scores } = await run(
      { suites: [suite], models: [model], cache: false, out: join(folder, "run") },
      { services: { environment, clock: systemClock, random: () => 0 } },
    );
    const [board] = scores.boards;
    const [row] = (board?.models ?? []) as readonly RatingRow[];
    // sat-en holds one question twice, with two keys: whoever is right on one is wrong on the other.
    const outcomes = suite.questions.map(({ turns, key }, index) => {
      const place = places.get(turns[0] ?? "") ?? 0;
      const twin = suite.questions[place]?.key;
      const isOther = place !== index && JSON.stringify(twin) !== JSON.stringify(key);
      return isOther && fate(place) === "right" ? "wrong" : fate(place);
    });
    const share = (wanted: (index: number) => boolean) => {
      const chosen = outcomes.filter((_, index) => wanted(index));
      return (100 * chosen.filter((one) => one === "right").length) / chosen.length;
    };
    expect(row?.score).toBeCloseTo(
      share(() => true),
      9,
    );
    expect(row?.n).toBe(2561);
    expect(row?.unreadableAnswers).toBe(outcomes.filter((one) => one === "unreadable").length);
    for (const category of suite.categories)
      expect(row?.categories[category]?.score).toBeCloseTo(
        share((index) => suite.questions[index]?.category === category),
        9,
      );
    expect(board).toMatchObject({
      figure: "accuracy",
      chance: {
        categories: { "aqua-rat": 20, "logiqa-en": 25, "lsat-ar": 20, math: 0, "sat-en": 25, "sat-math": 25 },
      },
    });
  }, 120_000);
});
