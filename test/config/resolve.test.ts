import { describe, expect, test } from "vitest";
import { modelFromName, resolveConfig } from "../../harness/config/resolve.js";
import { configFromEnvironment } from "../../harness/config/settings.js";

describe("layers", () => {
  test("flag, then environment, then file, then default", () => {
    const config = resolveConfig([{ trials: 3 }, { trials: 2, seed: 2 }, { trials: 1, seed: 1, limit: 9 }]);
    expect(config).toMatchObject({
      trials: 3,
      seed: 2,
      limit: 9,
      maxMissing: 0,
      judgeAttempts: 2,
      concurrency: "auto",
    });
  });

  test("lists are replaced, not joined", () => {
    const config = resolveConfig([{ models: ["a"] }, { models: ["b", "c"], suites: ["mt-bench"] }]);
    expect(config.models).toEqual([{ model: "a" }]);
    expect(config.suites).toEqual(["mt-bench"]);
  });

  test("ID=NAME gives a display id; a path or plain name is its own", () => {
    expect(modelFromName("ckpt=my-org/model")).toEqual({ id: "ckpt", model: "my-org/model" });
    expect(modelFromName("my-org/model")).toEqual({ model: "my-org/model" });
    expect(modelFromName("a=b=c")).toEqual({ id: "a", model: "b=c" });
  });
});

describe("environment", () => {
  test("lists, numbers, switches and auto", () => {
    const environment = {
      ASSAY_SUITE: "mt-bench, assay-80",
      ASSAY_TRIALS: "3",
      ASSAY_CACHE: "off",
      ASSAY_CONCURRENCY: "auto",
      ASSAY_OUT: "runs/x",
      ASSAY_LIMIT: "",
    };
    expect(configFromEnvironment(environment)).toEqual({
      suites: ["mt-bench", "assay-80"],
      trials: 3,
      cache: false,
      concurrency: "auto",
      out: "runs/x",
    });
  });

  test("what cannot be read is refused by the variable's name", () => {
    expect(() => configFromEnvironment({ ASSAY_TRIALS: "many" })).toThrow(
      /ASSAY_TRIALS="many" is not a number/,
    );
    expect(() => configFromEnvironment({ ASSAY_RETRY_FAILED: "maybe" })).toThrow(/ASSAY_RETRY_FAILED/);
  });
});
