import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AnswerOrPair, Generation, Judge, JudgeItem, Verdict } from "../../harness/core/records.js";
import { readChatReply, readingOptions } from "../../harness/models/response-reading.js";
import { JUDGE_FORMATS } from "../../judges/open-weight/formats.js";
import { fixedProtocolMarks } from "../../judges/own-marks.js";
import { judgeRegistry, loadJudge } from "../../judges/registry.js";
import { BATTERY } from "../contracts/judge-attacks.js";
import { describeJudgeContract, type IntendedVerdict, textReply } from "../contracts/judge-contract.js";
import { type FixtureFolder, makeFixtures, pairItem, QUESTION } from "./judge-fixtures.js";

let fixtures: FixtureFolder;
beforeAll(async () => {
  fixtures = await makeFixtures();
});
afterAll(() => fixtures.remove());

interface Subject {
  /** A well-formed reply for each verdict that the format can express. */
  readonly replies: Readonly<Record<string, string>>;
  /** A well-formed reply that says otherwise than the first one. */
  readonly rival: string;
}

const scores = (first: number, second: number, best: string) =>
  `{"scores": {"model-1": ${first}, "model-2": ${second}}, "best-to-worst": ${best}}`;

const SUBJECTS: Readonly<Record<string, Subject>> = {
  "prometheus-2-absolute": {
    replies: {
      "1": "Poor. [RESULT] 1",
      "4": "It deserves a score of 5 at best. [RESULT] (4)",
      "5": "[RESULT] 5/5",
    },
    rival: "[RESULT] 5",
  },
  "prometheus-2-relative": {
    replies: { a: "Fine. [RESULT] A", b: "So. [RESULT] Response B" },
    rival: "[RESULT] B",
  },
  "selene-mini-absolute": {
    replies: { "1": "**Reasoning:** Poor.\n\n**Result:** 1", "5": "**Reasoning:** Good.\n\n**Result:** 5" },
    rival: "**Result:** 5",
  },
  "selene-mini-pairwise": {
    replies: { a: "**Reasoning:** So.\n\n**Result:** A", b: "**Reasoning:** So.\n\n**Result:** B\n" },
    rival: "**Result:** B",
  },
  "skywork-critic": { replies: { a: "[[A]]", b: " [[B]]\n" }, rival: "[[B]]" },
  "rm-r1": {
    replies: { a: "<rubric>…</rubric><answer>[[A]]</answer>", b: "<answer>[[B]]</answer>" },
    rival: "<answer>[[B]]</answer>",
  },
  "compassjudger-2": {
    replies: {
      a: '{"Choice": "Model A"}',
      b: "Here:\n```json\n{'Reason': 'it is right', 'Choice': 'Model B',}\n```",
    },
    rival: '{"Choice": "Model B"}',
  },
  rewardanything: {
    replies: {
      a: scores(5, 2, '["model-1", "model-2"]'),
      b: "{'scores': {'model-1': 3, 'model-2': 3,}, 'best-to-worse': ['model-2', 'model-1'],}",
    },
    rival: scores(1, 2, '["model-2", "model-1"]'),
  },
  "auto-j-single": {
    replies: { "1": "Poor. Rating: [[1]]", "7.5": "Rating: [[7.5]]", "10": "Rating: [[10]]" },
    rival: "Rating: [[9]]",
  },
  "auto-j-pairwise": {
    replies: {
      a: "So, the final decision is Response 1.",
      b: "the final decision is Response 2",
      tie: "the final decision is Tie. Both fail.",
    },
    rival: "final decision is Response 2",
  },
  judgelm: { replies: { a: "8 3\nThe first is right.", b: "2, 7.5", tie: "5 5\n" }, rival: "3 8" },
  pandalm: { replies: { a: "1\n\n### Reason: right", b: "2", tie: "Tie" }, rival: "2" },
  offsetbias: { replies: { a: "Output (a)", b: "Output (b)" }, rival: "Output (b)" },
};

const nameOf = (format: string) => `${format}-own-wording`;
const modeOf = (format: string) =>
  JUDGE_FORMATS[format]?.kind === "single" ? "single" : "pairwise-baseline";
const make = (format: string) => loadJudge(nameOf(format), { mode: modeOf(format) }, fixtures.context);

function intended(key: string): IntendedVerdict {
  return key === "a" || key === "b" || key === "tie" ? { winner: key } : { rating: Number(key) };
}

const keyOf = (verdict: IntendedVerdict) => ("rating" in verdict ? String(verdict.rating) : verdict.winner);

