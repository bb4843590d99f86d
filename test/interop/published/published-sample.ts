import { join } from "node:path";
import { createPlan } from "../../../harness/pipeline/plan.js";
import {
  runSample,
  sampleJudge,
  sampleModel,
  samplePairJudge,
  sampleSuite,
  temporaryFolder,
} from "../../pipeline/sample-plan.js";

const runs = new Map<number, Promise<string>>();

/** The run of {@link makeRun}, made once: exports only read it. */
export function publishedSample(trials = 1): Promise<string> {
  const known = runs.get(trials) ?? makeRun(trials);
  runs.set(trials, known);
  return known;
}

/** A run of eight questions with two turns: ratings by two judges, and pairs in both orders; some verdicts are lost. */
async function makeRun(trials: number): Promise<string> {
  const run = join(temporaryFolder(), "run");
  const suite = sampleSuite(8);
  const hostile = 'org "x"/../\u001b[31mm: {a}\n- b';
  const models = [
    sampleModel("good", () => "a fine answer \ud800"),
    sampleModel(hostile, () => "poor\u001b[2J"),
  ];
  const rate = (good: number) =>
    sampleModel(`judge-${good}`, ({ subject, messages }) => {
      if (subject.kind !== "judgment") return "";
      const isGood = messages[0]?.content.includes("fine") === true;
      if (subject.questionId === "q3" && subject.turn === 2) return "no verdict";
      return `=${isGood ? good - (Number(subject.questionId.slice(1)) % 3) : 3 + subject.turn}`;
    });
  const pairs = sampleModel("pair-judge", ({ messages, subject }) => {
    if (subject.kind === "judgment" && subject.questionId === "q5") return "A";
    return messages[0]?.content.startsWith("a fine") === true ? "A" : "B";
  });
  const binding = { suite: suite.id, judge: sampleJudge, mode: "single" } as const;
  const judges = [
    { ...binding, model: rate(9) },
    { ...binding, model: rate(8) },
    { suite: suite.id, judge: samplePairJudge, model: pairs, mode: "pairwise-all" } as const,
  ];
  await runSample(run, createPlan({ suites: [suite], models, judges, trials }));
  return run;
}
