import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { JudgeBench, SetResult } from "../../../harness/pipeline/judge-bench/bench-result.js";
import { useBench } from "../command-runner.js";

const mirror = process.env.ASSAY_MIRROR ?? "";

function decision(judge: string, id: string, label: string, ...decisions: readonly (string | null)[]) {
  return JSON.stringify({ judge_model: judge, pair_id: id, source: "mmlu-pro-law", label, decisions });
}

describe("assay judge-bench, replay", () => {
  const bench = useBench();

  async function judgeBench(...words: string[]): Promise<JudgeBench> {
    const { code, document } = await bench.json("judge-bench", ...words);
    expect(code).toBe(0);
    return document as JudgeBench;
  }

  beforeEach(() => {
    const rows = [
      decision("j", "1", "A>B", "A>B", "B>A"),
      decision("j", "2", "B>A", "A>B", "A>B"),
      decision("k", "1", "A>B", "B>A", "A>B"),
      decision("k", "2", "B>A", "B>A", "A>B"),
    ];
    bench.write("decisions.jsonl", rows.join("\n"));
  });

  test("scores every judge of a file, or the one that is picked", async () => {
    const all = await judgeBench("--replay", "decisions.jsonl");
    expect(all.schema).toBe("assay.judge-bench/1");
    expect(all.sets.map(({ judge, correct, ties, firstSlot }) => [judge, correct, ties, firstSlot])).toEqual([
      ["j", 1, 1, [2, 1]],
      ["k", 1, 0, [0, 2]],
    ]);
    expect(all.warnings.map(({ code }) => code)).toEqual(["prompts-unknown"]);
    const one = await judgeBench("judgebench", "--replay", "decisions.jsonl#k");
    expect(one.sets.map(({ judge }) => judge)).toEqual(["k"]);
  });

  test("beside the pairs: lengths and prompts are known, and what was not decided is missing", async () => {
    const pair = (id: string, label: string) => ({
      pair_id: id,
      original_id: 1,
      source: "mmlu-pro-law",
      question: "?",
      response_A: "long answer",
      response_B: "short",
      label,
    });
    const rows = [pair("1", "A>B"), pair("2", "B>A"), pair("3", "A>B")].map((row) => JSON.stringify(row));
    bench.write("pairs.jsonl", rows.join("\n"));
    const { sets, warnings } = await judgeBench("pairs.jsonl", "--replay", "decisions.jsonl#j");
    expect(sets[0]).toMatchObject({ n: 2, missing: 1, length: { longer: { n: 1 }, shorter: { n: 1 } } });
    expect(warnings).toEqual([]);
    bench.write("pairs.jsonl", JSON.stringify(pair("1", "B>A")));
    const { code, stderr } = await bench.assay("judge-bench", "pairs.jsonl", "--replay", "decisions.jsonl#j");
    expect(code).toBe(2);
    expect(stderr).toContain('the decisions of j have another label for the pair "1"');
  });

  test("--against compares two judges and lists the flips", async () => {
    const words = ["--replay", "decisions.jsonl#j", "--against", "decisions.jsonl#k"];
    const { comparisons } = await judgeBench(...words);
    expect(comparisons).toMatchObject([
      { first: "j", second: "k", n: 2, bothRight: 0, onlyFirst: 1, onlySecond: 1, pValue: 1 },
    ]);
    const { stdout } = await bench.assay("judge-bench", ...words);
    expect(stdout).toContain("both 0, the first alone 1, the second alone 1, neither 0");
    expect(stdout).toMatch(/first +right +1 +mmlu-pro/);
  });

  test("holds a judge's merged verdicts against people's votes", async () => {
    const vote = (judge: string, winner: string, turn = 1) =>
      JSON.stringify({ question_id: 1, model_a: "x", model_b: "y", winner, judge, turn });
    const people = [vote("expert_1", "model_a"), vote("expert_2", "tie"), vote("author_1", "model_b")];
    bench.write("people.jsonl", people.join("\n"));
    bench.write("verdicts.jsonl", [vote("g", "model_a"), vote("g", "tie (inconsistent)", 2)].join("\n"));
    const { sets } = await judgeBench("people.jsonl", "--replay", "verdicts.jsonl");
    expect(sets[0]).toMatchObject({
      judge: "g",
      answersBy: "x, y",
      n: 2,
      correct: 1,
      ties: 1,
      inconsistent: 1,
    });
    expect(sets[0]?.agreement?.map(({ between, setup, agreed, n }) => [between, setup, agreed, n])).toEqual([
      ["judge–human", "S1", 1, 2],
      ["judge–human", "S2", 1, 1],
      ["human–human", "S1", 0, 1],
      ["human–human", "S2", 0, 0],
      ["judge–author", "S1", 0, 1],
      ["judge–author", "S2", 0, 1],
      ["author–human", "S1", 0, 2],
      ["author–human", "S2", 0, 1],
    ]);
  });

  test.each<[string[], RegExp]>([
    [["--replay", "nowhere.jsonl"], /there is no file nowhere\.jsonl of decisions/],
    [["--replay", "decisions.jsonl#jj"], /has no decisions of "jj"\n.*Valid: j, k/],
    [
      ["judgebench-clade", "--replay", "decisions.jsonl"],
      /there is no set or file judgebench-clade\n.*"judgebench-claude"/,
    ],
    [["--replay", "decisions.jsonl#j", "--against", "decisions.jsonl#j"], /no decision of another judge/],
    [["--replay", "votes.jsonl"], /held against people's votes\n.*mt-bench-human/],
  ])("%j is refused before anything is scored", async (words, message) => {
    bench.write(
      "votes.jsonl",
      JSON.stringify({ question_id: 1, model_a: "x", model_b: "y", winner: "tie", judge: "g" }),
    );
    const { code, stderr } = await bench.assay("judge-bench", ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe.skipIf(mirror === "")("published decisions (needs ASSAY_MIRROR)", () => {
  const bench = useBench();

  async function setsOf(...words: string[]): Promise<readonly SetResult[]> {
    vi.stubEnv("ASSAY_MIRROR", mirror);
    const { code, document } = await bench.json("judge-bench", ...words);
    expect(code).toBe(0);
    return (document as JudgeBench).sets;
  }

  test("JudgeBench: the tables of four judges", async () => {
    const sets = await setsOf("--replay", join(mirror, "judgebench/decisions.jsonl"));
    const tables = sets.map(({ judge, correct, n, score, groups }) => [
      judge,
      correct,
      n,
      ...[{ score }, ...Object.values(groups)].map((one) => one.score?.toFixed(6)),
    ]);
    const names = ["mmlu-pro", "livebench-math", "livebench-reasoning", "livecodebench"];
    for (const { groups } of sets) expect(Object.keys(groups)).toEqual(names);
    expect(tables).toEqual([
      ["o1-mini-2024-09-12", 230, 350, "65.714286", "58.441558", "82.142857", "62.244898", "78.571429"],
      [
        "Skywork_Skywork-Reward-Gemma-2-27B",
        225,
        350,
        "64.285714",
        "59.740260",
        "83.928571",
        "66.326531",
        "50.000000",
      ],
      [
        "Skywork_Skywork-Reward-Llama-3.1-8B",
        218,
        350,
        "62.285714",
        "59.090909",
        "76.785714",
        "64.285714",
        "50.000000",
      ],
      [
        "internlm_internlm2-7b-reward",
        208,
        350,
        "59.428571",
        "56.493506",
        "71.428571",
        "61.224490",
        "50.000000",
      ],
    ]);
    expect(sets[0]).toMatchObject({
      incorrect: 39,
      ties: 81,
      inconsistent: 110,
      firstSlot: [183, 184],
      both: 203,
      original: 248,
      swapped: 261,
      answersBy: "gpt-4o-2024-05-13",
    });
    const firstGames = new Map<string, number>();
    for (const { first, count } of sets[0]?.table ?? [])
      firstGames.set(first, (firstGames.get(first) ?? 0) + count);
    expect(Object.fromEntries(firstGames)).toEqual({ a: 183, b: 140, tie: 27 });
    expect(sets[1]).toMatchObject({ inconsistent: 3, ties: 3 });
  });

  test("JudgeBench: a judge's outputs beside the named set of pairs", async () => {
    const outputs = join(mirror, "judgebench/outputs/arena_hard.claude-3-haiku-20240307.jsonl");
    const [beside] = await setsOf("judgebench-claude", "--replay", outputs);
    const [alone] = await setsOf("--replay", outputs);
    expect(beside).toEqual(alone);
    expect(beside).toMatchObject({ n: 270, judge: "claude-3-haiku-20240307", endings: { unreadable: 13 } });
  });

  test("LLMBar: the counts and κ of every published run, and where its κ is not one", async () => {
    const file = join(mirror, "llmbar/winners.json");
    const published = JSON.parse(readFileSync(file, "utf8")) as readonly {
      readonly set: string;
      readonly winner_orig_order: string;
      readonly winner_swapped_order: string;
      readonly stats: Readonly<Record<string, string | number>>;
    }[];
    const sets = await setsOf("--replay", file);
    expect(sets).toHaveLength(published.length);
    let plainKappas = 0;
    for (const [index, { set, stats, ...winners }] of published.entries()) {
      const found = sets[index];
      if (found === undefined) throw new Error("there is a set for every run");
      expect(found.set).toBe(set);
      expect([found.original, found.swapped, found.both, found.equal].map(String)).toEqual([
        stats.correct_False,
        stats.correct_True,
        stats.correct_both,
        stats.equal,
      ]);
      expect(found.score).toBeCloseTo(Number.parseFloat(String(stats.correct_average)), 10);
      expect(found.publishedKappa).toBeCloseTo(Number(stats.kappa_agreement), 10);
      const isRead = !`${winners.winner_orig_order}${winners.winner_swapped_order}`.includes("-");
      expect(found.isPublishedKappaDefined).toBe(isRead);
      if (!isRead) continue;
      plainKappas++;
      expect(found.kappa).toBeCloseTo(Number(stats.kappa_agreement), 10);
    }
    expect([published.length, plainKappas]).toEqual([245, 197]);
  });

  test("MT-Bench: agreement of GPT-4, people and authors in both setups", async () => {
    const [set] = await setsOf("mt-bench-human", "--replay", join(mirror, "mt_bench/human/gpt4_pair.jsonl"));
    const rows = set?.agreement?.filter(({ turn }) => turn !== "all") ?? [];
    expect(
      rows.map(({ between, turn, setup, agreed, n }) => `${between} ${turn} ${setup} ${agreed}/${n}`),
    ).toEqual([
      "judge–human 1 S1 886/1343",
      "judge–human 1 S2 727/859",
      "judge–human 2 S1 871/1325",
      "judge–human 2 S2 731/864",
      "human–human 1 S1 454/721",
      "human–human 1 S2 388/479",
      "human–human 2 S1 471/707",
      "human–human 2 S2 388/474",
      "judge–author 1 S1 239/346",
      "judge–author 1 S2 184/201",
      "judge–author 2 S1 224/341",
      "judge–author 2 S2 181/205",
      "author–human 1 S1 280/428",
      "author–human 1 S2 218/262",
      "author–human 2 S1 279/413",
      "author–human 2 S2 234/273",
    ]);
    expect(rows.slice(0, 8).map(({ percent }) => percent?.toFixed(4))).toEqual([
      "65.9717",
      "84.6333",
      "65.7358",
      "84.6065",
      "62.9681",
      "81.0021",
      "66.6195",
      "81.8565",
    ]);
    expect(set?.inconsistent).toBe(380);
  });
});
