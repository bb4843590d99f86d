import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { exportEveryEvalEver } from "../../../harness/interop/eee/export-run.js";
import { exportHub } from "../../../harness/interop/huggingface/export-run.js";
import { exportInspect } from "../../../harness/interop/inspect/export-run.js";
import { exportLmEval } from "../../../harness/interop/lm-eval/export-run.js";
import { renderModelCard } from "../../../reports/markdown/model-card.js";
import { temporaryFolder } from "../../pipeline/sample-plan.js";
import { folderOf, imported } from "../results/imported.js";
import { schemaFaults } from "./json-schema.js";

const MIRROR = process.env.ASSAY_MIRROR;

/** A run that holds figures alone: of a table without intervals, as model cards print them. */
async function tableRun(): Promise<string> {
  const table = "model,mt_bench,mmlu\nbase,7.81,64.3\ntuned,8.09,63.9\n";
  const { run } = await imported([join(folderOf({ "published.csv": table }), "published.csv")]);
  return run;
}

/** A run of lm-evaluation-harness without samples: figures with standard errors. */
async function harnessRun(): Promise<string> {
  const results = {
    results: { arc: { "acc,none": 0.4, "acc_stderr,none": 0.02, "acc_norm,none": 0.45 } },
    versions: { arc: 1 },
    "n-samples": { arc: { original: 500, effective: 100 } },
    ...{ config: { limit: 100 }, date: 1_795_000_000, lm_eval_version: "0.4.13", model_name: "org/m" },
  };
  const { run } = await imported([folderOf({ "m/results_2026-11-28T10-00-00.000001.json": results })]);
  return run;
}

describe("figures stated elsewhere", () => {
  it("are published as Every Eval Ever with their source, and without an interval that nobody stated", async () => {
    const out = temporaryFolder();
    const { files, warnings } = await exportEveryEvalEver(await tableRun(), out, {
      modelIds: ["tuned=org/tuned"],
    });
    expect(files).toHaveLength(4);
    const read = files.map((file) => JSON.parse(readFileSync(file, "utf8")));
    const mmlu = read.find(
      ({ model_info, evaluation_id }) => model_info.name === "tuned" && /^mmlu/.test(evaluation_id),
    );
    expect(mmlu.model_info.id).toBe("org/tuned");
    expect(mmlu.source_metadata).toMatchObject({
      source_name: "published.csv",
      source_type: "documentation",
    });
    expect(mmlu.source_metadata.additional_details.source_sha256).toMatch(/^[0-9a-f]{64}$/);
    const [{ score_details }] = mmlu.evaluation_results;
    expect(score_details.score).toBe(63.9);
    expect(score_details).not.toHaveProperty("uncertainty");
    expect(warnings.map(({ code }) => code)).not.toContain("stated-elsewhere");

    const own = await exportEveryEvalEver(await harnessRun(), temporaryFolder());
    const [arc] = own.files.map((file) => JSON.parse(readFileSync(file, "utf8")));
    expect(arc.eval_library).toEqual({ name: "lm-evaluation-harness", version: "0.4.13" });
    expect(arc.evaluation_results.map((one: typeof mmlu) => one.score_details)).toMatchObject([
      {
        score: 0.4,
        details: { partial: "100 of 500 items", items: "100" },
        uncertainty: { standard_error: { value: 0.02 }, num_samples: 100 },
      },
      { score: 0.45 },
    ]);
    expect(arc.evaluation_results[0].score_details.uncertainty).not.toHaveProperty("confidence_interval");
    if (MIRROR === undefined) return;
    const schema = JSON.parse(readFileSync(join(MIRROR, "interchange", "eval.schema.json"), "utf8"));
    expect([...read, arc].flatMap((one) => schemaFaults(one, schema))).toEqual([]);
  });

  it("stand in a model-index and in a card's table, said to be measured by others", async () => {
    const out = temporaryFolder();
    const { files } = await exportHub(await tableRun(), out, { render: renderModelCard });
    expect(files.map((file) => file.slice(out.length))).toEqual([
      "/base/model-card.md",
      "/tuned/model-card.md",
    ]);
    const [, front = "", text = ""] = readFileSync(files[1] ?? "", "utf8").split(/^---$/m);
    const [{ results }] = parse(front)["model-index"];
    expect(
      results.map((one: { dataset: object; metrics: { value: number }[] }) => [
        one.dataset,
        one.metrics[0]?.value,
      ]),
    ).toMatchObject([
      [{ type: "mt_bench", config: "stated by table" }, 8.09],
      [{ type: "mmlu" }, 63.9],
    ]);
    expect(front).not.toContain("interval");
    expect(text).toContain("assay measured none of these");
    expect(text).toMatch(/mmlu .*63\.9.*not stated/);
    expect(text).not.toContain("64.3");
  });

  it("are named in one line where a format has no place for them", async () => {
    const run = await tableRun();
    for (const write of [exportInspect, exportLmEval]) {
      const { files, warnings } = await write(run, temporaryFolder());
      expect(files).toEqual([]);
      expect(
        warnings.filter(({ code }) => code === "stated-elsewhere").map(({ message }) => message),
      ).toEqual([
        expect.stringMatching(
          /^4 figures stated elsewhere stay out: .*--format eee and --format hf export them$/,
        ),
      ]);
    }
  });
});
