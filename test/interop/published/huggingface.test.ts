import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { exportHub } from "../../../harness/interop/huggingface/export-run.js";
import type { PublishOptions } from "../../../harness/interop/published/public-names.js";
import { scoreRun } from "../../../harness/pipeline/scores/score-run.js";
import { renderModelCard } from "../../../reports/markdown/model-card.js";
import { temporaryFolder } from "../../pipeline/sample-plan.js";
import { publishedSample } from "./published-sample.js";

async function exported(options: PublishOptions = {}) {
  const run = await publishedSample();
  const out = temporaryFolder();
  const { files, warnings } = await exportHub(run, out, { ...options, render: renderModelCard });
  const texts = new Map(files.map((file) => [file.slice(out.length), readFileSync(file, "utf8")]));
  const card = texts.get("/good/model-card.md") ?? "";
  const [, front = "", ...text] = card.split(/^---$/m);
  return {
    run,
    texts,
    warnings,
    index: parse(front)?.["model-index"],
    text: card.startsWith("---") ? text.join("---") : card,
  };
}

describe("a run for a model's page on the Hugging Face hub", () => {
  it("has one entry of the model-index for each judge, told apart by its configuration", async () => {
    const { run, index, texts } = await exported({ modelIds: ["good=org/good-7b"] });
    const { boards } = scoreRun(run);
    const [{ name, results }] = index;
    expect(name).toBe("good-7b");
    expect(results.map((one: { dataset: { config: string } }) => one.dataset.config)).toEqual(
      boards.map(({ protocol }) => protocol),
    );
    const [board] = boards;
    const row = board?.metric === "rating" ? board.models.find(({ model }) => model === "good") : undefined;
    expect(results[0].metrics[0]).toMatchObject({
      type: "score",
      value: row?.score,
      args: {
        standard_error: row?.standardError,
        interval_low: row?.interval?.low,
        interval_high: row?.interval?.high,
      },
    });
    for (const { metrics } of results)
      expect(new Set(metrics.map((one: { name: string }) => one.name)).size).toBe(metrics.length);
    // What was named to break files and terminals does neither.
    expect([...texts.keys()].every((path) => /^\/[\w.+-]+\/model-card\.md$/.test(path))).toBe(true);
    expect([...texts.values()].join("")).not.toContain("\u001b");
    const hostile = [...texts].find(([path]) => !path.startsWith("/good/"))?.[1].split(/^---$/m)[1] ?? "";
    expect(parse(hostile)["model-index"]).toHaveLength(1);
  });

  it("says every figure with its interval in Markdown, and what is in doubt", async () => {
    const { run, text } = await exported();
    const [board] = scoreRun(run).boards;
    const row = board?.metric === "rating" ? board.models.find(({ model }) => model === "good") : undefined;
    const { low = 0, high = 0 } = row?.interval ?? {};
    expect(text).toContain(
      `score **${row?.score?.toFixed(2)} of 10** (95% interval ${low.toFixed(2)} to ${high.toFixed(2)})`,
    );
    expect(text).toContain("> ⚠️ 1 verdict missing or unreadable.");
    expect(text).toMatch(/\| Win rate, ties as none \| [\d.]+% \| no interval \|/);
  });

  it("writes benchmark results where the data set is named, and only there", async () => {
    const { texts, index, text } = await exported({
      datasets: ["sample=org/bench:main"],
      source: "https://example.org/run",
    });
    const found = [...texts].filter(([path]) => path.startsWith("/good/.eval_results/"));
    expect(found).toHaveLength(3);
    for (const [, yaml] of found) {
      const [entry, ...others] = parse(yaml);
      expect(others).toEqual([]);
      expect(entry).toMatchObject({
        dataset: { id: "org/bench", task_id: "main" },
        source: { url: "https://example.org/run" },
        date: "2023-11-14T22:13:20.000Z",
        notes: expect.stringMatching(/95% interval .*judge .*1 verdict missing or unreadable|Win rate/),
      });
      expect(typeof entry.value).toBe("number");
    }
    expect(index).toBeUndefined();
    expect(text).toContain("## Evaluation");
    await expect(exported({ datasets: ["sample=bench"] })).rejects.toThrow(
      /--dataset cannot be read from "sample=bench"/,
    );
    await expect(exported({ datasets: ["other=org/bench:main"] })).rejects.toThrow(
      /the run holds no "other"/,
    );
  });
});
