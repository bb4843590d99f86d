import { describe, expect, it } from "vitest";
import type { Generation, Verdict } from "../../harness/core/records.js";
import type { PreferenceParser } from "../../judges/preference-parser.js";
import { parsePythonLiteral } from "../../judges/python-literal.js";
import { readPreference } from "../../judges/read-preference.js";
import { preferenceFromSamples } from "../../judges/sampled-judge.js";
import { preference, unreadable, visibleText } from "../../judges/verdicts.js";
import { logprobReply } from "./judge-fixtures.js";

function outcome(verdict: Verdict): number | string {
  return verdict.kind === "preference" ? verdict.weightB : verdict.kind;
}

function read(parser: PreferenceParser, text: string, compat = false): number | string {
  return outcome(readPreference(parser, { text, finishReason: "stop" }, { compat, version: 2 }));
}

describe("a ranking", () => {
  const parser: PreferenceParser = { kind: "ranking", first: "model_1", second: "model_2" };
  const ranks = (first: unknown, second: unknown) =>
    `[{'model': 'model_1', 'rank': ${first}}, {'model': 'model_2', 'rank': ${second}}]`;

  it("is the rank of the first slot, as alpaca_eval's ranking_parser has it", () => {
    expect(read(parser, ranks(1, 2))).toBe(0);
    expect(read(parser, ranks(2, 1))).toBe(1);
    expect(read(parser, ranks(3, 1))).toBe("unreadable");
    expect(read(parser, "[{'model': 'model_2', 'rank': 1}, {'model': 'model_1', 'rank': 2}]")).toBe(1);
    expect(read(parser, '  [{"model": "model_1", "rank": 1.0}, {"model": "model_2", "rank": 2},]\n')).toBe(0);
  });

  it("that contradicts itself is unreadable, unless compat", () => {
    expect(read(parser, ranks(1, 1))).toBe("unreadable");
    expect(read(parser, ranks(1, 1), true)).toBe(0);
    const twice = "[{'model': 'model_1', 'rank': 2}, {'model': 'model_1', 'rank': 1}]";
    expect(read(parser, twice)).toBe("unreadable");
    expect(read(parser, twice, true)).toBe(1);
  });

  it("has to be the whole reply", () => {
    for (const text of [
      `Here: ${ranks(1, 2)}`,
      `\`\`\`python\n${ranks(1, 2)}\n\`\`\``,
      "{}",
      "model_1",
      "1",
    ]) {
      expect(read(parser, text)).toBe("unreadable");
    }
  });
});

describe("Python literals", () => {
  it.each([
    ["[1, -2.5, 1e3, .5, 7.]", [1, -2.5, 1000, 0.5, 7]],
    ["(1, 'a')", [1, "a"]],
    ["('a')", "a"],
    ["('a',)", ["a"]],
    ["()", []],
    ["[True, False, None]", [true, false, null]],
    [String.raw`'it\'s \x41 \u00e9 \n \d \101'`, "it's A é \n \\d A"],
    ["'''one\ntwo''' \"three\"", "one\ntwothree"],
    ["[1, # first\n 2]", [1, 2]],
  ])("%s", (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });

  it("may be dictionaries", () => {
    expect(parsePythonLiteral("{'a': {1: 'b'}}")).toEqual(new Map([["a", new Map([[1, "b"]])]]));
  });

  it.each([
    "",
    "[1",
    "[1 2]",
    "{1}",
    "'a",
    "'a\nb'",
    "__import__('os')",
    "1 + 1",
    "01",
    "[,]",
    "\\",
    "'\\u12'",
    "[".repeat(60),
  ])("are not %j", (text) => {
    expect(() => parsePythonLiteral(text)).toThrow(SyntaxError);
  });
});