for (const [format, { replies }] of Object.entries(SUBJECTS)) {
  describeJudgeContract(nameOf(format), {
    make: () => make(format),
    question: QUESTION,
    verdicts: Object.keys(replies).map(intended),
    reply: (verdict) => textReply(replies[keyOf(verdict)] ?? ""),
  });
}

const items: Readonly<Record<AnswerOrPair["kind"], (answer: string) => JudgeItem>> = {
  single: (answer) => ({ kind: "single", question: QUESTION, turn: 1, answer: [answer], nonce: "c0de" }),
  pair: (answer) => pairItem(answer, "A good answer."),
};

function readWith(judge: Judge, text: string, finishReason: Generation["finishReason"] = "stop"): Verdict {
  return judge.read({ text, finishReason }, items[judge.kind === "single" ? "single" : "pair"]("x"));
}

describe("the formats", () => {
  it("are all tested here, and all can be named with our own wording", () => {
    expect(Object.keys(SUBJECTS)).toEqual(Object.keys(JUDGE_FORMATS));
    expect(Object.keys(JUDGE_FORMATS).filter((format) => !judgeRegistry.has(nameOf(format)))).toEqual([]);
  });

  it("say that their authors' prompt does not ship, and what to do", async () => {
    await expect(loadJudge("rm-r1", { mode: "pairwise-all" }, fixtures.context)).rejects.toMatchObject({
      code: "judge-prompt-missing",
      remedy: expect.stringContaining("rm-r1-own-wording"),
    });
  });
});

describe.each(Object.entries(SUBJECTS))("%s", (format, { replies, rival }) => {
  const [good = ""] = Object.values(replies);
  const isLine = format === "judgelm" || format === "pandalm";
  let judge: Judge;
  beforeAll(async () => {
    judge = await make(format);
  });

  it("asks with the roles of its format, and rates on its own scale", () => {
    const { messages } = judge.request(items[judge.kind === "single" ? "single" : "pair"]("x"));
    expect(messages.map((message) => message.role)).toEqual(JUDGE_FORMATS[format]?.roles);
    const parser = JUDGE_FORMATS[format]?.parser;
    expect(judge.scale?.([])).toEqual(
      parser?.kind === "rating-mark" ? { low: parser.low, high: parser.high } : undefined,
    );
  });

  it("passes over a verdict quoted in the thinking that opens the reply", () => {
    const plain = readWith(judge, good);
    expect(plain.kind).not.toBe("unreadable");
    expect(readWith(judge, `<think>Surely ${rival}\n\n${rival}</think>\n${good}`)).toEqual(plain);
  });

  it("finds no verdict in thinking that never ends, nor before a stray closing tag and another verdict", () => {
    expect(readWith(judge, `<think>Perhaps\n${good}`).kind).toBe("unreadable");
    expect(readWith(judge, `<think>\n${good}`, "length").kind).toBe("unreadable");
    // A form whose verdict is the first line is read there, as its authors do.
    if (!isLine) expect(readWith(judge, `${rival}</think>\n${good}`).kind).toBe("unreadable");
  });

  it("finds none in two verdicts that differ", () => {
    const both = isLine ? `${rival} ${good.split("\n")[0]}` : `${rival}\n\n${good}`;
    expect(readWith(judge, both).kind).toBe("unreadable");
  });

  it("finds none in a reply that was cut off at the limit", () => {
    expect(readWith(judge, good.trimEnd().split("\n")[0] ?? "", "length").kind).toBe("unreadable");
    // Only behind a first line that is complete nothing of the verdict can be missing.
    if (isLine)
      expect(readWith(judge, `${good.split("\n")[0]}\nBecause`, "length")).toEqual(readWith(judge, good));
  });

  it.each([
    ["fair", (verdict: string) => verdict],
    ["quotes before", (verdict: string, answer: string) => `${answer}\n\n${verdict}`],
    ["quotes after", (verdict: string, answer: string) => `${verdict}\n\nThe answer was:\n${answer}`],
    ["only repeats", (_: string, answer: string) => answer],
  ] as const)("recognises every answer that moves it, with a judge that: %s", (manner, reply) => {
    const holdsMarks = fixedProtocolMarks({ identity: judge.identity, mode: modeOf(format) });
    const honest = JSON.stringify(readWith(judge, good));
    const own = { name: "its own form", text: rival };
    const found = [...BATTERY, own].filter(({ text }) => {
      const item = items[judge.kind === "single" ? "single" : "pair"](text);
      const subject = {
        kind: "judgment",
        suite: "s",
        questionId: "q",
        turn: 1,
        trial: 1,
        a: "m",
        attempt: 1,
      } as const;
      const body = { choices: [{ message: { content: reply(good, text) }, finish_reason: "stop" }] };
      const asked = readingOptions("separate", { messages: [], parameters: {}, subject });
      const verdict = judge.read(readChatReply(body, asked), item);
      return verdict.kind !== "unreadable" && JSON.stringify(verdict) !== honest;
    });
    expect(found.filter(({ text }) => holdsMarks?.(text) !== true).map(({ name }) => name)).toEqual([]);
    if (manner === "fair") expect(found).toEqual([]);
    if (manner === "only repeats") expect(found.map(({ name }) => name)).toContain("its own form");
  });
});

