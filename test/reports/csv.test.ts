import { describe, expect, it } from "vitest";
import { renderCsv } from "../../reports/csv.js";
import { reportView } from "../../reports/view/view.js";
import { HOSTILE_NAMES, hostileInput } from "./hostile-input.js";
import { sampleInput } from "./sample-input.js";

/** Records of a CSV file as RFC 4180 defines them. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [[]];
  let field = "";
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (quoted) {
      if (character === '"' && text[index + 1] === '"') field += text[++index];
      else if (character === '"') quoted = false;
      else field += character;
    } else if (character === '"' && field === "") quoted = true;
    else if (character === ",") {
      records.at(-1)?.push(field);
      field = "";
    } else if (character === "\r" && text[index + 1] === "\n") {
      records.at(-1)?.push(field);
      field = "";
      index++;
      if (index < text.length - 1) records.push([]);
    } else field += character;
  }
  return records;
}

/** All but the longest, whose only malice is their length. */
const NAMES = HOSTILE_NAMES.filter((name) => name.length < 10_000);

async function filesOf(input: Parameters<typeof reportView>[0]) {
  const files = await renderCsv(reportView(input));
  return new Map(files.map((file) => [file.name, parseCsv(String(file.content))]));
}

describe("CSV files", () => {
  const input = sampleInput({ runs: true });

  it("are one per table", async () => {
    expect([...(await filesOf(input)).keys()]).toEqual([
      "board-1.csv",
      "board-1-categories.csv",
      "board-1-turns.csv",
      "board-2.csv",
      "board-2-categories.csv",
      "board-2-turns.csv",
      "board-2-pairs.csv",
      "board-2-outcomes.csv",
      "board-2-ratings.csv",
      "board-3.csv",
      "board-3-outcomes.csv",
      "board-3-slots.csv",
      "comparison-1.csv",
      "comparison-1-movers.csv",
      "trend-1.csv",
      "trend-2.csv",
      "trend-3.csv",
      "answers.csv",
      "verdicts.csv",
    ]);
  });

  it("hold the figures of the scores in full precision, negative ones as numbers", async () => {
    const files = await filesOf(input);
    const board = input.scores.boards[0];
    const rows = board?.metric === "rating" ? board.models : [];
    expect(
      files
        .get("board-1.csv")
        ?.slice(1)
        .map((record) => record.slice(0, 4)),
    ).toEqual(
      rows.map((row) => [
        row.model,
        String(row.score),
        String(row.interval?.low),
        String(row.interval?.high),
      ]),
    );
    const writing = files.get("comparison-1.csv")?.find(([part]) => part === "writing");
    expect(writing?.[1]).toBe(String(input.comparisons[0]?.categories.writing?.delta));
    expect(Number(writing?.[1])).toBeLessThan(0);
  });

  it("list every answer with its length and every verdict, without their texts", async () => {
    const files = await filesOf(input);
    const [first] = input.answers;
    const [head, row] = files.get("answers.csv") ?? [];
    expect(head?.[6]).toBe("Length");
    expect(row?.[6]).toBe(String([...(first?.turns[0]?.text ?? "")].length));
    expect(files.get("answers.csv")).toHaveLength(
      1 + input.answers.reduce((sum, answer) => sum + answer.turns.length, 0),
    );
    expect(files.get("verdicts.csv")).toHaveLength(1 + input.judgments.length);
    const all = (await renderCsv(reportView(input))).map((file) => String(file.content)).join("");
    expect(all).not.toContain("Here is how I would put it");
    expect(all).not.toContain("FINAL RATING");
  });

  it("has records of one length, without a byte order mark", async () => {
    for (const [name, records] of await filesOf(hostileInput(NAMES))) {
      for (const record of records) expect(record, name).toHaveLength(records[0]?.length ?? 0);
      expect(records[0]?.[0]?.charCodeAt(0)).not.toBe(0xfeff);
    }
  });

  it("gives a spreadsheet no formula", async () => {
    const records = [...(await filesOf(hostileInput(NAMES))).values()].flat(2);
    expect(records.filter((field) => /^\s*[=+@＝＋＠]/.test(field))).toEqual([]);
    expect(records.filter((field) => /^\s*[-－]/.test(field) && !/^-[\d.e-]+$/.test(field))).toEqual([]);
    const models =
      (await filesOf(hostileInput(NAMES)))
        .get("board-1.csv")
        ?.slice(1)
        .map(([model]) => model) ?? [];
    expect(models).toHaveLength(NAMES.length);
    expect(models).toContain('\'=HYPERLINK("https://attacker.example","Total")');
    expect(models).toContain("' =1+1");
  });

  it("has no control characters in any cell", async () => {
    const records = [...(await filesOf(hostileInput(NAMES))).values()].flat(2);
    expect(records.filter((field) => /\p{Cc}/u.test(field))).toEqual([]);
  });
});
