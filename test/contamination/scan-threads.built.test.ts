import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { corpusFiles } from "../../harness/contamination/corpus-files.js";
import type { FoundPassage } from "../../harness/contamination/findings.js";
import { scanCorpus } from "../../harness/contamination/scan-corpus.js";
import { SCAN_FILE } from "../../harness/contamination/scan-threads.js";
import { type SuitePart, suiteIndex } from "../../harness/contamination/suite-index.js";
import { packageFile } from "../../harness/core/package-files.js";
import { threadsFor } from "../../harness/core/threads.js";

const folder = mkdtempSync(join(tmpdir(), "assay-threads-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PAGES = ["statistics.md", "judges.md", "contamination.md", "interchange.md"];
const docs = PAGES.map((page) => readFileSync(packageFile("docs", page), "utf8"));
/** Every ninth paragraph of the documentation is a question. */
const parts = docs
  .flatMap((text) => text.split("\n\n"))
  .filter((text, at) => at % 9 === 0 && text.length > 100)
  .map((text, question): SuitePart => ({ question, part: "question", turn: 1, text }));

function writeCorpus(): string[] {
  return docs.map((text, at) => {
    const file = join(folder, at === 3 ? "d.md" : `${at}.jsonl`);
    const lines = text.split("\n\n").map((paragraph) => `${JSON.stringify({ text: paragraph })}\n`);
    writeFileSync(file, at === 3 ? text : lines.join(""));
    return file;
  });
}

test("several threads find what one finds, in the same order, and fail as it does", async () => {
  const index = suiteIndex(parts, { exact: true, near: true });
  const scan = async (paths: readonly string[], workers: number) => {
    const matches: FoundPassage[] = [];
    const { found, corpus } = await scanCorpus(index, corpusFiles(paths).files, {
      methods: new Set(["ngram-13", "ngram-8", "long-match", "near-duplicate"]),
      ...{ fields: [], similarity: 0.5, passages: 2, workers, unitBytes: 3000 },
      onMatch: (match) => matches.push(match),
    });
    return { found, corpus, matches };
  };
  const files = writeCorpus();
  expect(threadsFor(SCAN_FILE, 20, 3)).toBe(3);
  const one = await scan(files, 1);
  expect(one.matches.length).toBeGreaterThan(parts.length);
  expect(one.corpus.files).toBe(4);
  expect(await scan(files, 3)).toEqual(one);

  const bad = join(folder, "bad.txt");
  writeFileSync(bad, Buffer.from([1, 0, 2]));
  const worse = join(folder, "worse.txt");
  writeFileSync(worse, Buffer.from([0xff, 0xfe, 0x20]));
  const failure = { code: "not-text", file: bad, message: `${bad}: is not text` };
  for (const workers of [1, 2])
    await expect(scan([...files, bad, worse], workers)).rejects.toMatchObject(failure);
});
