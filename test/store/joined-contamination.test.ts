import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { joinContamination } from "../../harness/store/joined-contamination.js";
import { sampleSuite, temporaryFolder } from "../pipeline/sample-plan.js";

const suite = sampleSuite(3);
const ids = suite.questions.map(({ id }) => id);

/** A run folder that keeps a scan of these questions. */
function scanned(at: string, questions: readonly string[], files = 1): string {
  const run = join(temporaryFolder(), "run");
  mkdirSync(run);
  const item = { suite: suite.id, contaminated: true, methods: [], passages: [] };
  const scan = {
    ...{ schema: "assay.contamination/1", at, found: {}, methods: ["ngram-13"], scores: [{ run: at }] },
    suites: [{ suite: suite.id, hash: suite.hash, questions: questions.length }],
    corpus: { files, uncompressedBytes: 10 },
    items: questions.map((id) => ({ ...item, id })),
  };
  writeFileSync(join(run, "contamination.json"), JSON.stringify(scan));
  return run;
}

const dropped = { warnings: [expect.objectContaining({ code: "contamination-dropped" })] };

test("the scan that the merged runs share is kept, with the scores of each", () => {
  const runs = [scanned("2026-11-02", ids), temporaryFolder(), scanned("2026-11-01", ids)];
  expect(joinContamination(runs, [suite])).toMatchObject({
    scan: { at: "2026-11-02", scores: [{ run: "2026-11-02" }, { run: "2026-11-01" }] },
    warnings: [],
  });
  expect(joinContamination([temporaryFolder()], [suite])).toEqual({ warnings: [] });
});

test("scans of two corpora, or of a part of the questions, are left out with a word", () => {
  expect(joinContamination([scanned("1", ids), scanned("2", ids, 2)], [suite])).toEqual(dropped);
  expect(joinContamination([scanned("1", ids.slice(1))], [suite])).toEqual(dropped);
});
