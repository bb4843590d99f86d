import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Board, Scores } from "../../harness/core/board.js";
import { defaultServices, type RunResult, readManifest, run, score } from "../../harness/index.js";
import { startServer, type TestServer } from "../server/server.js";

/**
 * A folder that version 0.1.0 wrote: three questions of `quickstart`, two models (one of which was refused an answer), a
 * judge that rates and compares in both orders under assay's protocol and was unreadable once. Its server was a script.
 */
const written = join(import.meta.dirname, "../fixtures/run-0.1.0");
const scores: Scores = JSON.parse(readFileSync(join(written, "scores.json"), "utf8"));

let folder: string;
let server: TestServer;
let resumed: RunResult;

/** Records of a folder, by file, to the byte. */
function recordsOf(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".jsonl"),
  );
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(path, name), "utf8")]));
}

/** Figures of a board whose formulas have not changed since: intervals have. */
function figuresOf(board: Board) {
  return board.models.map((row) => {
    const { model, n, questions, missing, invalid, averageLength } = row;
    const common = { model, n, questions, missing, invalid, averageLength };
    if ("score" in row) return { ...common, score: row.score, standardError: row.standardError };
    if ("draws" in row) throw new Error("the folder holds no preferences");
    const { wins, losses, ties, winRate, winRateAdjusted, positionConsistency, errors } = row;
    return { ...common, wins, losses, ties, winRate, winRateAdjusted, positionConsistency, errors };
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "assay-earlier-"));
  const out = join(folder, "run");
  cpSync(written, out, { recursive: true });
  server = await startServer();
  const { models, judges } = { models: ["small", "large"], judges: ["single", "pairwise-all"] as const };
  resumed = await run(
    {
      suites: ["quickstart"],
      questions: ["a80-writing-03", "a80-roleplay-01", "a80-math-03"],
      models,
      baseUrl: server.baseUrl,
      judges: judges.map((mode) => ({ id: "judge", model: "judge", protocol: "assay", mode })),
      out,
      cache: false,
      report: { formats: [] },
    },
    { services: { ...defaultServices(), environment: { OPENAI_API_KEY: "none" } } },
  );
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("a run folder of version 0.1.0", () => {
  it("is resumed with no call repeated and no record touched", () => {
    expect(server.counts.calls).toBe(0);
    expect(recordsOf(join(folder, "run"))).toEqual(recordsOf(written));
    expect(Object.keys(recordsOf(written))).toHaveLength(5);
  });

  it("keeps its protocols and its counts", () => {
    const before = readManifest(written);
    expect(before.tool.version).toBe("0.1.0");
    expect(resumed.manifest.protocols.map(({ id }) => id)).toEqual(before.protocols.map(({ id }) => id));
    expect(resumed.manifest.judgments).toMatchObject({ judged: 17, unreadable: 1 });
    expect(resumed.manifest.startedAt).toBe(before.startedAt);
  });

  it("has the scores that it had", async () => {
    const figures = scores.boards.map(figuresOf);
    expect(figures).toMatchObject([
      [{ missing: 0, invalid: 1 }, { missing: 2 }],
      [{ n: 4 }, { n: 4 }],
    ]);
    expect(resumed.scores.boards.map(figuresOf)).toEqual(figures);
    expect((await score(written)).boards.map(figuresOf)).toEqual(figures);
  });

  it("has every key of its boards still, with the field's words beside them", () => {
    const keysOf = (value: object) => Object.keys(value).sort();
    resumed.scores.boards.forEach((board, index) => {
      const before = scores.boards[index];
      expect(keysOf(board)).toEqual(expect.arrayContaining(keysOf(before ?? {})));
      expect([board.judgeModel, board.judgeProtocol]).toEqual([before?.judge, before?.protocol]);
      board.models.forEach((row, place) => {
        expect(keysOf(row)).toEqual(expect.arrayContaining(keysOf(before?.models[place] ?? {})));
        expect(row.unreadable).toBe(before?.models[place]?.invalid);
      });
    });
  });
});
