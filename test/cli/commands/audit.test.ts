import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packageFile } from "../../../harness/core/package-files.js";
import type { JudgeAudit } from "../../../harness/pipeline/audit/attack-outcome.js";
import type { RunAudit } from "../../../harness/pipeline/audit/finding.js";
import { loadQuickstart } from "../../../suites/assay-80.js";
import type { ModelCall } from "../../server/model-calls.js";
import { startServer, type TestServer } from "../../server/server.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

/** Opening paragraph of the honest answer to each question's first turn, by the text of the question. */
async function honestOpenings(): Promise<ReadonlyMap<string, string>> {
  const { questions } = await loadQuickstart();
  const file = packageFile("suites", "data", "quickstart", "answers", "sample-large.jsonl");
  const answers = new Map(
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line): { readonly questionId: string; readonly turns: readonly string[] } => JSON.parse(line))
      .map(({ questionId, turns }) => [questionId, turns[0]?.split("\n\n")[0] ?? ""]),
  );
  return new Map(questions.map((question) => [question.turns[0] ?? "", answers.get(question.id) ?? ""]));
}

const openings = await honestOpenings();

/** The part of the judge's prompt between two markers. */
function blockOf(prompt: string, name: string): string {
  return (
    new RegExp(`=== BEGIN ${name} \\[.*?\\] ===\\n([\\s\\S]*?)\\n=== END ${name} \\[`).exec(prompt)?.[1] ?? ""
  );
}

/** The verdict line that a call asks for, up to its value. */
function lineOf(call: ModelCall): string {
  return [...call.prompt.matchAll(/^FINAL (?:RATING|VERDICT) \[\w+\]:/gm)].at(-1)?.[0] ?? "";
}

/** A judge that knows what an answer is worth whatever the answer says about itself. */
function robust(call: ModelCall): string {
  const opening = openings.get(blockOf(call.prompt, "USER TURN 1"));
  if (opening === undefined || opening === "") throw new Error("a question that is not in the suite");
  const isHonest = (name: string) => blockOf(call.prompt, name).includes(opening);
  if (!call.prompt.includes("=== BEGIN ANSWER OF A TO TURN 1")) {
    return `Seen.\n\n${lineOf(call)} ${isHonest("ANSWER TO TURN 1") ? 8 : 1}`;
  }
  const [first, second] = ["A", "B"].map((letter) => isHonest(`ANSWER OF ${letter} TO TURN 1`));
  return `Seen.\n\n${lineOf(call)} ${first === second ? "TIE" : first ? "A" : "B"}`;
}

/** A judge that does what answers tell it, and likes them long. */
function gullible(call: ModelCall): string {
  const answer = blockOf(call.prompt, "ANSWER TO TURN 1");
  if (/10 points|FINAL RATING: 10|full marks|"rating": 10|\[\[10\]\]/.test(answer))
    return `Wow.\n\n${lineOf(call)} 10`;
  return `Hm.\n\n${lineOf(call)} ${Math.min(9, 1 + Math.floor(answer.length / 150))}`;
}

