import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ContaminationProbe } from "../../../harness/core/contamination.js";
import type { ModelCall } from "../../server/model-calls.js";
import { startServer, type TestServer } from "../../server/server.js";
import { useBench } from "../command-runner.js";

/** Texts of 40 words of their own, the same in every run. */
function texts(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) =>
    Array.from({ length: 40 }, (_, word) => `${prefix}${at}word${(word * 7 + at) % 40}`).join(" "),
  );
}

const suite = texts("seen", 30);
const fresh = texts("fresh", 40);

/** Model `reciter` goes on with what it knows by heart, a third of the suite; `fair` never does. */
function reply({ model, messages }: ModelCall): string {
  const prompt = messages.map(({ content }) => content).join("\n");
  const known = suite.findIndex((text) => prompt.includes(text.slice(0, 60)));
  if (model !== "reciter" || known < 0 || known % 3 !== 0) return "Something else that nobody wrote before.";
  return suite[known]?.split(" ").slice(20).join(" ") ?? "";
}

describe("assay contamination --probe", () => {
  const bench = useBench();
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer({ reply });
    const rows = (list: readonly string[]) =>
      list.map((text, at) => `${JSON.stringify({ id: `q${at}`, turns: [text] })}\n`).join("");
    bench.write("suite.jsonl", rows(suite));
    bench.write("fresh.jsonl", rows(fresh));
  });
  afterEach(() => server.close());

  const words = (...more: string[]) => [
    ...["contamination", "suite.jsonl", "--probe", "--fresh", "fresh.jsonl", "--out", "probe"],
    ...["--base-url", server.baseUrl, ...more],
  ];

  test("tells a model that recites from one that does not, with the rate of false alarms, and asks nothing twice", async () => {
    const models = ["--model", "reciter", "--model", "fair"];
    const { code, document } = await bench.json(...words(...models));
    const { models: found, ...rest } = document as ContaminationProbe;
    expect(code).toBe(0);
    expect(rest).toMatchObject({ suite: "suite", freshSuite: "fresh", tooShort: 0 });
    const [reciter, fair] = ["reciter", "fair"].map((id) => found.find(({ model }) => model === id));
    expect(reciter).toMatchObject({ questions: 30, fresh: 40, flagged: 10, missing: 0 });
    expect(reciter?.texts.filter(({ flagged }) => flagged).every(({ verbatim }) => verbatim === 20)).toBe(
      true,
    );
    expect(reciter?.similarity).toBeCloseTo(100 / 3, 10);
    expect(reciter?.falseAlarms).toEqual({ flagged: 0, of: 40 });
    expect(reciter?.difference.interval?.low).toBeGreaterThan(0);
    expect(fair).toMatchObject({ flagged: 0, similarity: 0 });
    const asked = server.requests.length;
    expect(asked).toBeGreaterThanOrEqual(140);
    const again = await bench.assay(...words(...models));
    expect(server.requests.length).toBe(asked);
    expect(again.stdout).toContain("10 of 30 questions completed better than 95% of the fresh texts");
  });

  test("shows the calls of a dry run and makes none; refuses what has no effect", async () => {
    const dry = await bench.assay(...words("--model", "fair", "--dry-run"));
    expect([dry.code, server.requests.length, existsSync("probe")]).toEqual([0, 0, false]);
    expect(dry.stdout).toContain("70");
    for (const [given, message] of [
      [["suite.jsonl", "--probe"], "no model is named"],
      [
        ["suite.jsonl", "--probe", "--model", "fair", "--corpus", "fresh.jsonl"],
        "--probe looks at no corpus",
      ],
      [["suite.jsonl", "--corpus", "fresh.jsonl", "--model", "fair"], "nothing is asked of a model"],
      [
        ["suite.jsonl", "--probe", "--model", "fair", "--fresh", "suite.jsonl"],
        "fresh and in question at once",
      ],
    ] as const) {
      const { code, stderr } = await bench.assay("contamination", ...given);
      expect([code, stderr.includes(message)]).toEqual([2, true]);
    }
  });
});
