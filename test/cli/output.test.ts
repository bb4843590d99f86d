import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { writeCommand, writeDocument, writeNote, writeResult } from "../../harness/cli/output.js";

let written = "";

beforeEach(() => {
  written = "";
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => {
      written += text;
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const hostile = "the endpoint said:\n  ::stop-commands::x\n##[error]y \u001b[31m##vso[task.setvariable]z";

test.each([
  ["a result", writeResult],
  ["a note", writeNote],
])("%s holds no line that a CI runner takes for a command", (_, write) => {
  write(hostile);
  // GitHub's runner reads `::` behind blanks, and `##[` anywhere in a line; Azure Pipelines reads `##vso[`.
  expect(written).not.toMatch(/^\s*::|##\[|##vso\[|\u001b/m);
  expect(written.split("\n")).toHaveLength(4);
});

test("a document holds none, and says the same", () => {
  writeDocument({ said: hostile });
  expect(written).not.toMatch(/^\s*::|##\[|##vso\[/m);
  expect(JSON.parse(written)).toEqual({ said: hostile });
});

test("a command of our own stays one", () => {
  writeCommand("::error title=Gate::failed");
  expect(written).toBe("::error title=Gate::failed\n");
});