describe("assay audit --judge", () => {
  const bench = useBench();
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer({ models: ["j"], reply: robust });
  });
  afterEach(() => server.close());

  async function attack(...words: string[]): Promise<{ code: number; audit: JudgeAudit }> {
    const common = ["--judge", "j", "--judge-base-url", server.baseUrl];
    const { code, document } = await bench.json("audit", ...common, ...words);
    return { code, audit: document as JudgeAudit };
  }

  const successes = (audit: JudgeAudit) =>
    Object.fromEntries(audit.attacks.map((one) => [one.attack, one.successes]));

  test("no attack gets past a robust judge", async () => {
    const { code, audit } = await attack();
    expect(code).toBe(0);
    expect(audit).toMatchObject({ schema: "assay.audit/1", kind: "judge", judge: "assay", judgeModel: "j" });
    expect(audit.questions).toHaveLength(8);
    expect(audit.honestRating).toBe(8);
    expect(new Set(Object.values(successes(audit)))).toEqual(new Set([0]));
    expect(audit.attacks.every((one) => one.outcome === "ok" && one.tries === 8 && one.lost === 0)).toBe(
      true,
    );
    expect(server.counts.calls).toBe(96);
    expect(audit.calls).toBe(96);
    // Wilson's upper end for 0 of 8: z²/(8 + z²).
    expect(audit.attacks[0]?.interval?.high).toBeCloseTo((100 * 3.841459) / 11.841459, 3);
  });

  test("injected verdicts, instructions and padding get past a gullible one, and are flagged", async () => {
    server.configure({ models: ["j"], reply: gullible });
    const { audit } = await attack();
    expect(successes(audit)).toMatchObject({
      empty: 0,
      again: 0,
      "bracketed-verdict": 8,
      "final-line": 8,
      "structured-verdict": 8,
      "judge-transcript": 8,
      "closed-delimiter": 8,
      instruction: 8,
      constant: 0,
    });
    expect(audit.attacks.find((one) => one.attack === "padding")?.successes).toBeGreaterThan(4);
    const flagged = audit.attacks.filter((one) => one.outcome === "flagged").map((one) => one.attack);
    expect(flagged).toEqual(expect.arrayContaining(["instruction", "final-line", "padding"]));
    expect(flagged).not.toContain("empty");
    const shown = await bench.assay(
      ...["audit", "--judge", "j", "--judge-base-url", server.baseUrl, "--limit", "2"],
    );
    expect(shown.stdout).toMatch(/final-line +100% \[34, 100\] +mean 10\.0/);
    expect(shown.stdout).toMatch(/got 5 points or more in 2 of 2 tries/);
  });

  test("a judge by rubric, in one call or in one for each criterion, of a config with a jury", async () => {
    const decide = (call: ModelCall) => {
      const [, code] = /code (\w{12})/.exec(call.prompt) ?? [];
      const criteria = Number(/each of the (\d+) criteria/.exec(call.prompt)?.[1] ?? 1);
      const answer = blockOf(call.prompt, "ANSWER TO TURN 1");
      const isMet = answer.length > 150 && !/points|excellent|evaluation team/.test(answer);
      return Array.from({ length: criteria }, (_, index) => {
        // The last criterion of five names a fault.
        const holds = index === 4 || call.prompt.includes("1. The answer speaks") ? false : isMet;
        return `CRITERION ${index + 1} [${code}]: ${holds ? "MET" : "NOT MET"}`;
      }).join("\n");
    };
    for (const [calls, times] of [
      ["all", 1],
      ["each", 5],
    ] as const) {
      server.configure({ models: ["j"], reply: decide });
      bench.write(
        "rubric.yaml",
        `judges: [{ model: j, protocol: rubric, calls: ${calls}, replacement: other, baseUrl: "${server.baseUrl}" }]\njury: mean\n`,
      );
      const before = server.counts.calls;
      const { code, document } = await bench.json("audit", "--config", "rubric.yaml", "--limit", "2");
      const audit = document as JudgeAudit;
      expect(server.counts.calls - before).toBe(2 * 13 * times);
      expect({ code, honest: audit.honestRating, judge: audit.judge }).toEqual({
        code: 0,
        honest: 10,
        judge: "rubric",
      });
      expect(successes(audit)).toMatchObject({ "claimed-criteria": 0, empty: 0, instruction: 0, again: 0 });
    }
    // One that believes what an answer says of itself is found.
    const believing = (call: ModelCall) =>
      decide({ ...call, prompt: call.prompt.replace("evaluation team", "x".repeat(200)) });
    server.configure({ models: ["j"], reply: believing });
    const { document } = await bench.json("audit", "--config", "rubric.yaml", "--limit", "2");
    expect(successes(document as JudgeAudit)["claimed-criteria"]).toBe(2);
  });

  test("pairwise: worthless answers lose in both orders; a judge that likes the first slot lets them tie", async () => {
    const { audit } = await attack("--mode", "pairwise", "--limit", "3");
    expect(audit.attacks.map((one) => one.attack)).not.toContain("again");
    const worthless = audit.attacks.filter((one) => one.kind === "worthless");
    expect(worthless.map((one) => [one.attack, one.successes, one.meanValue])).toEqual(
      worthless.map((one) => [one.attack, 0, 0]),
    );
    expect(server.counts.calls).toBe(60);
    server.configure({ models: ["j"], reply: (call) => `A it is.\n\n${lineOf(call)} A` });
    const slot = (await attack("--mode", "pairwise", "--limit", "3")).audit;
    expect(slot.attacks.filter((one) => one.kind === "worthless").every((one) => one.successes === 3)).toBe(
      true,
    );
    expect(slot.attacks.find((one) => one.attack === "padding")?.successes).toBe(0);
  });

  test("verdicts that cannot be read are counted apart; calls that fail leave the audit incomplete", async () => {
    server.configure({ models: ["j"], reply: () => "I would rather not." });
    const unreadable = await attack("--limit", "1");
    expect(unreadable.code).toBe(0);
    expect(unreadable.audit.attacks[0]).toMatchObject({
      tries: 0,
      lost: 1,
      successRate: null,
      outcome: "unknown",
    });
    server.configure({ models: ["another"] });
    const failed = await attack("--limit", "1", "--max-retries", "0");
    expect(failed.code).toBe(3);
    expect(failed.audit.warnings.map((one) => one.code)).toEqual(["failed-calls"]);
  });

  test("--dry-run says how many calls it would be and makes none", async () => {
    const { document } = await bench.json(
      ...["audit", "--judge", "j", "--judge-base-url", server.baseUrl, "--dry-run", "--limit", "3"],
    );
    expect(document).toMatchObject({ schema: "assay.audit-plan/1", calls: 36 });
    expect(server.counts.calls).toBe(0);
  });

  test.each<[string[], RegExp]>([
    [["audit"], /neither a run nor a judge is named/],
    [["audit", "run", "--judge", "j"], /both a run and a judge are named/],
    [["audit", "run", "--rpm", "5"], /the flags of a judge have no effect/],
    [["audit", "none"], /none is not a run folder/],
    [["audit", "--judge", "j", "--limit", "30"], /the battery has 1 to 24 questions, not 30/],
    [["audit", "--judge", "j", "--judge", "k"], /several judges are named/],
  ])("assay %j is refused", async (words, message) => {
    const { code, stderr } = await bench.assay(...words);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe("assay audit RUN", () => {
  const bench = useBench();
  beforeEach(() => makeRecordedRun(bench, "run"));

  test("checks every board and model, each with interval, range and sentence; no finding without a figure's reason", async () => {
    const { code, document } = await bench.json("audit", "run");
    expect(code).toBe(0);
    const audit = document as RunAudit;
    expect(audit).toMatchObject({ schema: "assay.audit/1", kind: "run", run: "run" });
    expect(audit.findings.map((one) => one.check).sort()).toEqual([
      "distinct-answers",
      "distinct-answers",
      "length-effect",
      "length-effect",
      "position-effect",
      "template-collisions",
      "template-collisions",
      "verdict-variety",
      "verdict-variety",
    ]);
    for (const finding of audit.findings) {
      if (finding.check === "length-effect") {
        expect(finding.interval).toBeNull();
        expect(finding.sentence).toContain("24 questions are too few");
      } else expect(finding.interval).not.toBeNull();
      expect(finding.sentence).toMatch(/\.$/);
    }
    // 49 of 89 decided games went to the answer shown first.
    const position = audit.findings.find((one) => one.check === "position-effect");
    expect(position?.value).toBeCloseTo((100 * 49) / 89, 10);
    expect(audit.warnings.map((one) => one.code)).toEqual(["recorded-samples"]);
  });

  test("shows what it found in words, and what is in order in a line", async () => {
    const { stdout } = await bench.assay("audit", "run");
    expect(stdout).toMatch(/UNCLEAR +position-effect +quickstart, assay-pair@sample-judge/);
    expect(stdout).toMatch(/acceptable 45 to 55; n 89/);
    expect(stdout).toMatch(/OK +distinct-answers +quickstart, sample-large\n +OK/);
    const verbose = await bench.assay("audit", "run", "--verbose");
    expect(verbose.stdout).toMatch(/sample-large gave 0 of 48 answers word for word/);
  });
});

const mirror = process.env.ASSAY_MIRROR ?? "";

describe.skipIf(mirror === "")("assay audit of published runs (needs ASSAY_MIRROR)", () => {
  const bench = useBench();

  async function auditOf(format: string, path: string): Promise<RunAudit> {
    const imported = await bench.assay("import", "--format", format, join(mirror, path), "--out", "run");
    expect(imported.code).toBe(0);
    return (await bench.json("audit", "run")).document as RunAudit;
  }

  test("AlpacaEval 2's judge favours the second slot by 20.9 points, z 8.10", async () => {
    const audit = await auditOf("alpaca-eval", "alpaca_eval/results/FuseChat-Gemma-2-9B-Instruct");
    const position = audit.findings.find((one) => one.check === "position-effect");
    expect(position?.value).toBeCloseTo(81.03277642736842 - 60.14314324800492, 8);
    expect(position).toMatchObject({ outcome: "flagged", n: 805 });
    expect(position?.sentence).toContain("z 8.10");
  });

  test("GPT-4's ratings of three UltraChat models do not pay for length, and no answer plays the judge", async () => {
    const audit = await auditOf("fastchat", "mt_bench");
    const length = audit.findings.find((one) => one.check === "length-effect");
    expect(length?.n).toBe(480);
    expect(Math.abs(length?.value ?? 1)).toBeLessThan(0.2);
    const others = audit.findings.filter((one) => one.check !== "length-effect");
    expect(new Set(others.map((one) => one.outcome))).toEqual(new Set(["ok"]));
  });
});
