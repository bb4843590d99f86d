import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Scores } from "../../../harness/core/board.js";
import type { Comparison } from "../../../harness/core/comparison.js";
import type { Manifest } from "../../../harness/core/manifest.js";
import { useBench } from "../command-runner.js";

/** Answers by the first line of the question; whatever else is asked gets no letter. */
const MODEL = `
export default function createModel({ id, options }) {
  return {
    id,
    identity: { adapter: "scripted", id },
    endpoint: "scripted",
    async generate({ messages }) {
      const [first] = (messages.at(-1)?.content ?? "").split("\\n");
      return { text: options.answers[first] ?? "I do not know.", finishReason: "stop" };
    },
  };
}
`;

const rows = [
  { question: "One?", choices: ["a", "b", "c", "d"], answer: "A", category: "choice" },
  { question: "Two?", choices: ["a", "b", "c", "d"], answer: "B", category: "choice" },
  { question: "Three?", choices: ["a", "b", "c", "d"], answer: "C", category: "choice" },
  { question: "Six by seven?", answer: 42, category: "sums" },
];

const right = {
  "One?": "Answer: A",
  "Two?": "Answer: B",
  "Three?": "Answer: C",
  "Six by seven?": "Answer: 42",
};
const half = {
  "One?": "Answer: A",
  "Two?": "Answer: C",
  "Three?": "Answer: A\nAnswer: B",
  "Six by seven?": "It is 42.",
};

describe("a suite with right answers", () => {
  const bench = useBench();

  function prepare(more = ""): void {
    bench.write("model.mjs", MODEL);
    bench.write("quiz.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const models = Object.entries({ right, half }).map(([id, answers]) => ({
      id,
      adapter: "./model.mjs",
      options: { answers },
    }));
    bench.write("assay.yaml", `suites: [quiz.jsonl]\nmodels: ${JSON.stringify(models)}\nout: run\n${more}`);
  }

  it("is judged without a judge, counts what cannot be read as wrong and says what guessing scores", async () => {
    prepare("gates: [{ metric: score, model: right, min: 40 }]\nreport: { formats: [csv, markdown] }\n");
    const ended = await bench.assay("run");
    expect(ended.stderr).not.toMatch(/judge model/);
    expect(ended.code).toBe(0);
    const { document } = await bench.json("score", "run");
    const [board] = (document as Scores).boards;
    expect(board).toMatchObject({
      metric: "rating",
      figure: "accuracy",
      scale: { low: 0, high: 100 },
      judge: "answer-key",
      chance: { score: 18.75, categories: { choice: 25, sums: 0 } },
      judgeQuality: { known: "answer-key" },
      models: [
        { model: "right", score: 100, n: 4, unreadableAnswers: 0, missing: 0, invalid: 0 },
        {
          model: "half",
          score: 50,
          n: 4,
          unreadableAnswers: 1,
          missing: 0,
          bounds: { low: 50, high: 75 },
          categories: { sums: { score: 100 } },
        },
      ],
    });
    // Clopper–Pearson for 4 of 4: (0.05 / 2) ^ (1 / 4).
    const [row] = board?.models ?? [];
    expect((row as { interval: { low: number } }).interval.low).toBeCloseTo(100 * 0.025 ** 0.25, 6);
    const shown = await bench.assay("score", "run");
    expect(shown.stdout).toMatch(/right answers/);
    expect(shown.stdout).toMatch(/Accuracy/);
    // Every question has one turn: its column would repeat the accuracy.
    expect(shown.stdout).not.toMatch(/Turn 1/);
    expect(shown.stdout).toMatch(/100\.0%/);
    expect(shown.stdout).toMatch(/Guessing scores 18\.8% \(choice\s+25\.0%, sums 0\.0%\)/);
    expect(shown.stdout).toMatch(/half: 1 unreadable answers, counted as wrong/);
    const verdicts = readFileSync(join(bench.folder, "run", "report", "verdicts.csv"), "utf8");
    expect(verdicts).toMatch(/half.*unreadable: the answer names different letters: A.* B/);
  });

  it("calls nothing for its verdicts, keeps them when it is run again, and compares", async () => {
    prepare("report: { formats: [json] }\n");
    const plan = await bench.json("run", "--dry-run");
    expect(plan.document).toMatchObject({ calls: 8 });
    await bench.assay("run");
    const manifest = JSON.parse(readFileSync(join(bench.folder, "run", "run.json"), "utf8")) as Manifest;
    expect(manifest).toMatchObject({
      status: "complete",
      judgments: { planned: 8, judged: 8, unreadable: 0 },
    });
    expect(manifest.totals.map(({ stage }) => stage)).not.toContain("judgments");
    expect(await bench.assay("run")).toMatchObject({ code: 0 });
    const { document } = await bench.json("compare", "run#half", "run#right");
    expect(document).toMatchObject({
      figure: "accuracy",
      delta: 50,
      wins: 2,
      losses: 0,
      ties: 2,
      questions: 4,
    } satisfies Partial<Comparison>);
    expect((document as Comparison).sentence).toMatch(/percentage points/);
  });

  it("needs a judge beside it where another suite does", async () => {
    prepare();
    bench.write("talk.jsonl", '{"id": "q", "prompt": "Hello?"}\n');
    const refused = await bench.assay("run", "assay.yaml", "--suite", "quiz.jsonl", "--suite", "talk.jsonl");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/suite talk holds no right answers/);
  });

  it("refuses a limit that no accuracy reaches, and a suite without right answers for the key", async () => {
    prepare("gates: [{ metric: score, model: right, min: 101 }]\n");
    expect((await bench.assay("run")).stderr).toMatch(
      /101 is outside what score can be[\s\S]*a rating from 0 to 100/,
    );
    bench.write("talk.jsonl", '{"id": "q", "prompt": "Hello?"}\n');
    const refused = await bench.assay(
      "run",
      "--suite",
      "talk.jsonl",
      "--judge",
      "answer-key",
      "--config",
      "none.yaml",
      "--model",
      "m",
    );
    expect(refused.code).toBe(2);
  });
});
