import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PolicyResult } from "../../../harness/core/policy.js";
import { useBench } from "../command-runner.js";

/** Answers every question with the letter that stands behind its model's name in the question. */
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

/** A model that is right on 60 of 80 questions, and one that loses 30 of them. */
const rows = Array.from({ length: 80 }, (_, index) => ({
  question: `Number ${index}: <${index < 60 ? "A" : "B"} >${index < 30 ? "A" : "B"}`,
  choices: ["yes", "no"],
  answer: "A",
  category: "facts",
}));

describe("assay run --policy and assay compare --policy", () => {
  const bench = useBench();

  it("decide GO, NO-GO and INCONCLUSIVE with exit codes 0, 1 and 4, in every format", async () => {
    bench.write("model.mjs", MODEL);
    bench.write("quiz.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const models = [
      { id: "base", adapter: "./model.mjs", options: { mark: "<" } },
      { id: "ckpt", adapter: "./model.mjs", options: { mark: ">" } },
    ];
    const formats = "report: { formats: [json, markdown, junit] }";
    bench.write(
      "assay.yaml",
      `suites: [quiz.jsonl]\nmodels: ${JSON.stringify(models)}\nout: run\n${formats}\n`,
    );
    bench.write(
      "policy.yaml",
      "suites:\n  quiz: { tier: critical, maxDrop: 10 }\n  gpqa: { tier: advisory, min: 1 }\n",
    );

    const worse = await bench.assay("run", "--policy", "policy.yaml");
    expect(worse.code).toBe(1);
    expect(worse.stdout).toMatch(
      /NO-GO: broken is quiz: at most 10\.00 percentage points worse \(critical\)/,
    );
    expect(worse.stdout).toMatch(/30 of 80 questions went from right to wrong, 0 from wrong to right/);

    const junit = readFileSync(join(bench.folder, "run/report/junit.xml"), "utf8");
    expect(junit).toMatch(
      /name="policy: ckpt against base" [^>]*tests="3" failures="2" errors="0" skipped="1"/,
    );
    const summary = readFileSync(join(bench.folder, "run/report/summary.md"), "utf8");
    expect(summary).toMatch(/### ckpt against base: ❌ NO-GO/);
    const report: { readonly policies: readonly PolicyResult[] } = JSON.parse(
      readFileSync(join(bench.folder, "run/report/report.json"), "utf8"),
    );
    expect(report.policies[0]).toMatchObject({ schema: "assay.policy/1", outcome: "NO-GO" });

    const better = await bench.json("compare", "run#ckpt", "run#base", "--policy", "policy.yaml");
    expect(better.code).toBe(0);
    expect(better.document).toMatchObject({
      schema: "assay.compare/1",
      policies: [{ base: "ckpt", candidate: "base", outcome: "GO" }],
    });

    bench.write("nemo.yaml", "version: 1\nbenchmarks:\n  quiz: { max_drop: 0.35, tier: critical }\n");
    const open = await bench.assay("compare", "run#base", "run#ckpt", "--policy", "nemo.yaml");
    expect(open.code).toBe(4);
    expect(open.stdout).toMatch(/INCONCLUSIVE: the data cannot decide quiz/);
    const passing = ["--policy", "nemo.yaml", "--inconclusive", "pass"];
    expect((await bench.assay("compare", "run#base", "run#ckpt", ...passing)).code).toBe(0);
  });

  it("refuse before the first call a policy that has nothing to compare with, or wrong keys", async () => {
    bench.write("model.mjs", MODEL);
    bench.write("quiz.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const models = [{ id: "ckpt", adapter: "./model.mjs", options: { mark: ">" } }];
    bench.write("assay.yaml", `suites: [quiz.jsonl]\nmodels: ${JSON.stringify(models)}\nout: run\n`);
    bench.write("policy.yaml", "suites:\n  quiz: { maxDrop: 10 }\n");
    const alone = await bench.assay("run", "--policy", "policy.yaml");
    expect(alone.code).toBe(2);
    expect(alone.stderr).toMatch(/policy\.yaml limits losses, and there is nothing to compare with/);
    bench.write("policy.yaml", "suites:\n  quiz: { maxDorp: 10 }\n");
    const wrong = await bench.assay("run", "--policy", "policy.yaml");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/policy\.yaml:2: unknown key "suites\.quiz\.maxDorp"/);
    expect(wrong.stderr).toMatch(/Did you mean "maxDrop"/);
  });

  it("decide a run that stops early, and take its decision for the policy's", async () => {
    bench.write("model.mjs", MODEL);
    bench.write("quiz.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const models = [
      { id: "base", adapter: "./model.mjs", options: { mark: "<" } },
      { id: "ckpt", adapter: "./model.mjs", options: { mark: ">" } },
    ];
    bench.write(
      "assay.yaml",
      `suites: [quiz.jsonl]\nmodels: ${JSON.stringify(models)}\nout: run\nreport: { formats: [json] }\n`,
    );
    const decide = async (entries: string, ...words: string[]) => {
      bench.write("policy.yaml", `suites:\n${entries}`);
      return bench.assay("run", "--policy", "policy.yaml", "--json", ...words);
    };
    const early = ["--stop-when", "decided"];
    const strict = "  quiz: { tier: critical, maxDrop: 5 }\n  gpqa: { tier: advisory, min: 1 }\n";
    const refused = async (entries: string, ...words: string[]) => {
      const { code, stderr } = await decide(entries, ...words);
      expect(code).toBe(2);
      return stderr.replace(/\s+/g, " ");
    };
    expect(await refused("  quiz: { maxDrop: 5, maxBroken: 3 }\n", ...early)).toMatch(
      /policy\.yaml: maxBroken of quiz is not decided question by question.* advisory or leave them out/,
    );
    expect(await refused("  quiz: { tier: advisory, maxDrop: 5 }\n", ...early)).toContain(
      "nothing to decide",
    );
    expect(await refused(strict, ...early, "--policy-base", "bas")).toMatch(/"bas" is none of .*base/);
    expect(await refused(strict, "--precision", "5")).toContain("Give --stop-when decided");

    type Document = {
      readonly policies: readonly PolicyResult[];
      readonly sequence?: { readonly used: number; readonly aims: readonly object[] };
    };
    const stopped = await decide(strict, ...early);
    expect(stopped.code).toBe(1);
    const { policies, sequence } = JSON.parse(stopped.stdout) as Document;
    expect(sequence?.used).toBeLessThan(80);
    expect(sequence?.aims).toMatchObject([
      { source: "policy", model: "ckpt", against: "base", limit: -5, outcome: "fail" },
    ]);
    const [broken] = policies[0]?.lines ?? [];
    expect(policies[0]).toMatchObject({ outcome: "NO-GO", candidate: "ckpt", base: "base" });
    expect(broken).toMatchObject({ kind: "drop", outcome: "fail", interval: { level: 95 } });
    expect(broken?.message).toContain(`after ${sequence?.used} questions of 80; it is below −5`);

    const whole = await decide(strict, "--stop-when", "never");
    expect(whole.code).toBe(1);
    const [full] = (JSON.parse(whole.stdout) as Document).policies[0]?.lines ?? [];
    expect(full?.message).toContain("over 80 questions");

    const held = await decide("  quiz: { min: 5 }\n", ...early, "--out", "held", "--policy-base", "base");
    expect(held.code).toBe(0);
    expect((JSON.parse(held.stdout) as Document).policies[0]).toMatchObject({
      outcome: "GO",
      lines: [{ kind: "floor", outcome: "pass", limit: 5 }],
    });
  });
});
