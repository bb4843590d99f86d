import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { modelOf } from "../harness/assemble/models.js";
import { readConfigFile } from "../harness/config/read-config.js";
import { systemClock } from "../harness/core/clock.js";
import { loadSuite } from "../suites/registry.js";

const example = (name: string) => resolve(import.meta.dirname, "../examples", name);

describe("the examples work as they stand", () => {
  test("own questions", async () => {
    const suite = await loadSuite(example("own-suite.yaml"), {
      locateAsset: () => Promise.reject(new Error("no asset is needed")),
    });
    expect(suite.questions.map((question) => [question.id, question.turns.length])).toEqual([
      ["refund-01", 2],
      ["units-01", 2],
    ]);
    // 3 ft 4 in = 40 in; 120 cm; half a yard = 18 in.
    const metres = (40 * 2.54 + 120 + 18 * 2.54) / 100;
    expect(suite.questions[1]?.reference).toEqual([
      expect.stringMatching(new RegExp(`^${metres.toFixed(4)} `)),
      (metres / 0.0254).toFixed(1),
    ]);
  });

  test("checkpoint gate", async () => {
    expect(await readConfigFile(example("checkpoint-gate.yaml"))).toMatchObject({
      suites: ["assay-80"],
      gates: [{ maxRegression: 0.3 }, { max: 2 }],
    });
  });

  test("a model of one's own", async () => {
    const services = { environment: {}, clock: systemClock, random: () => 0 };
    const model = await modelOf({ id: "caps", adapter: example("model-module.mjs") }, {}, services);
    const request = {
      messages: [{ role: "user", content: "hello" }],
      parameters: {},
      subject: { kind: "answer", suite: "s", questionId: "q", turn: 1, trial: 1 },
    } as const;
    expect(await model.generate(request, { signal: new AbortController().signal })).toMatchObject({
      text: "HELLO",
    });
  });
});
