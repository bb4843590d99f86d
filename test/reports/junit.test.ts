import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { renderJunit } from "../../reports/junit.js";
import { shortName } from "../../reports/view/text.js";
import { reportView } from "../../reports/view/view.js";
import { GATES, HOSTILE_GATES, HOSTILE_NAMES, hostileInput } from "./hostile-input.js";
import { sampleInput } from "./sample-input.js";

interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Element[];
}

const element: z.ZodType<Element> = z.lazy(() =>
  z.object({
    tag: z.string(),
    attributes: z.record(z.string(), z.string()),
    text: z.string(),
    children: z.array(element),
  }),
);

const PYTHON = ["python3", "python"].find((command) => {
  try {
    execFileSync(command, ["-c", "import xml.etree"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

const PARSER = `
import json, sys, xml.etree.ElementTree as E
def plain(e): return {"tag": e.tag, "attributes": e.attrib, "text": e.text or "", "children": [plain(c) for c in e]}
print(json.dumps(plain(E.fromstring(sys.stdin.buffer.read()))))
`;

function parse(xml: string): Element {
  const out = execFileSync(PYTHON ?? "", ["-c", PARSER], { input: xml, maxBuffer: 1 << 27 });
  return element.parse(JSON.parse(out.toString("utf8")));
}

const SUITE_ATTRIBUTES = {
  id: /^\d+$/,
  name: /\S/,
  package: /\S/,
  hostname: /\S/,
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
  tests: /^\d+$/,
  failures: /^\d+$/,
  errors: /^\d+$/,
  skipped: /^\d+$/,
  time: /^\d+(\.\d+)?$/,
};

/** What Ant's schema (windyroad/JUnit-Schema) and Jenkins's (xunit-plugin, junit-10.xsd) both allow. */
function checkSuite(suite: Element, index: number): void {
  expect(suite.tag).toBe("testsuite");
  expect(Object.keys(suite.attributes).sort()).toEqual(Object.keys(SUITE_ATTRIBUTES).sort());
  for (const [name, pattern] of Object.entries(SUITE_ATTRIBUTES))
    expect(suite.attributes[name]).toMatch(pattern);
  expect(suite.attributes.id).toBe(String(index));
  const [properties, ...rest] = suite.children;
  expect(properties?.tag).toBe("properties");
  expect(rest.slice(-2).map((child) => child.tag)).toEqual(["system-out", "system-err"]);
  const cases = rest.slice(0, -2);
  for (const one of cases) {
    expect(one.tag).toBe("testcase");
    expect(Object.keys(one.attributes).sort()).toEqual(["classname", "name", "time"]);
    expect(one.children.length).toBeLessThanOrEqual(1);
    for (const child of one.children) expect(["failure", "error", "skipped"]).toContain(child.tag);
  }
  const count = (tag: string) => cases.filter((one) => one.children[0]?.tag === tag).length;
  expect(Number(suite.attributes.tests)).toBe(cases.length);
  expect(Number(suite.attributes.failures)).toBe(count("failure"));
  expect(Number(suite.attributes.errors)).toBe(count("error"));
  expect(Number(suite.attributes.skipped)).toBe(count("skipped"));
  const names = cases.map((one) => one.attributes.name);
  expect(new Set(names).size).toBe(names.length);
}

describe.skipIf(PYTHON === undefined)("junit.xml in a real parser (needs Python)", () => {
  const input = sampleInput();
  const root = PYTHON === undefined ? undefined : parse(renderJunit(reportView(input), { gates: GATES }));

  it("keeps to both common schemas", () => {
    expect(root?.tag).toBe("testsuites");
    expect(root?.attributes).toEqual({});
    root?.children.forEach(checkSuite);
    expect(root?.children.map((suite) => suite.attributes.name?.split(",")[0])).toEqual([
      "gates",
      "aurora-7b-ckpt-1200 against aurora-7b-ckpt-800 on mt-bench",
      "MT-Bench",
      "MT-Bench",
      "AlpacaEval",
    ]);
  });

  it("is red for whatever makes the exit code other than 0: an unfinished run, gates that may not be inconclusive", () => {
    const unfinished = "The run is incomplete: 3 answers and 6 verdicts are missing or unreadable.";
    const options = { gates: GATES, unfinished, inconclusiveFails: true };
    const red = parse(renderJunit(reportView(input), options));
    red.children.forEach(checkSuite);
    const [run, gates] = red.children;
    expect(run?.attributes).toMatchObject({ name: "run", tests: "1", errors: "1", failures: "0" });
    expect(run?.children[1]?.children[0]?.attributes.message).toBe(unfinished);
    expect(gates?.attributes).toMatchObject({ failures: "2", skipped: "0" });
    const done = parse(renderJunit(reportView(input), { unfinished: null })).children[0];
    expect(done?.attributes).toMatchObject({ name: "run", tests: "1", errors: "0" });
  });

  it("fails, skips and passes as the gates do", () => {
    const cases = root?.children[0]?.children.filter((child) => child.tag === "testcase") ?? [];
    expect(cases.map((one) => [one.attributes.name, one.children[0]?.tag])).toEqual([
      ["score at least 6.5 (aurora)", undefined],
      ["missing at most 1% (cedar)", "failure"],
      ["score against main (brook, math)", "skipped"],
    ]);
    expect(cases[1]?.children[0]?.attributes.message).toBe("2.5% of the verdicts are missing");
    expect(cases[2]?.children[0]?.attributes.message).toBe("inconclusive: the interval contains −0.20");
  });

  it("has one case per category with its figure", () => {
    const board = root?.children[2];
    const [row] = input.scores.boards[0]?.metric === "rating" ? input.scores.boards[0].models : [];
    const output = board?.children.find((child) => child.tag === "system-out")?.text.split("\n") ?? [];
    for (const [category, part] of Object.entries(row?.categories ?? {})) {
      expect(output.find((line) => line.startsWith(`- ${row?.model}: ${category}: `))).toContain(
        `Score ${part.score?.toFixed(2)}, 95% interval ${part.interval?.low.toFixed(2)} to ${part.interval?.high.toFixed(2)}`,
      );
    }
  });

  it("fails nothing that was not gated", () => {
    const free = input.comparisons.map((one) => ({ ...one, margin: 0, verdict: "fail" as const }));
    const parsed = parse(renderJunit(reportView({ ...input, comparisons: free })));
    expect(parsed.children.map((suite) => suite.attributes.failures)).toEqual(["0", "0", "0", "0"]);
  });

  it("skips what has no figure, with the reason", () => {
    const scores = {
      ...input.scores,
      boards: input.scores.boards.slice(0, 1).map((board) =>
        board.metric === "rating"
          ? {
              ...board,
              models: board.models.map((row) => ({
                ...row,
                score: null,
                interval: null,
                reasons: { score: "no verdicts" },
              })),
            }
          : board,
      ),
    };
    const parsed = parse(renderJunit(reportView({ ...input, scores, comparisons: [] })));
    const [first] = parsed.children[0]?.children.filter((child) => child.tag === "testcase") ?? [];
    expect(first?.children[0]).toMatchObject({ tag: "skipped", attributes: { message: "no verdicts" } });
  });

  it("holds hostile names and messages as text", () => {
    const xml = renderJunit(reportView(hostileInput()), { gates: HOSTILE_GATES });
    const parsed = parse(xml);
    parsed.children.forEach(checkSuite);
    const cases = parsed.children[0]?.children.filter((child) => child.tag === "testcase") ?? [];
    expect(cases).toHaveLength(HOSTILE_NAMES.length);
    HOSTILE_NAMES.forEach((name, index) => {
      expect(cases[index]?.children[0]?.attributes.message).toBe(shortName(name, 4000));
    });
    expect(xml).not.toContain("<![CDATA[");
    expect(xml).not.toMatch(/^\s*::/m);
  });
});
