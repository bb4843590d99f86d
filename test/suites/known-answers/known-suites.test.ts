import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Suite } from "../../../harness/core/records.js";
import { locateAsset } from "../../../harness/data/locate-asset.js";
import { withoutLetters } from "../../../suites/known-answers/choice-letters.js";
import { loadSuite } from "../../../suites/registry.js";
import type { SuiteContext } from "../../../suites/suite-context.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-known-"));
});
afterAll(() => rm(folder, { recursive: true }));

const noAssets: SuiteContext = { locateAsset: () => Promise.reject(new Error("no asset is needed here")) };

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

const lines = (...rows: unknown[]) => `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
const load = async (name: string, text: string) => loadSuite(await file(name, text), noAssets);
const refusal = (name: string, text: string) =>
  load(name, text).then(
    () => {
      throw new Error("it was not refused");
    },
    (error: Error) => error.message,
  );
const keys = ({ questions }: Suite) =>
  questions.map(({ key }) => (key?.kind === "choice" ? key.right.join("") : key?.accepted.join("/")));

describe("the simple form", () => {
  it("is read from JSON Lines, with the wording in the question", async () => {
    const suite = await load(
      "quiz.jsonl",
      lines(
        { question: "Capital of Italy?", choices: ["Paris", "Rome"], answer: "B", category: "towns" },
        { id: "sum", question: "6 × 7?", answer: 42 },
      ),
    );
    expect(suite).toMatchObject({
      id: "quiz",
      defaultJudge: "answer-key",
      defaultMode: "single",
      categories: ["towns", "general"],
    });
    expect(suite.questions).toEqual([
      {
        id: "towns-1",
        category: "towns",
        turns: [
          'Capital of Italy?\n\nA. Paris\nB. Rome\n\nOne choice is right. End your reply with a line that holds "Answer: " and its letter (A or B), and nothing else.',
        ],
        reference: ["B. Rome"],
        key: { kind: "choice", choices: ["Paris", "Rome"], right: ["B"] },
      },
      {
        id: "sum",
        category: "general",
        turns: [
          '6 × 7?\n\nEnd your reply with a line that holds "Answer: " and the answer itself, and nothing else.',
        ],
        reference: ["42"],
        key: { kind: "text", accepted: ["42"] },
      },
    ]);
  });

  it("is read alike from CSV and YAML", async () => {
    const csv = await load(
      "a.csv",
      'question,A,B,C,answer,category\n"Two, or more?",1,2,3,"A, C",sets\nWho?,x,y,,y,sets\n',
    );
    const yaml = await load(
      "a.yaml",
      "questions:\n  - { question: 'Two, or more?', choices: ['1', '2', '3'], answer: [A, C], category: sets }\n  - { question: Who?, choices: [x, y], answer: B, category: sets }\n",
    );
    expect(csv.questions).toEqual(yaml.questions);
    expect(keys(csv)).toEqual(["AC", "B"]);
    // One of the category has several right choices, so the wording tells of none how many are right.
    expect(csv.questions.every(({ key }) => key?.kind === "choice" && key.several === true)).toBe(true);
  });

  it("refuses rows that cannot be right, with their line", async () => {
    const good = { question: "Q?", choices: ["a", "b"], answer: "A" };
    expect(await refusal("b.jsonl", lines(good, { ...good, answer: "C" }))).toMatch(
      /b\.jsonl:2.*"C".*none of its 2 choices/,
    );
    expect(await refusal("c.jsonl", lines({ ...good, choices: ["a", "a"] }))).toMatch(
      /c\.jsonl:1.*"a" twice/,
    );
    expect(await refusal("d.jsonl", lines({ question: "Q?" }))).toMatch(/d\.jsonl:1/);
    expect(await refusal("e.jsonl", lines({ ...good, id: "x" }, { ...good, id: "x" }))).toMatch(
      /e\.jsonl:2.*repeats the id/,
    );
    expect(await refusal("f.csv", "question,answer\nQ?\n,b\n")).toMatch(/f\.csv:2/);
    expect(await refusal("g.jsonl", lines({ ...good, anwser: "A" }))).toMatch(/g\.jsonl:1.*anwser/);
  });
});

describe("few-shot", () => {
  const row = (n: number, category: string) => ({ question: `${category} ${n}?`, answer: n, category });

  it("draws examples of the question's category from another file, by the seed", async () => {
    await file("dev.jsonl", lines(...[1, 2, 3, 4].flatMap((n) => [row(n, "x"), row(n, "y")])));
    const head = (seed: number) =>
      `shots: 2\nseed: ${seed}\nexamples: dev.jsonl\nquestions:\n  - { question: 'x 9?', answer: 9, category: x }\n`;
    const [first, again, other] = await Promise.all(
      [1, 1, 5].map((seed, index) => load(`few${index}.yaml`, head(seed))),
    );
    const [asked = ""] = first?.questions[0]?.turns ?? [];
    expect(asked.match(/^x \d\?$/gm)).toHaveLength(3);
    expect(asked).not.toMatch(/^y /m);
    expect(asked).toMatch(
      /^Questions of the same kind with their right answers:\n\nx (\d)\?\n\nAnswer: \1\n/,
    );
    expect(again?.hash).toBe(first?.hash);
    expect(other?.hash).not.toBe(first?.hash);
  });

  it("never shows a question itself, and says where examples are too few", async () => {
    const suite = await load(
      "own.yaml",
      `shots: 2\nquestions: ${JSON.stringify([1, 2, 3].map((n) => row(n, "x")))}\n`,
    );
    for (const { turns } of suite.questions)
      expect(new Set(turns[0]?.match(/^x \d\?$/gm))).toHaveProperty("size", 3);
    expect(
      await refusal(
        "few.yaml",
        `shots: 3\nquestions: ${JSON.stringify([1, 2, 3].map((n) => row(n, "x")))}\n`,
      ),
    ).toMatch(/3 examples for each question.*has 2/);
  });
});

describe("files as their publishers lay them out", () => {
  const of = async (layout: string, name: string, text: string) => {
    await file(`${layout}/${name}`, text);
    return load(`${layout}.yaml`, `layout: ${layout}\nfiles: ${layout}\n`);
  };

  it("ARC, with letters or digits as keys", async () => {
    const question = (labels: string[]) => ({
      stem: "Why?",
      choices: labels.map((label) => ({ text: `because ${label}`, label })),
    });
    const suite = await of(
      "arc",
      "ARC-Easy-Test.jsonl",
      lines(
        { id: "a", question: question(["A", "B", "C"]), answerKey: "C" },
        { id: "b", question: question(["1", "2"]), answerKey: "2" },
      ),
    );
    expect(keys(suite)).toEqual(["C", "B"]);
    expect(suite.categories).toEqual(["ARC-Easy-Test"]);
  });

  it("HellaSwag", async () => {
    const row = {
      ind: 1,
      activity_label: "Cooking",
      ctx_a: "He cuts.",
      ctx_b: "then he",
      ctx: "He cuts. then he",
      endings: ["eats.", "sings.", "flies.", "melts."],
      label: 3,
    };
    expect(keys(await of("hellaswag", "val.jsonl", lines(row, { ...row, label: "0" })))).toEqual(["D", "A"]);
    expect(
      await refusal(
        "hidden.yaml",
        "layout: hellaswag\nfiles: hidden.jsonl\n".replace(
          "hidden.jsonl",
          await file("hidden.jsonl", lines({ ...row, label: "" })),
        ),
      ),
    ).toMatch(/hidden\.jsonl:1.*names no right choice/);
  });

  it("PIQA, with the labels of the second file", async () => {
    await file("piqa/valid-labels.lst", "1\n0\n");
    const row = { goal: "Dry a cup", sol1: "Wave it", sol2: "Wipe it" };
    expect(keys(await of("piqa", "valid.jsonl", lines(row, row)))).toEqual(["B", "A"]);
  });

  it("BoolQ, WinoGrande and OpenBookQA", async () => {
    const boolq = { question: "is it so", passage: "It is.", answer: true };
    expect(keys(await of("boolq", "dev.jsonl", lines(boolq, { ...boolq, answer: false })))).toEqual([
      "A",
      "B",
    ]);
    const wino = {
      sentence: "The cup fits the box since the _ is small.",
      option1: "cup",
      option2: "box",
      answer: "1",
    };
    expect(keys(await of("winogrande", "dev.jsonl", lines(wino, { ...wino, answer: "2" })))).toEqual([
      "A",
      "B",
    ]);
    const open = {
      id: "7",
      question: { stem: "S", choices: ["A", "B", "C", "D"].map((label) => ({ text: label, label })) },
      answerKey: "D",
    };
    expect(keys(await of("openbookqa", "test.jsonl", lines(open)))).toEqual(["D"]);
  });

  it("MMLU, a subject for each CSV file, with examples of the subject", async () => {
    await file("mmlu/abstract_algebra_test.csv", '"Is 1, 2 a group?",yes,no,maybe,never,B\n');
    await file("mmlu/anatomy_test.csv", "Bones?,1,2,3,4,D\n");
    await file("dev/abstract_algebra_dev.csv", "Ring?,a,b,c,d,A\n");
    await file("dev/anatomy_dev.csv", "Heart?,a,b,c,d,C\n");
    const suite = await load("mmlu.yaml", "layout: mmlu\nfiles: mmlu\nexamples: dev\nshots: 1\n");
    expect(suite.categories).toEqual(["abstract_algebra", "anatomy"]);
    expect(keys(suite)).toEqual(["B", "D"]);
    expect(suite.questions[1]?.turns[0]).toMatch(/Heart\?\n\nA\. a\nB\. b\nC\. c\nD\. d\n\nAnswer: C\n/);
  });

  it("AGIEval's other tasks, with several right letters", async () => {
    const row = {
      passage: null,
      question: "Which?",
      options: ["(A)a", "(B)b", "(C)c"],
      label: ["A", "C"],
      answer: null,
    };
    expect(keys(await of("agieval", "jec-qa-kd.jsonl", lines(row, { ...row, label: "B" })))).toEqual([
      "AC",
      "B",
    ]);
  });

  it("choices stand in the order of the letters that they are printed with", () => {
    expect(withoutLetters(["(A)one", "(C)three", "(B)two", "(D)four"])).toEqual([
      "one",
      "two",
      "three",
      "four",
    ]);
    expect(withoutLetters(["A first", "B Third"])).toEqual(["first", "Third"]);
    expect(withoutLetters(["(A)one", "City B.3", "(C)three"])).toEqual(["one", "City B.3", "three"]);
    expect(withoutLetters(["A cat", "A dog"])).toEqual(["A cat", "A dog"]);
  });
});

const mirror = process.env.ASSAY_MIRROR;

describe.skipIf(!mirror)("AGIEval as published (needs ASSAY_MIRROR)", () => {
  it("holds the six tasks to the question", async () => {
    const suite = await loadSuite("agieval", {
      locateAsset: (id) => locateAsset(id, { environment: { ASSAY_MIRROR: mirror } }),
    });
    const counts = suite.categories.map((category) => [
      category,
      suite.questions.filter((one) => one.category === category).length,
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      "aqua-rat": 254,
      "logiqa-en": 651,
      "lsat-ar": 230,
      math: 1000,
      "sat-en": 206,
      "sat-math": 220,
    });
    expect(suite.assets.every(({ pinned }) => pinned === true)).toBe(true);
    // Every choice lost the letter that it is printed with, but for the few rows that have none.
    const left = suite.questions.filter(
      ({ key }) => key?.kind === "choice" && key.choices.some((text) => /^\([A-E]\)/.test(text)),
    );
    expect(left.map(({ id }) => id)).toEqual([]);
  });
});
