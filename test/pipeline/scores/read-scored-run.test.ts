import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readScoredRun } from "../../../harness/pipeline/scores/read-scored-run.js";
import { runPaths } from "../../../harness/store/run-folder.js";
import { runSample, sampleModel, sampleSuite, singlePlan, temporaryFolder } from "../sample-plan.js";

test("a run that was killed is read with the counts of its records", async () => {
  const run = temporaryFolder();
  const suite = sampleSuite(2);
  const judge = sampleModel("judge", () => "no verdict");
  await runSample(run, singlePlan(suite, [sampleModel("m")], judge));
  const ended = readScoredRun(run).manifest;
  expect(ended.judgments.unreadable).toBeGreaterThan(0);
  // run.json as it stands from the start of a run to its end.
  const { answers, judgments } = ended;
  const none = (counts: object) =>
    Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, name === "planned" ? value : 0]));
  const killed = {
    ...ended,
    status: "running",
    finishedAt: null,
    totals: [],
    failures: [],
    answers: none(answers),
    judgments: none(judgments),
  };
  writeFileSync(runPaths.manifest(run), JSON.stringify(killed));
  const { manifest } = readScoredRun(run);
  expect([manifest.answers, manifest.judgments, manifest.totals]).toEqual([answers, judgments, ended.totals]);
  expect(manifest.status).toBe("running");
  expect(JSON.parse(readFileSync(runPaths.manifest(run), "utf8"))).toEqual(killed);
});
