import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadUserSuite } from "../../suites/user-suite.js";

function write(name: string, text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "assay-rubrics-")), name);
  writeFileSync(file, text);
  return file;
}

const jsonl = (...rows: unknown[]) => write("rows.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));

describe("rubrics of one's own", () => {
  test("in YAML: short and long criteria, a suite's rubric for questions without one, scoring", async () => {
    const suite = await loadUserSuite(
      write(
        "mine.yaml",
        `scoring: { mean: categories, clip: true }
rubric: [Is polite.]
questions:
  - { id: a, prompt: Hello? }
  - id: b
    prompt: Advise me.
    rubric:
      clip: true
      criteria:
        - Names a risk.
        - { text: Harmful., points: -2, tags: [safety] }
        - { text: Depth, points: 3, criteria: [{ text: Deep, kind: { min: 1, max: 5 } }, { text: Wide, kind: { levels: { no: 0, yes: 1 } } }] }
`,
      ),
    );
    expect(suite).toMatchObject({
      defaultJudge: "rubric",
      defaultMode: "single",
      scoring: { mean: "categories", clip: true },
    });
    expect(suite.questions.map(({ rubric }) => rubric)).toEqual([
      { criteria: [{ text: "Is polite.", points: 1 }] },
      {
        clip: true,
        criteria: [
          { text: "Names a risk.", points: 1 },
          { text: "Harmful.", points: -2, tags: ["safety"] },
          {
            text: "Depth",
            points: 3,
            criteria: [
              { text: "Deep", points: 1, decided: { kind: "scale", min: 1, max: 5 } },
              { text: "Wide", points: 1, decided: { kind: "levels", levels: { no: 0, yes: 1 } } },
            ],
          },
        ],
      },
    ]);
  });

  test.each([
    ["[{ text: a, points: 0 }]", "points"],
    ["[{ text: a, points: -1 }]", "no criterion of positive points"],
    ["[{ text: a, kind: { min: 2, max: 2 } }]", "rubric"],
    ["[{ txt: a }]", "rubric"],
  ])("%s is refused with its line", async (rubric, message) => {
    const file = write("bad.yaml", `questions:\n  - id: a\n    prompt: Hi\n    rubric: ${rubric}\n`);
    await expect(loadUserSuite(file)).rejects.toMatchObject({
      code: "bad-question",
      line: 4,
      message: expect.stringContaining(message),
    });
  });
});

describe("published forms, on made-up rows", () => {
  test("HealthBench: conversation, points, theme; the mean is cut", async () => {
    const suite = await loadUserSuite(
      jsonl({
        prompt_id: "p1",
        prompt: [
          { role: "user", content: "I cough." },
          { role: "assistant", content: "Since when?" },
          { role: "user", content: "A week." },
        ],
        rubrics: [
          { criterion: "Asks about fever", points: 5, tags: ["axis:context"] },
          { criterion: "Prescribes", points: -6, tags: [] },
        ],
        example_tags: ["theme:respiratory"],
      }),
    );
    expect(suite).toMatchObject({
      defaultJudge: "rubric",
      scoring: { clip: true },
      categories: ["respiratory"],
    });
    expect(suite.questions[0]).toMatchObject({
      id: "p1",
      turns: ["A week."],
      context: [
        { role: "user", content: "I cough." },
        { role: "assistant", content: "Since when?" },
      ],
      rubric: { criteria: [{ points: 5, tags: ["axis:context"] }, { points: -6 }] },
    });
  });

  test("MultiChallenge: NO as the pass criterion, mean of axes", async () => {
    const row = (QUESTION_ID: string, AXIS: string, PASS_CRITERIA: string) => ({
      QUESTION_ID,
      AXIS,
      CONVERSATION: [{ role: "user", content: "Hi" }],
      TARGET_QUESTION: "Does it mention nuts?",
      PASS_CRITERIA,
    });
    const suite = await loadUserSuite(
      jsonl(row("a", "SELF_COHERENCE", "NO"), row("b", "INFERENCE_MEMORY", "YES")),
    );
    expect(suite.scoring).toEqual({ mean: "categories" });
    expect(suite.questions.map(({ rubric }) => rubric?.criteria)).toEqual([
      [{ text: "Does it mention nuts?", points: 1, wanted: false }],
      [{ text: "Does it mention nuts?", points: 1 }],
    ]);
  });

  test("WildBench: a checklist is a rubric of equal points", async () => {
    const suite = await loadUserSuite(
      jsonl({
        session_id: "s",
        conversation_input: [{ role: "user", content: "Sort it." }],
        checklist: ["Is sorted?", "Is stable?"],
        primary_tag: "Coding",
      }),
    );
    expect(suite.categories).toEqual(["Coding"]);
    expect(suite.questions[0]?.rubric?.criteria.map(({ points }) => points)).toEqual([1, 1]);
  });

  test("rows that do not fit are named by file, line and key", async () => {
    const file = jsonl({
      prompt_id: "p",
      prompt: [{ role: "assistant", content: "x" }],
      rubrics: [{ criterion: "c", points: 1 }],
    });
    await expect(loadUserSuite(file)).rejects.toMatchObject({
      line: 1,
      message: expect.stringContaining("does not end with the user's message"),
    });
    const talk = [{ role: "user", content: "x" }];
    const wrong = [
      [{ prompt_id: "p", prompt: talk, rubrics: ["c"] }, '"rubrics[0]" should be an object'],
      [
        { prompt_id: "p", prompt: 5, rubrics: [{ criterion: "c", points: 1 }] },
        '"prompt" should be text, or a list',
      ],
      [
        { session_id: "s", conversation_input: talk, checklist: "c" },
        '"checklist" should be a list of texts',
      ],
    ] as const;
    for (const [row, message] of wrong)
      await expect(loadUserSuite(jsonl(row))).rejects.toMatchObject({
        message: expect.stringContaining(message),
      });
  });
});
