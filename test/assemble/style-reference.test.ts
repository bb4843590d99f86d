import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scoreSources } from "../../harness/assemble/score-sources.js";
import { styleReferenceOf } from "../../harness/core/style-reference.js";
import { readStyleReference, writeStyleReference } from "../../harness/store/style-reference-file.js";

const folder = mkdtempSync(join(tmpdir(), "assay-style-reference-"));
const MODELS = ["m0", "m1", "m2"];
const QUESTIONS = 45;
const questions = Array.from({ length: QUESTIONS }, (_, index) => index);

/** Judgments of three models against one baseline, with the table of their answers' counts beside them. */
const bench = join(folder, "bench");
mkdirSync(bench);
const files = MODELS.map((model, place) => {
  const rows = questions.map((question) => {
    const wins = (question * 7 + place * 3) % 10 < 4 + place;
    const games = [
      { score: wins ? "B>A" : "A>B" },
      { score: question % 9 === 0 ? "A=B" : wins ? "A>>B" : "B>A" },
    ];
    return JSON.stringify({ question_id: `q${question}`, model, judge: "j", games });
  });
  const path = join(bench, `${model}.jsonl`);
  writeFileSync(path, `${rows.join("\n")}\n`);
  return path;
});
const marks = (model: string, place: number) =>
  questions.map(
    (q) =>
      `q${q},${model},${60 + ((q * 13 + place * 29) % 90)},${(q + place) % 3},${(q * place) % 5},${q % 4}`,
  );
writeFileSync(
  join(bench, "style.csv"),
  ["question_id,model,token_len,headers,lists,bold", ...["base", ...MODELS].flatMap(marks), ""].join("\n"),
);

async function score(paths: readonly string[], styleReference?: string) {
  const finder = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };
  const options = { compat: false, seed: 1, baseline: "base", styleReference, lengthControl: false };
  return (await scoreSources(paths, options, finder)).scores;
}
const controlled = ({ boards: [board] }: Awaited<ReturnType<typeof score>>) =>
  new Map(board?.models.map(({ model, styleControlled }) => [model, styleControlled?.score ?? null]));

describe("a style reference", () => {
  const file = join(folder, "style-reference.json");

  test("lets no model move another, says where it comes from, and gives what it was frozen from", async () => {
    const joint = await score(files);
    await writeStyleReference(file, styleReferenceOf(joint.boards));
    const frozen = await score(files, file);
    const alone = await score(files.slice(0, 1), file);
    for (const model of MODELS)
      expect(
        Math.abs((controlled(frozen).get(model) ?? 0) - (controlled(joint).get(model) ?? 1)),
      ).toBeLessThan(1e-8);
    expect(Math.abs((controlled(alone).get("m0") ?? 0) - (controlled(frozen).get("m0") ?? 1))).toBeLessThan(
      1e-9,
    );
    // Fitted to itself it is another figure: the reference is what holds it.
    const itself = controlled(await score(files.slice(0, 1))).get("m0");
    expect(itself).not.toBeCloseTo(controlled(frozen).get("m0") ?? 0, 1);

    const style = alone.boards[0]?.style;
    expect(style?.reference).toMatchObject({ source: "a board of 3 models: m2, m1, m0" });
    expect(style?.reference?.id).toBe(frozen.boards[0]?.style?.reference?.id);
    // Controlled figures are of a protocol of their own, and what was judged keeps its own.
    const own = alone.boards[0]?.protocol;
    expect(own).toBe(joint.boards[0]?.protocol);
    expect(style?.protocol).toBe(`${own}+style-${style?.reference?.id}`);
    expect(joint.boards[0]?.style?.protocol).toBe(`${own}+style-joint`);
    expect(style?.features.map(({ interval }) => interval)).toEqual([null, null, null, null]);
    expect(alone.boards[0]?.models[0]?.styleControlled?.interval?.method).toContain("held fixed");
    expect(alone.warnings.filter(({ code }) => code.startsWith("style"))).toEqual([]);
    // What is frozen is not frozen again.
    expect(styleReferenceOf(frozen.boards).boards).toEqual([]);
  });

  test("that knows nothing of a board, or counted otherwise, is said so", async () => {
    const text = readFileSync(file, "utf8");
    const other = join(folder, "other.json");
    writeFileSync(other, text.replace('"baseline": "base"', '"baseline": "another"'));
    const unused = await score(files, other);
    expect(unused.boards[0]?.style?.reference).toBeNull();
    expect(unused.warnings.map(({ code }) => code)).toContain("style-reference-unused");
    writeFileSync(other, text.replace("as the files count them", "estimate"));
    expect((await score(files, other)).warnings.map(({ code }) => code)).toContain("style-tokens-differ");
  });

  test.each([
    ["that is not there", undefined, "there is no style reference"],
    ["that is no JSON", "{", "cannot be read as JSON"],
    ["that is something else", '{"schema":"assay.judge-card/1"}', "is no style reference"],
    [
      "with a feature nobody knows",
      '{"schema":"assay.style-reference/1","boards":[{"suite":"s","protocol":"p","form":"counts","tokens":"t","source":{"models":[]},"features":[{"feature":"emoji","mean":0,"deviation":1,"coefficient":0}]}]}',
      "is no style reference",
    ],
  ])("%s is refused", async (_, content, message) => {
    const broken = join(folder, "broken.json");
    if (content !== undefined) writeFileSync(broken, content);
    await expect(score(files, content === undefined ? join(folder, "absent.json") : broken)).rejects.toThrow(
      message,
    );
    expect(() => readStyleReference(content === undefined ? join(folder, "absent.json") : broken)).toThrow(
      message,
    );
  });
});