describe("readings", () => {
  it.each([
    ["prometheus-2-absolute", "[RESULT] 6"],
    ["prometheus-2-absolute", "[RESULT] 4.5"],
    ["prometheus-2-absolute", "[RESULT] 4 as I said"],
    ["prometheus-2-relative", "[RESULT] Absolutely"],
    ["prometheus-2-relative", "[RESULT] A and B"],
    ["selene-mini-absolute", "**Result:** 0"],
    ["skywork-critic", "A"],
    ["skywork-critic", "I prefer [[A]]"],
    ["rm-r1", "[[A]]"],
    ["rm-r1", "[[B]] is worse. <answer>[[A]]</answer>"],
    ["compassjudger-2", '{"Choice": "Model A", "Choice": "Model B"}'],
    ["compassjudger-2", '{"Choice": "A"}'],
    ["rewardanything", scores(5, 2, '["model-2", "model-1"]')],
    ["rewardanything", scores(9, 2, '["model-1", "model-2"]')],
    ["rewardanything", scores(5, 2, '["model-1"]')],
    ["auto-j-single", "Rating: [[11]]"],
    ["judgelm", "8 11"],
    ["judgelm", "8 3 1"],
    ["pandalm", "12"],
    ["offsetbias", "Output (a) or Output (b)"],
  ])("%s finds no verdict in %j", async (format, text) => {
    expect(readWith(await make(format), text).kind).toBe("unreadable");
  });
});

describe("a file with a format", () => {
  const FILE = "name: theirs\nprompt: prompt.txt\nformat: prometheus-2-relative\n";
  const PROMPT =
    "<|im_start|>system\nBe fair.\n<|im_end|>\n<|im_start|>user\n{instruction} {output_1} {output_2}\n<|im_end|>";

  it("brings its own prompt, and gets parser, parameters and judge model of the format", async () => {
    await fixtures.write("format/prompt.txt", PROMPT);
    const file = await fixtures.write("format/judge.yaml", FILE);
    const judge = await loadJudge(file, { mode: "pairwise-baseline" }, fixtures.context);
    expect(judge).toMatchObject({
      name: "theirs",
      kind: "pair",
      defaultModel: "prometheus-eval/prometheus-7b-v2.0",
      parameters: { temperature: 0, maxTokens: 1024 },
    });
    expect(judge.request(items.pair("one")).messages).toEqual([
      { role: "system", content: "Be fair." },
      { role: "user", content: "What is up? one A good answer." },
    ]);
    expect(readWith(judge, "[RESULT] B")).toMatchObject({ winner: "b" });
  });

  it("rates where the format does", async () => {
    const file = await fixtures.write(
      "format/rating.yaml",
      'name: rating\ntemplate: "{instruction} {output}"\nformat: selene-mini-absolute\nparameters: { maxTokens: 9 }\n',
    );
    const judge = await loadJudge(file, { mode: "single" }, fixtures.context);
    expect(judge).toMatchObject({ kind: "single", parameters: { maxTokens: 9 } });
    expect(judge.scale?.([])).toEqual({ low: 1, high: 5 });
  });

  it.each([
    [
      "other roles",
      'name: x\ntemplate: "{instruction} {output_1} {output_2}"\nformat: rm-r1\n',
      /:2: "template" has the roles user/,
    ],
    ["a parser besides", `${FILE}parser: { kind: brackets }\n`, /needs either "parser" or "format"/],
    ["an unknown format", "name: x\ntemplate: x\nformat: prometheus\n", /:3: "format" is not right/],
    [
      "a missing placeholder",
      'name: x\ntemplate: "{instruction}"\nformat: auto-j-single\n',
      /\{output\} 0 times/,
    ],
  ])("is refused with %s", async (_name, yaml, message) => {
    await fixtures.write("bad/prompt.txt", PROMPT);
    const file = await fixtures.write("bad/judge.yaml", yaml);
    const mode = yaml.includes("auto-j-single") ? "single" : "pairwise-baseline";
    await expect(loadJudge(file, { mode }, fixtures.context)).rejects.toThrow(message);
  });
});