describe("log-probabilities", () => {
  const parser: PreferenceParser = { kind: "logprobs", first: "m", second: "M", position: 0, binary: false };
  const weigh = (top: Readonly<Record<string, number>>, over: PreferenceParser = parser) =>
    outcome(readPreference(over, logprobReply(top), { compat: false, version: 2 }));

  it("weigh the two exact tokens against each other and nothing else", () => {
    expect(weigh({ m: Math.log(0.6), M: Math.log(0.2), " m": Math.log(0.1) })).toBeCloseTo(0.25, 12);
    expect(weigh({ m: -0.1, The: -3 })).toBe(0);
    expect(weigh({ M: -0.1, " m": -3 })).toBe(1);
    expect(weigh({ " m": -0.1, "M.": -3 })).toBe("unreadable");
  });

  it("keep their precision where one token is all but certain", () => {
    const weight = weigh({ m: 0, M: -40 });
    expect(weight).toBeCloseTo(Math.exp(-40), 30);
    expect(weight).toBeGreaterThan(0);
  });

  it("may be read as a plain choice, ties going to the second as in alpaca_eval", () => {
    const binary: PreferenceParser = { ...parser, kind: "logprobs", binary: true };
    expect(weigh({ m: -0.1, M: -2 }, binary)).toBe(0);
    expect(weigh({ m: -2, M: -0.1 }, binary)).toBe(1);
    expect(weigh({ m: -1, M: -1 }, binary)).toBe(1);
  });

  it("may stand at another position, counted from either end", () => {
    const generation: Generation = {
      text: "well m",
      finishReason: "stop",
      logprobs: [
        { token: "well", logprob: -1, top: [{ token: "M", logprob: 0 }] },
        { token: "m", logprob: -1, top: [{ token: "m", logprob: 0 }] },
      ],
    };
    const at = (position: number) =>
      outcome(
        readPreference({ ...parser, kind: "logprobs", position }, generation, { compat: false, version: 2 }),
      );
    expect([at(0), at(1), at(-1), at(5)]).toEqual([1, 0, 0, "unreadable"]);
  });

  it("that the endpoint does not give are said to be missing", () => {
    expect(
      readPreference(parser, { text: "m", finishReason: "stop" }, { compat: false, version: 2 }),
    ).toMatchObject({
      kind: "unreadable",
      reason: expect.stringMatching(/no log-probabilities.*--judge-samples/),
    });
  });
});

describe("other replies", () => {
  it("in brackets hold exactly one verdict", () => {
    const parser: PreferenceParser = { kind: "brackets", first: "A", second: "B", tie: "C" };
    expect(read(parser, "so [[A]], as I said [[A]]")).toBe(0);
    expect(read(parser, "[[C]]")).toBe(0.5);
    expect(read(parser, "[[A]] or [[B]]")).toBe("unreadable");
    expect(read(parser, "[[\u200bB]]")).toBe("unreadable");
  });

  it("by patterns match once; an inline flag and a named group are Python's", () => {
    const parser: PreferenceParser = {
      kind: "patterns",
      patterns: [
        { weightB: 0, pattern: "(?i)output \\(a\\)" },
        { weightB: 1, pattern: "(?P<two>Output \\(b\\))" },
        { weightB: 0.5, pattern: "equal" },
      ],
    };
    expect(read(parser, "OUTPUT (A)")).toBe(0);
    expect(read(parser, "Output (b)")).toBe(1);
    expect(read(parser, "equal")).toBe(0.5);
    expect(read(parser, "Output (b), not Output (a)")).toBe("unreadable");
    expect(read(parser, "neither")).toBe("unreadable");
  });

  it("by tool call rank both models in one call", () => {
    const parser: PreferenceParser = {
      kind: "tool-ranking",
      field: "ordered_models",
      first: "m",
      second: "M",
    };
    const call = (list: unknown) => ({ name: "rank", arguments: JSON.stringify({ ordered_models: list }) });
    const calls = (...toolCalls: { name: string; arguments: string }[]) =>
      outcome(
        readPreference(
          parser,
          { text: "", finishReason: "tool-calls", toolCalls },
          { compat: false, version: 2 },
        ),
      );
    const best = [
      { model: "M", rank: 1 },
      { model: "m", rank: 2 },
    ];
    expect(calls(call(best))).toBe(1);
    expect(calls(call(best), call(best))).toBe("unreadable");
    expect(calls({ name: "rank", arguments: "{" })).toBe("unreadable");
    expect(calls(call("m"))).toBe("unreadable");
    expect(read(parser, JSON.stringify({ ordered_models: best }))).toBe(1);
  });
});

describe("a preference from samples", () => {
  it("is the mean of the usable weights", () => {
    const verdicts = [preference(1), preference(1), preference(0), unreadable("x")];
    expect(outcome(preferenceFromSamples(verdicts))).toBeCloseTo(2 / 3, 12);
    expect(preferenceFromSamples([preference(0), preference(1)])).toEqual(preference(0.5));
  });

  it("needs half of the samples", () => {
    expect(preferenceFromSamples([preference(1), unreadable("x"), unreadable("y")])).toEqual(
      unreadable("only 1 of 3 samples could be read"),
    );
    expect(preferenceFromSamples([]).kind).toBe("unreadable");
  });
});

describe("visible text", () => {
  it("loses what cannot be seen and nothing else", () => {
    expect(visibleText("a\u200b\u200d\u2060\ufeff\u00adb\u202ec\ufe0f")).toBe("abc");
    expect(visibleText("naïve 日本 🙂\n\t")).toBe("naïve 日本 🙂\n\t");
  });
});
