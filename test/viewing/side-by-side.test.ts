import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../harness/core/clock.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import { ViewedRuns } from "../../harness/viewing/viewed-runs.js";
import {
  runSample,
  sampleJudge,
  sampleModel,
  samplePairJudge,
  sampleSuite,
  temporaryFolder,
} from "../pipeline/sample-plan.js";

const suite = sampleSuite(3);

/** A run in which `m` answers the second question by `word`, and judges see it that way. */
async function run(folder: string, word: string, model = "m"): Promise<void> {
  const candidate = sampleModel(model, ({ messages }) => {
    const asked = messages.at(-1)?.content ?? "";
    return asked.endsWith("2") ? `${word} on ${asked}` : `on ${asked}`;
  });
  const rating = sampleModel("rater", ({ messages }) =>
    messages.at(-1)?.content.includes("good") === true
      ? "=9"
      : messages.at(-1)?.content.includes("odd")
        ? "none"
        : "=5",
  );
  const pair = sampleModel("chooser", ({ messages }) => {
    const [first = "", second = ""] = (messages.at(-1)?.content ?? "").split(" vs ");
    return first.includes("good")
      ? "A"
      : second.includes("good")
        ? "B"
        : first.includes("opponent")
          ? "A"
          : "B";
  });
  const plan = createPlan({
    suites: [suite],
    models: [candidate, sampleModel("opponent", () => "opponent")],
    judges: [
      { suite: suite.id, judge: sampleJudge, model: rating, mode: "single" },
      { suite: suite.id, judge: samplePairJudge, model: pair, mode: "pairwise-all" },
    ],
    trials: 1,
  });
  await runSample(folder, plan);
}

test("two runs side by side: answers that changed, verdicts that flipped, each seen from the compared model", async () => {
  const root = temporaryFolder();
  await run(join(root, "before"), "bad");
  await run(join(root, "after"), "good", "m-2");
  const viewed = new ViewedRuns(
    root,
    systemClock,
    () => ({
      ...{ suites: [], models: [], judges: [], costUsd: 0, recordedSamples: false, figures: [] },
    }),
    (message) => expect(message).toBe(""),
  );
  const rows = await new Promise<readonly { readonly id: string; readonly path: string }[]>((resolve) => {
    viewed.watchList(resolve);
  });
  expect(rows.map(({ path }) => path).sort()).toEqual(["after", "before"]);
  const idOf = (path: string) => rows.find((row) => row.path === path)?.id ?? "";
  const found = await viewed.sideBySide({ id: idOf("before"), model: 0 }, { id: idOf("after"), model: 0 });
  // Two turns and two orders for each question; the other questions' answers are the same, and so are their verdicts.
  expect(found).toMatchObject({
    left: { path: "before", model: "m" },
    right: { path: "after", model: "m-2" },
    answers: { both: 3, changed: 1, onlyOne: 0 },
    verdicts: { both: 18, flipped: 4, up: 6, down: 0, onlyOne: 0 },
    rowsInAll: 3,
  });
  const [first, second] = found?.rows ?? [];
  expect([first?.questionId, first?.answer, second?.answer]).toEqual(["q2", "changed", "same"]);
  expect(first?.verdicts.map(({ left, right, change }) => [left?.value, right?.value, change])).toEqual([
    [5, 9, "moved"],
    [5, 9, "moved"],
    ...Array(4).fill([0, 1, "flipped"]),
  ]);
  // What the page asks for next: the records where they stand, and nothing that is not where a line begins.
  const { file = -1, offset = -1 } = first?.right ?? {};
  const line = await viewed.record(idOf("after"), file, offset);
  expect(JSON.parse(line ?? "").turns[0].text).toBe("good on first 2");
  expect(readFileSync(join(root, "after", "answers", "m-2.jsonl"), "utf8")).toContain(`${line}\n`);
  expect(await viewed.record(idOf("after"), file, offset + 1)).toBeUndefined();
  expect(await viewed.record(idOf("after"), 99, 0)).toBeUndefined();
  expect(await viewed.record("0000000000000000", 0, 0)).toBeUndefined();
  // Two models of one run, and a model that is none.
  const after = idOf("after");
  const own = await viewed.sideBySide({ id: after, model: 1 }, { id: after, model: 0 });
  expect([own?.answers, own?.verdicts.onlyOne]).toEqual([{ both: 3, changed: 3, onlyOne: 0 }, 24]);
  expect(await viewed.sideBySide({ id: after, model: 0 }, { id: after, model: 2 })).toBeUndefined();
  viewed.close();
});
