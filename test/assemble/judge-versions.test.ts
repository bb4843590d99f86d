import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageFile } from "../../harness/core/package-files.js";
import { defaultServices, run } from "../../harness/index.js";

const recorded = (...parts: string[]) => packageFile("suites", "data", "quickstart", ...parts);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-versions-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The recorded evaluation under a judge's protocol. */
function evaluate(out: string, protocol: string) {
  const path = recorded("verdicts", "single.jsonl");
  return run(
    {
      suites: ["quickstart"],
      models: [{ id: "sample-small", adapter: "replay", path: recorded("answers", "sample-small.jsonl") }],
      judges: [{ id: "sample-judge", protocol, adapter: "replay", path }],
      out: join(folder, out),
    },
    { services: { ...defaultServices(), environment: {} } },
  );
}

describe("a folder that was begun under an earlier version of a judge", () => {
  it("goes on under that version, with nothing judged twice", async () => {
    const first = await evaluate("old", "assay@1");
    expect(first.manifest.judgments).toMatchObject({ judged: 24 * 2, unreadable: 0 });
    const again = await evaluate("old", "assay");
    expect(again.manifest.protocols.map(({ id }) => id)).toEqual(
      first.manifest.protocols.map(({ id }) => id),
    );
    expect(again.manifest.judgments).toEqual(first.manifest.judgments);
    expect(again.scores).toEqual(first.scores);
  });

  it("is not what a new folder is judged under", async () => {
    const [first, second] = [await evaluate("one", "assay@1"), await evaluate("two", "assay@2")];
    const ids = [first, second].map(({ manifest }) => manifest.protocols[0]?.id);
    expect(ids[0]).not.toBe(ids[1]);
    // The recorded replies carry no code, so none of them is a verdict.
    const { judged, unreadable } = second.manifest.judgments;
    expect([judged, unreadable > 0]).toEqual([0, true]);
  });
});
