import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readManifest } from "../../harness/store/run-folder.js";

const dir = { path: mkdtempSync(join(tmpdir(), "assay-manifest-")) };
afterAll(() => rmSync(dir.path, { recursive: true }));
const OLDEST = "test/fixtures/run-0.1.0";

/** Keys without which nothing that is shown would be wrong: a list or count that is empty, or that may be absent. */
const OPTIONAL = ["finishedAt", "seed", "failures", "recordedSamples", "judge", "whole"];
const COUNTED = ["endpointModels", "systemFingerprints", "droppedParameters"];

function without(path: readonly (string | number)[]): void {
  cpSync(OLDEST, dir.path, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(OLDEST, "run.json"), "utf8"));
  let owner = manifest;
  for (const key of path.slice(0, -1)) owner = owner[key];
  delete owner[path.at(-1) ?? ""];
  writeFileSync(join(dir.path, "run.json"), JSON.stringify(manifest));
}

test("a manifest without a field that the stages read is refused by the field's name", () => {
  const whole = JSON.parse(readFileSync(join(OLDEST, "run.json"), "utf8"));
  const top = Object.keys(whole).filter((key) => key !== "schema" && !OPTIONAL.includes(key));
  const paths = [
    ...top.map((key) => [key]),
    ...["suites", "models", "judgeModels", "protocols", "totals"].flatMap((list) => [[list, 0, "id"]]),
    ...["judgeModel", "metric", "subjects", "identity", "assets"].map((key) => ["protocols", 0, key]),
    ["models", 0, "identity"],
    ["suites", 0, "assets"],
    ["totals", 0, "usage"],
    ["totals", 0, "costUsd"],
  ].filter(([list, , key]) => list !== "totals" || key !== "id");
  for (const path of paths) {
    without(path);
    const name = path.length === 1 ? path[0] : `${path[0]}[0].${path[2]}`;
    expect(() => readManifest(dir.path), String(name)).toThrow(
      `lacks parts of a run's manifest: "${name}" is missing`,
    );
  }
});

test("a manifest without counts of what happened reads as if nothing had", () => {
  without(["failures"]);
  expect(readManifest(dir.path).failures).toEqual([]);
  for (const list of ["models", "judgeModels"] as const) {
    for (const key of COUNTED) {
      without([list, 0, key]);
      const [model] = readManifest(dir.path)[list];
      expect(model).toMatchObject({ [key]: key === "droppedParameters" ? [] : {} });
    }
  }
});
