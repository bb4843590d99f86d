import { describe, expect, test } from "vitest";
import { useBench } from "../command-runner.js";

describe("assay list", () => {
  const bench = useBench();

  test.each([
    ["suites", ["mt-bench", "vicuna-bench", "assay-80", "quickstart", "alpaca-eval", "alpaca-eval-2"]],
    ["judges", ["mt-bench", "assay", "alpaca_eval_gpt4", "weighted_alpaca_eval_gpt4_turbo"]],
    ["adapters", ["openai", "completions", "replay", "command", "module"]],
    ["reports", ["html", "markdown", "png", "svg", "csv", "json", "junit"]],
  ])("%s: every name with a line that says what it is", async (kind, names) => {
    const { code, stdout, stderr } = await bench.assay("list", kind);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of names) expect(stdout).toMatch(new RegExp(`^${name} +\\S.{10,}$`, "m"));
  });

  test("all four where none is named, and as one JSON document", async () => {
    const { stdout } = await bench.assay("list");
    expect(stdout.match(/^(suites|judges|adapters|reports):$/gm)).toHaveLength(4);
    const { document } = await bench.json("list");
    expect(document).toMatchObject({
      schema: "assay.list/1",
      suites: expect.arrayContaining([{ name: "mt-bench", summary: expect.stringContaining("80") }]),
      judges: expect.arrayContaining([expect.objectContaining({ name: "assay" })]),
    });
    expect(Object.keys((await bench.json("list", "suites")).document as object)).toEqual([
      "schema",
      "suites",
    ]);
  });

  test("results are printed with --quiet too", async () => {
    expect((await bench.assay("list", "suites", "--quiet")).stdout).toMatch(/^mt-bench /m);
  });

  test("a wrong word is refused with the nearest right one", async () => {
    const { code, stderr } = await bench.assay("list", "juges");
    expect(code).toBe(2);
    expect(stderr).toMatch(/what cannot be "juges"\n.*Did you mean "judges"/);
  });
});
