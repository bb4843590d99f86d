import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Card } from "../../../harness/core/card.js";
import { useBench } from "../command-runner.js";

/** Answers with the letter behind its model's mark in the question. */
const MODEL = `
export default function createModel({ id, options }) {
  return {
    id,
    identity: { adapter: "scripted", id },
    endpoint: "scripted",
    async generate({ messages }) {
      const [first] = (messages.at(-1)?.content ?? "").split("\\n");
      return { text: "Answer: " + first.split(options.mark)[1][0], finishReason: "stop" };
    },
  };
}
`;

/** Right on the first `base` of 80 questions before, and on the first `ckpt` after. */
function rows(base: number, ckpt: number): string {
  const lines = Array.from({ length: 80 }, (_, index) => ({
    question: `Number ${index}: <${index < base ? "A" : "B"} >${index < ckpt ? "A" : "B"}`,
    choices: ["yes", "no"],
    answer: "A",
  }));
  return lines.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** Figures of a publication, not its table. */
const TABLE = `model,tuning,mt_bench,mmlu
other,,9.32,
tuned,APA,8.09,63.9
plain,,7.81,64.3
`;

describe("assay card", () => {
  const bench = useBench();

  it("says of a run what the training bought and what it cost, in JSON, on a page and on the terminal", async () => {
    bench.write("model.mjs", MODEL);
    bench.write("mmlu.jsonl", rows(60, 30));
    bench.write("gsm8k.jsonl", rows(20, 60));
    const models = [
      { id: "base", adapter: "./model.mjs", options: { mark: "<" } },
      { id: "ckpt", adapter: "./model.mjs", options: { mark: ">" } },
    ];
    bench.write(
      "assay.yaml",
      `suites: [mmlu.jsonl, gsm8k.jsonl]\nmodels: ${JSON.stringify(models)}\nout: run\nareas: { gsm8k: reasoning }\nreport: { formats: [markdown] }\n`,
    );
    const early = await bench.assay("card", "assay.yaml");
    expect(early.code).toBe(2);
    expect(early.stderr).toMatch(/has not been run: there is no run folder run/);
    expect((await bench.assay("run")).code).toBe(0);

    const { code, document } = await bench.json("card", "assay.yaml");
    const card = document as Card;
    expect(code).toBe(0);
    expect(card).toMatchObject({
      schema: "assay.card/1",
      base: "base",
      candidate: "ckpt",
      tradeOff: {
        bought: ["gsm8k (reasoning): +50.00 percentage points"],
        cost: ["mmlu (knowledge): −37.50 percentage points"],
      },
      sources: [{ path: "run", kind: "run", report: null }],
    });
    expect(card.changes[0]?.flips).toMatchObject({ questions: 80, repaired: [] });
    const page = readFileSync(join(bench.folder, "card.html"), "utf8");
    expect(page).toMatch(/<h2 id="trade-off">The trade-off<\/h2>/);
    expect(page).not.toMatch(/<script/);

    // A tool's figure of the items that were recorded is the same measurement; of others it is one more.
    const stated = ["mmlu", "truthfulqa"].flatMap((suite) =>
      ["base", "ckpt"].map((model, index) => ({
        ...{ suite, metric: "acc", model, value: 0.5 + index / 10, unit: "share", lowerIsBetter: false },
        source: { tool: "lm-evaluation-harness", file: "results.json", sha256: "0" },
      })),
    );
    bench.write("run/figures.jsonl", stated.map((figure) => `${JSON.stringify(figure)}\n`).join(""));
    const withStated = (await bench.json("card", "run")).document as Card;
    expect(withStated.changes.map(({ suite }) => suite).sort()).toEqual(["gsm8k", "mmlu", "truthfulqa"]);
    rmSync(join(bench.folder, "run/figures.jsonl"));

    bench.write("policy.yaml", "suites:\n  mmlu: { tier: critical, maxDrop: 10 }\n");
    const gated = await bench.assay("card", "run", "--policy", "policy.yaml", "--area", "gsm8k=maths");
    expect(gated.code).toBe(1);
    expect(gated.stdout).toMatch(/ckpt gained over base in maths \(gsm8k \+50\.00 percentage points\)/);
    expect(gated.stdout).toMatch(/NO-GO: broken is mmlu/);
    const wrong = await bench.assay("card", "run", "--area", "gsm8k=math");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/--area\.gsm8k: cannot be "math"/);
  });

  it("says of a published table what its figures say, and that they decide nothing", async () => {
    bench.write("table.csv", TABLE);
    const many = await bench.assay("card", "table.csv");
    expect(many.code).toBe(2);
    expect(many.stderr).toMatch(/figures of 3 models, and none is named/);
    const { code, stdout } = await bench.assay(
      "card",
      "table.csv",
      "--base",
      "plain",
      "--candidate",
      "tuned",
    );
    expect(code).toBe(0);
    const text = stdout.replace(/\s+/g, " ");
    expect(text).toMatch(
      /chat \(mt_bench 7\.81 → 8\.09\) went up and knowledge \(mmlu 64\.3% → 63\.9%\) did not/,
    );
    expect(text).toMatch(/80 questions see differences of about 0\.4 points/);
    const unknown = await bench.assay("card", "table.csv", "--base", "plain", "--candidate", "tunde");
    expect(unknown.stderr).toMatch(/--candidate "tunde" is none of the models here/);
    expect(unknown.stderr).toMatch(/Did you mean "tuned"/);
  });

  it("takes two models of a table in their order and says so, and several named ones as checkpoints", async () => {
    bench.write("two.csv", "model,mt_bench,mmlu\nplain,7.81,64.3\ntuned,8.09,63.9\n");
    const two = (await bench.json("card", "two.csv")).document as Card;
    expect([two.base, two.candidate]).toEqual(["plain", "tuned"]);
    expect(two.notices).toEqual([
      expect.stringMatching(/^plain stands first in two\.csv and is taken for the base/),
    ]);
    const named = (await bench.json("card", "two.csv", "--base", "tuned")).document as Card;
    expect([named.base, named.candidate, named.notices]).toEqual(["tuned", "plain", []]);

    bench.write("steps.csv", "model,mmlu,gsm8k\nbase,60,20\nckpt-1,61,30\nckpt-2,62,45\n");
    const flags = ["--base", "base", "--candidate", "ckpt-1", "--candidate", "ckpt-2"];
    const steps = (await bench.json("card", "steps.csv", ...flags)).document as Card;
    expect([steps.base, steps.candidate]).toEqual(["base", "ckpt-2"]);
    const shown = steps.trajectories.map(({ area, points }) => [area, points.map(({ change }) => change)]);
    expect(shown).toEqual([
      ["knowledge", [0, 1, 2]],
      ["maths", [0, 10, 25]],
    ]);
    expect(steps.trajectories.flatMap(({ points }) => points.map(({ interval }) => interval))).toEqual(
      Array.from({ length: 6 }, () => null),
    );
  });

  it("decides a policy over stated figures by compare, which says what pairing would take", async () => {
    bench.write("two.csv", "model,mt_bench,mmlu\nplain,7.81,64.3\ntuned,8.09,63.9\n");
    bench.write("policy.yaml", "suites:\n  mmlu: { tier: critical, maxDrop: 2 }\n");
    const sides = ["two.csv#plain", "two.csv#tuned"];
    const { code, document } = await bench.json("compare", ...sides, "--policy", "policy.yaml");
    expect(document).toMatchObject({
      schema: "assay.compare-list/1",
      comparisons: [],
      policies: [{ base: "plain", candidate: "tuned", outcome: "INCONCLUSIVE" }],
    });
    expect(code).toBe(4);
    const strict = await bench.assay(
      "compare",
      ...sides,
      "--policy",
      "policy.yaml",
      "--inconclusive",
      "fail",
    );
    expect(strict.code).toBe(1);
    const plain = await bench.assay("compare", ...sides);
    expect([plain.code, plain.stderr]).toEqual([
      2,
      expect.stringMatching(/states figures without the records behind them[\s\S]*assay card two\.csv#plain/),
    ]);
    const open = await bench.assay("compare", "two.csv", "two.csv#tuned", "--policy", "policy.yaml");
    expect(open.stderr).toMatch(/two\.csv measures several models[\s\S]*two\.csv#plain or two\.csv#tuned/);
  });

  it("refuses tables that hold no figures, with file and line", async () => {
    bench.write("short.csv", "model,mmlu\na,1,2\n");
    expect((await bench.assay("card", "short.csv")).stderr).toMatch(/short\.csv:2: the row has 3 cells/);
    bench.write("words.csv", "model,tuning\na,dpo\n");
    expect((await bench.assay("card", "words.csv")).stderr).toMatch(/words\.csv:1: no column holds numbers/);
  });
});
