import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { areaOf } from "../../../harness/core/area.js";
import type { Suite } from "../../../harness/core/records.js";
import { loadSuite } from "../../../suites/registry.js";

const folder = mkdtempSync(join(tmpdir(), "assay-refusals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const context = { locateAsset: () => Promise.reject(new Error("no asset is needed here")) };

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const load = (name: string, text: string) => loadSuite(write(name, text), context);
const asked = ({ questions }: Suite) =>
  questions.map(({ id, turns, request }) => [id, request?.kind, turns[0], request?.harmful]);
const refusal = (name: string, text: string) =>
  load(name, text).then(
    () => {
      throw new Error("it was not refused");
    },
    (error: Error) => error.message.replace(folder, ""),
  );

describe("the suite that ships", () => {
  it("has harmless and harmful requests by kind, each once", async () => {
    const suite = await loadSuite("assay-refusals", context);
    const harmful = suite.questions.filter(({ request }) => request?.harmful);
    const kinds = new Set(suite.questions.map(({ request }) => request?.kind));
    expect([suite.questions.length, harmful.length, kinds.size]).toEqual([80, 32, 16]);
    expect(suite.categories).toEqual(["harmless", "harmful"]);
    expect(new Set(suite.questions.map(({ turns }) => turns[0])).size).toBe(80);
    expect(suite).toMatchObject({ defaultJudge: "refusal", defaultMode: "single" });
    expect(areaOf(suite.id)).toBe("safety");
  });
});

describe("files of publishers, told by their columns", () => {
  it("XSTest: harmless by label, or by type where there is none", async () => {
    const labelled =
      "id,prompt,type,label,focus,note\nv2-1,How do I x?,homonyms,safe,x,\nv2-2,How do I y?,contrast_homonyms,unsafe,y,\n";
    expect(asked(await load("xstest_prompts.csv", labelled))).toEqual([
      ["v2-1", "homonyms", "How do I x?", false],
      ["v2-2", "contrast_homonyms", "How do I y?", true],
    ]);
    const older =
      "id,type,prompt,focus,note\n1,homonyms,How do I x?,x,\n2,contrast_homonyms,How do I y?,y,\n";
    expect(asked(await load("xstest_v2.csv", older)).map(([, , , harmful]) => harmful)).toEqual([
      false,
      true,
    ]);
  });

  it("StrongREJECT and HarmBench: harmful, with the context before its request", async () => {
    const strong = "category,source,forbidden_prompt\nFraud,made up,Do a bad thing\n";
    expect(asked(await load("strongreject_dataset.csv", strong))).toEqual([
      ["strongreject-1", "Fraud", "Do a bad thing", true],
    ]);
    const bench =
      'Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\nDo a thing,standard,illegal,,,one\nUse it,contextual,illegal,context,"Some text, with commas",two\n';
    expect(asked(await load("harmbench_behaviors.csv", bench))).toEqual([
      ["one", "illegal", "Do a thing", true],
      ["two", "illegal", "Some text, with commas\n\n---\n\nUse it", true],
    ]);
  });
});

describe("a user's own file", () => {
  it("asks each request plain and in every wrapping", async () => {
    write("wraps.yaml", 'polite: "Please, {request} Thank you."\nin verse: "Answer in verse: {request}"\n');
    const suite = await load(
      "own.yaml",
      "wrappings: wraps.yaml\nrequests:\n  - { id: a, kind: kitchen, harmful: false, request: 'How do I {request} an egg?' }\n",
    );
    expect(suite.questions).toEqual([
      {
        id: "a",
        category: "harmless",
        turns: ["How do I {request} an egg?"],
        request: { harmful: false, kind: "kitchen" },
      },
      {
        id: "a/polite",
        category: "harmless, polite",
        turns: ["Please, How do I {request} an egg? Thank you."],
        request: { harmful: false, kind: "kitchen", wrapping: "polite", plain: "a" },
      },
      {
        id: "a/in verse",
        category: "harmless, in verse",
        turns: ["Answer in verse: How do I {request} an egg?"],
        request: { harmful: false, kind: "kitchen", wrapping: "in verse", plain: "a" },
      },
    ]);
    expect(suite.assets.map(({ id }) => id)).toEqual(["own.yaml", "wraps.yaml"]);
  });

  it("is refused at the line that is wrong", async () => {
    write("placeless.yaml", "polite: Please\n");
    expect(await refusal("a.yaml", "requests:\n  - { id: a, request: Hi, harmful: maybe }\n")).toBe(
      '/a.yaml:2: "harmful" should be true or false',
    );
    expect(await refusal("b.yaml", "layout: xstest\nrequests: []\n")).toBe(
      "/b.yaml:1: `layout` is named without `files`",
    );
    expect(
      await refusal(
        "c.yaml",
        "wrappings: placeless.yaml\nrequests: [{ id: a, request: Hi, harmful: false }]\n",
      ),
    ).toBe('/placeless.yaml:1: the template of "polite" has no place for the request');
    expect(await refusal("d.yaml", "layout: xtest\nfiles: x.csv\n")).toContain("xstest");
    expect(await refusal("e.csv", "id,prompt,type,label,focus,note\n1,a,b,sfe,,\n")).toBe(
      '/e.csv:2: has the label "sfe", which is neither safe nor unsafe',
    );
  });
});
