import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../harness/core/hash.js";
import { exportEveryEvalEver } from "../../../harness/interop/eee/export-run.js";
import { scoreRun } from "../../../harness/pipeline/scores/score-run.js";
import { temporaryFolder } from "../../pipeline/sample-plan.js";
import { schemaFaults } from "./json-schema.js";
import { publishedSample } from "./published-sample.js";

const MIRROR = process.env.ASSAY_MIRROR;

async function exported(options: Parameters<typeof exportEveryEvalEver>[2] = {}, trials = 1) {
  const run = await publishedSample(trials);
  const out = temporaryFolder();
  const { files, warnings } = await exportEveryEvalEver(run, out, options);
  const read = files
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(file, "utf8")));
  const rowsOf = (aggregate: (typeof read)[number]) => {
    const text = readFileSync(join(out, aggregate.detailed_evaluation_results.file_path), "utf8");
    expect(sha256(text)).toBe(aggregate.detailed_evaluation_results.checksum);
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  return { run, out, files, warnings, aggregates: read, rowsOf };
}

describe("a run in the layout of Every Eval Ever", () => {
  it("has assay's own figures with their intervals, and samples whose mean they are", async () => {
    const { run, aggregates, rowsOf, warnings } = await exported(
      { scoring: { jury: { method: "median" } } },
      2,
    );
    const { boards } = scoreRun(run, { jury: { method: "median" } });
    expect(aggregates).toHaveLength(8);
    for (const aggregate of aggregates) {
      const [{ metric_config, score_details }] = aggregate.evaluation_results;
      const { judge_protocol } = metric_config.metric_parameters;
      const board = boards.find(({ protocol }) => protocol === judge_protocol);
      const rows: readonly NonNullable<typeof board>["models"][number][] = board?.models ?? [];
      const row = rows.find(({ model }) => model === aggregate.model_info.name);
      const headline =
        row && ("score" in row ? row.score : "winRateAdjusted" in row ? row.winRateAdjusted : null);
      expect(score_details.score).toBe(headline);
      const interval = row && "interval" in row ? row.interval : undefined;
      expect(score_details.uncertainty.confidence_interval).toEqual({
        ...{ lower: interval?.low, upper: interval?.high, confidence_level: 0.95, method: interval?.method },
      });
      const samples = rowsOf(aggregate);
      const mean = samples.reduce((sum, { evaluation }) => sum + evaluation.score, 0) / samples.length;
      expect(mean).toBeCloseTo(headline ?? Number.NaN, 9);
    }
    const jury = aggregates.find(({ evaluation_results: [one] }) => one.metric_config.metric_parameters.jury);
    expect(jury.evaluation_results[0].metric_config.llm_scoring).toMatchObject({
      aggregation_method: "median",
      judges: [{ weight: 0.5 }, { weight: 0.5 }],
    });
    expect(warnings.map(({ code }) => code)).toContain("lost-verdicts");
  });

  it("never makes up an interval, and is the same whenever it is written", async () => {
    const { run, files, aggregates, out } = await exported();
    const results = aggregates.flatMap(({ evaluation_results }) => evaluation_results);
    const plain = results.filter(({ metric_config }) => metric_config.metric_id === "assay.win_rate");
    expect(plain).toHaveLength(2);
    expect(plain.map(({ score_details }) => score_details.uncertainty)).toEqual([undefined, undefined]);
    const again = temporaryFolder();
    const second = await exportEveryEvalEver(run, again);
    const textsOf = (paths: readonly string[], folder: string) =>
      paths.map((file) => [file.slice(folder.length), readFileSync(file, "utf8")]);
    expect(textsOf(second.files, again)).toEqual(textsOf(files, out));
    for (const file of files)
      expect(file.slice(out.length)).toMatch(/^\/data\/sample\/[\w.+-]+\/[\w.+-]+\/[0-9a-f-]{36}/);
  });

  it("knows models by the names given, and says whose it does not know", async () => {
    const { aggregates, warnings } = await exported({ modelIds: ["good=org/good-7b"], organization: "us" });
    const ids = new Set(aggregates.map(({ model_info }) => model_info.id));
    expect(ids).toContain("org/good-7b");
    expect(warnings.filter(({ code }) => code === "unknown-model-id")).toHaveLength(1);
    await expect(exported({ modelIds: ["godo=org/good"] })).rejects.toThrow(
      /--model-id: the run holds no "godo"/,
    );
    await expect(exported({ modelIds: ["good=good"] })).rejects.toThrow(/--model-id cannot be read/);
  });

  it.skipIf(MIRROR === undefined)(
    "validates against the published schemas (needs ASSAY_MIRROR)",
    async () => {
      const schema = (name: string) =>
        JSON.parse(readFileSync(join(MIRROR ?? "", "interchange", `${name}.schema.json`), "utf8"));
      const { aggregates, rowsOf } = await exported({ scoring: { jury: { method: "mean" } } });
      const [whole, one] = [schema("eval"), schema("instance_level_eval")];
      expect(aggregates.flatMap((aggregate) => schemaFaults(aggregate, whole))).toEqual([]);
      expect(aggregates.flatMap(rowsOf).flatMap((row) => schemaFaults(row, one))).toEqual([]);
      const broken = { ...aggregates[0], retrieved_timestamp: 5, evaluation_results: [{}] };
      expect(schemaFaults(broken, whole).length).toBeGreaterThan(3);
    },
  );
});
