import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Scores } from "../../../harness/core/board.js";
import type { JudgeBench } from "../../../harness/pipeline/judge-bench/bench-result.js";
import type { ModelCall } from "../../server/model-calls.js";
import { startServer, type TestServer } from "../../server/server.js";
import { useBench } from "../command-runner.js";

/** What a judge of the assay protocol says: the label of its prompt, and a choice. */
function verdict({ messages }: ModelCall, choose: (text: string) => string): string {
  const text = messages.map(({ content }) => content).join("\n");
  const label = [...text.matchAll(/FINAL VERDICT(?: \[\w+\])?(?=:)/g)].at(-1)?.[0] ?? "";
  return `One is clearer.\n\n${label}: ${choose(text)}`;
}

/** Model `knows` finds the right answer; `first` takes what is shown first; `mute` says nothing. */
function reply(call: ModelCall): string {
  if (call.model === "mute") return "I would rather not say.";
  if (call.model === "first") return verdict(call, () => "A");
  return verdict(call, (text) => (text.indexOf("RIGHT-ONE") < text.indexOf("WRONG-ONE") ? "A" : "B"));
}

describe("assay judge-bench, a live judge", () => {
  const bench = useBench();
  let server: TestServer;

  beforeEach(async () => {
    server = await startServer({ reply });
    const pair = (index: number) => {
      const isFirst = index % 2 === 0;
      const [right, wrong] = ["a RIGHT-ONE", "a WRONG-ONE that is longer"];
      return {
        prompt: `Question ${index}?`,
        a: isFirst ? right : wrong,
        b: isFirst ? wrong : right,
        label: isFirst ? "a" : "b",
        group: index < 2 ? "easy" : "hard",
        answersBy: "writer-2026-01-01",
      };
    };
    bench.write("pairs.jsonl", [0, 1, 2, 3].map((index) => JSON.stringify(pair(index))).join("\n"));
  });
  afterEach(() => server.close());

  const live = (judge: string, ...words: string[]) => [
    "judge-bench",
    "pairs.jsonl",
    "--judge",
    judge,
    "--judge-base-url",
    server.baseUrl,
    ...words,
  ];

  async function benched(judge: string, ...words: string[]): Promise<JudgeBench> {
    const { code, document } = await bench.json(...live(judge, ...words));
    expect(code).toBe(0);
    return document as JudgeBench;
  }

  const read = (...path: string[]) => readFileSync(join(bench.folder, ...path), "utf8");

  test("is asked in both orders once; the same command asks nothing again", async () => {
    const dry = await bench.json(...live("knows", "--out", "run", "--dry-run"));
    expect(dry.document).toMatchObject({ schema: "assay.plan/1", calls: 8 });
    expect(server.counts.calls).toBe(0);
    const first = await benched("knows", "--out", "run");
    expect(server.counts.calls).toBe(8);
    expect(first.sets).toMatchObject([
      {
        set: "pairs",
        judge: "knows",
        judgeName: "assay",
        answersBy: "writer-2026-01-01",
        n: 4,
        correct: 4,
        score: 100,
        missing: 0,
        firstSlot: [2, 2],
        groups: { easy: { n: 2, correct: 2 }, hard: { n: 2, correct: 2 } },
        length: { shorter: { n: 4, value: 100 } },
        cost: { usdPer1000: null, verdicts: 8 },
      },
    ]);
    expect(first.sets[0]?.cost?.secondsPer1000).toBeGreaterThan(0);
    expect(JSON.parse(read("run", "judge-bench.json"))).toEqual(first);
    const again = await benched("knows", "--out", "run");
    expect(server.counts.calls).toBe(8);
    expect(again.sets).toEqual(first.sets);
  });

  test("its decisions can be replayed and compared with", async () => {
    await benched("knows", "--out", "run");
    const { document } = await bench.json("judge-bench", "--replay", "run");
    const [replayed] = (document as JudgeBench).sets;
    const [asked] = (JSON.parse(read("run", "judge-bench.json")) as JudgeBench).sets;
    expect({ ...replayed, cost: asked?.cost }).toEqual(asked);
    const { sets, comparisons } = await benched(
      "first",
      "--out",
      "other",
      "--against",
      "run/judge-bench.json",
    );
    expect(sets[0]).toMatchObject({ correct: 0, ties: 4, inconsistent: 4, firstSlot: [4, 4] });
    expect(comparisons).toMatchObject([{ n: 4, onlyFirst: 0, onlySecond: 4, pValue: 0.125 }]);
  });

  test("its card stands beside the boards of runs that judge alike, whatever the suite", async () => {
    await benched("knows");
    const card = JSON.parse(read("judge-card.json"));
    const [key] = Object.keys(card.judges);
    expect(key).toMatch(/^assay-pair@knows~[0-9a-f]{6}$/);
    const questions = [{ id: "q", category: "c", turns: ["Which?"] }];
    bench.write("suite.jsonl", questions.map((one) => JSON.stringify(one)).join("\n"));
    const run = async (...words: string[]) => {
      const { document } = await bench.json(
        ...["run", "--suite", "suite.jsonl", "--model", "x", "--model", "y", "--base-url", server.baseUrl],
        ...["--format", "csv", "--mode", "pairwise-all", ...words],
      );
      return (document as Scores).boards[0]?.judgeQuality;
    };
    expect(await run("--judge", "knows", "--out", "same")).toMatchObject({
      known: "protocol",
      card: key,
      sentence: "This judge: 100% on pairs (4 only), changes its mind in 0% of swapped pairs.",
    });
    expect(await run("--judge", "first", "--out", "other")).toMatchObject({ known: "nothing" });
  });

  test.each([
    ["nowhere.jsonl", "there is no file nowhere.jsonl of decisions"],
    ["decisions.jsonl", "decisions.jsonl holds no decision of another judge on the same pairs"],
  ])("--against %s is refused before the first call", async (file, message) => {
    const row = { judge_model: "j", pair_id: "other", label: "A>B", decisions: ["A>B", "B>A"], set: "pairs" };
    bench.write("decisions.jsonl", JSON.stringify(row));
    const { code, stderr } = await bench.assay(...live("knows", "--against", file));
    expect([code, server.counts.calls]).toEqual([2, 0]);
    expect(stderr).toContain(message);
  });

  test("the judges of a config file are measured; what it says of a run is not taken", async () => {
    const judges = [{ id: "knows", baseUrl: server.baseUrl }];
    bench.write(
      "own.json",
      JSON.stringify({ suites: ["quickstart"], models: ["m"], judges, limit: 1, out: "runs/main" }),
    );
    const { code, document } = await bench.json("judge-bench", "pairs.jsonl", "--config", "own.json");
    expect(code).toBe(0);
    expect((document as JudgeBench).sets[0]).toMatchObject({ judge: "knows", n: 4 });
    expect(existsSync(join(bench.folder, "runs", "main"))).toBe(false);
    const limited = await bench.json("judge-bench", "pairs.jsonl", "--config", "own.json", "--limit", "2");
    expect((limited.document as JudgeBench).sets[0]).toMatchObject({
      n: 2,
      groups: { easy: { n: 1 }, hard: { n: 1 } },
    });
  });

  test("a judge that wrote the answers is refused before the first call, unless that is asked for", async () => {
    const refused = await bench.assay(...live("org/Writer"));
    expect([refused.code, server.counts.calls]).toEqual([2, 0]);
    expect(refused.stderr).toContain(
      "the judge org/Writer is the model writer-2026-01-01 that wrote answers of pairs",
    );
    const { warnings } = await benched("org/Writer", "--allow-self");
    expect(warnings.map(({ code }) => code)).toContain("judge-answers-itself");
  });

  test("unreadable verdicts are what is measured, and stand in the card", async () => {
    const { sets } = await benched("mute", "--judge-attempts", "1");
    expect(sets[0]).toMatchObject({
      n: 4,
      correct: 0,
      ties: 4,
      unreadableRate: 100,
      consistency: { value: null, n: 0 },
    });
    const [entry] = Object.values(JSON.parse(read("judge-card.json")).judges);
    expect(entry).toMatchObject({ sets: [{ score: 0, unreadable: 100 }] });
  });

  test("verdicts that failed are missing: exit code 3, no card, and the same command resumes", async () => {
    await server.close();
    server = await startServer({ reply, models: ["other"] });
    const { code, document, stderr } = await bench.json(...live("knows", "--out", "run"));
    expect(code).toBe(3);
    expect((document as JudgeBench).sets[0]).toMatchObject({ n: 0, missing: 4, score: null });
    expect(stderr).toContain("no card is written, and the same command resumes");
    expect(existsSync(join(bench.folder, "judge-card.json"))).toBe(false);
    await server.close();
    server = await startServer({ reply });
    expect((await benched("knows", "--out", "run")).sets[0]).toMatchObject({ n: 4, missing: 0 });
  });

  test.each<[string[], RegExp]>([
    [["judge-bench"], /no set of labelled pairs is named/],
    [["judge-bench", "pairs.jsonl"], /no judge is named/],
    [["judge-bench", "--replay", "pairs.jsonl", "--judge", "x"], /flags of a live judge have no effect/],
  ])("%j is refused", async (words, message) => {
    const { code, stderr } = await bench.assay(...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
