import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadSuite } from "../../../suites/registry.js";

const folder = mkdtempSync(join(tmpdir(), "assay-scored-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const context = { locateAsset: () => Promise.reject(new Error("no asset is needed here")) };

async function suite(head: string, files: Readonly<Record<string, string>> = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const path = join(folder, "suite.yaml");
  writeFileSync(path, `scoring: loglikelihood\n${head}\n`);
  return loadSuite(path, context);
}
const row = (value: unknown) => `${JSON.stringify(value)}\n`;
const texts = async (head: string, files?: Readonly<Record<string, string>>) =>
  (await suite(head, files)).questions[0]?.likelihood?.texts.map(({ context: before, continuation }) => [
    before,
    continuation,
  ]);
const refusal = (head: string, files?: Readonly<Record<string, string>>) =>
  suite(head, files).then(
    () => {
      throw new Error("it was not refused");
    },
    (error: Error) => error.message.replace(folder, ""),
  );

describe("questions asked by log-probabilities", () => {
  it("of the simple form are a question, an opening and the choices, blanks with the choice", async () => {
    const { questions, defaultJudge } = await suite(
      'mutualInformation: true\nquestions:\n  - { passage: It rains., question: "Is it dry? ", choices: [Yes it is, "No"], answer: B }',
    );
    expect(defaultJudge).toBe("answer-key");
    expect(questions[0]).toEqual({
      id: "general-1",
      category: "general",
      turns: ["It rains.\nQuestion: Is it dry? \nAnswer:"],
      reference: ["B. No"],
      key: { kind: "choice", choices: ["Yes it is", "No"], right: ["B"] },
      likelihood: {
        texts: [
          { context: "It rains.\nQuestion: Is it dry? \nAnswer:", continuation: " Yes it is" },
          { context: "It rains.\nQuestion: Is it dry? \nAnswer:", continuation: " No" },
        ],
        alone: [
          { context: "", continuation: " Yes it is" },
          { context: "", continuation: " No" },
        ],
        options: ["Yes it is", "No"],
        headline: "acc_norm",
      },
    });
  });

  it.each([
    [
      "arc",
      row({
        id: "a",
        question: {
          stem: "Hot?",
          choices: [
            { text: "ice", label: "1" },
            { text: "fire", label: "2" },
          ],
        },
        answerKey: "2",
      }),
      [
        ["Question: Hot?\nAnswer:", " ice"],
        ["Question: Hot?\nAnswer:", " fire"],
      ],
      "acc_norm",
    ],
    [
      "openbookqa",
      row({
        id: "a",
        question: {
          stem: "Fire is ",
          choices: [
            { text: "cold", label: "A" },
            { text: "hot", label: "B" },
          ],
        },
        answerKey: "B",
      }),
      [
        ["Fire is", "  cold"],
        ["Fire is", "  hot"],
      ],
      "acc_norm",
    ],
    [
      "hellaswag",
      row({
        ctx: "x",
        ctx_a: "A man sits.",
        ctx_b: "the Man",
        activity_label: "Sitting",
        endings: [" Gets up. [title] Rests [step] now.", "sleeps."],
        label: 1,
      }),
      [
        ["Sitting: A man sits. The man", " Gets up.. Rests now."],
        ["Sitting: A man sits. The man", " sleeps."],
      ],
      "acc_norm",
    ],
    [
      "boolq",
      row({ question: "is ice cold", passage: "Ice is cold.", answer: true }),
      [
        ["Ice is cold.\nQuestion: is ice cold?\nAnswer:", " yes"],
        ["Ice is cold.\nQuestion: is ice cold?\nAnswer:", " no"],
      ],
      "acc",
    ],
    [
      "winogrande",
      row({ sentence: "Ann thanked Bea because _ had helped.", option1: "Ann", option2: "Bea", answer: "2" }),
      [
        ["Ann thanked Bea because Ann", " had helped."],
        ["Ann thanked Bea because Bea", " had helped."],
      ],
      "acc",
    ],
  ])("of %s are in the form that lm-evaluation-harness scores", async (layout, text, wanted, headline) => {
    const head = `layout: ${layout}\nfiles: ${layout}.jsonl`;
    expect(await texts(head, { [`${layout}.jsonl`]: text })).toEqual(wanted);
    expect((await suite(head)).questions[0]?.likelihood?.headline).toBe(headline);
  });

  it("of MMLU are letters after the choices, with the publisher's first examples and a description", async () => {
    const files = {
      "abstract_algebra_test.csv": '"1 + 1 = ?",1,2,3,4,B\n',
      "abstract_algebra_dev.csv": "2 + 2 = ?,4,5,6,7,A\n3 + 3 = ?,5,6,7,8,B\n4 + 4 = ?,5,6,7,8,D\n",
    };
    const head =
      'layout: mmlu\nfiles: abstract_algebra_test.csv\nexamples: abstract_algebra_dev.csv\nshots: 2\ndraw: first\ndescription: "About {category}."';
    const before =
      "About abstract algebra.\n\n2 + 2 = ?\nA. 4\nB. 5\nC. 6\nD. 7\nAnswer: A\n\n3 + 3 = ?\nA. 5\nB. 6\nC. 7\nD. 8\nAnswer: B\n\n1 + 1 = ?\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer:";
    expect(await texts(head, files)).toEqual(["A", "B", "C", "D"].map((letter) => [before, ` ${letter}`]));
  });

  it("are another suite by another headline, and the same calls", async () => {
    const rows = "questions:\n  - { question: Dry?, choices: [a, b], answer: A }";
    const [one, other] = [await suite(rows), await suite(`headline: acc\n${rows}`)];
    expect(one.hash).not.toBe(other.hash);
    expect(one.questions[0]?.likelihood?.texts).toEqual(other.questions[0]?.likelihood?.texts);
  });

  it("are refused where they have no choices, several right ones, or what raw text cannot hold", async () => {
    expect(await refusal("questions:\n  - { question: Sum?, answer: 4 }")).toBe(
      '/suite.yaml:1: `scoring` cannot be loglikelihood: question "general-1" has no choices',
    );
    expect(await refusal("questions:\n  - { question: Which?, choices: [a, b], answer: [A, B] }")).toContain(
      "has several right choices",
    );
    expect(
      await refusal("questions:\n  - { question: Which?, choices: [a, b], answer: A, system: Be brief. }"),
    ).toContain("has a system message");
    expect(await refusal("layout: winogrande\nfiles: winogrande.jsonl\nheadline: acc_norm")).toBe(
      "/suite.yaml:4: `headline` cannot be had where all choices share the text that is scored",
    );
    expect(await refusal("scorng: x\nquestions: []")).toContain("scorng");
    writeFileSync(
      join(folder, "generated.yaml"),
      "headline: acc\nquestions:\n  - { question: Q?, choices: [a, b], answer: A }\n",
    );
    await expect(loadSuite(join(folder, "generated.yaml"), context)).rejects.toThrow(
      "`headline` stands without `scoring: loglikelihood`",
    );
  });
});
