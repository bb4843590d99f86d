import { describe, expect, it } from "vitest";
import { differenceParts } from "../../../reports/view/differences.js";
import { reportTables, tableCsv, tableJson, tableMarkdown } from "../../../reports/view/tables.js";
import { displayName, displayText, firstLine, shortName, wellFormed } from "../../../reports/view/text.js";
import { reportView } from "../../../reports/view/view.js";
import { HOSTILE_TEXTS } from "../hostile-texts.js";
import { SAMPLE_MODELS, sampleInput } from "../sample-input.js";

/** Reads RFC 4180 back. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let cell = "";
  let row: string[] = [];
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    if (quoted && character === '"' && text[index + 1] === '"') {
      cell += '"';
      index++;
    } else if (character === '"') quoted = !quoted;
    else if (quoted) cell += character;
    else if (character === ",") {
      row.push(cell);
      cell = "";
    } else if (character === "\r" && text[index + 1] === "\n") {
      rows.push([...row, cell]);
      row = [];
      cell = "";
      index++;
    } else cell += character;
  }
  return rows;
}

describe("tables behind a report", () => {
  const view = reportView(sampleInput({ runs: true }));
  const tables = reportTables(view);

  it("have names of their own and rows as wide as their heads", () => {
    expect(new Set(tables.map((table) => table.name)).size).toBe(tables.length);
    expect(tables.map((table) => table.name)).toEqual(
      expect.arrayContaining([
        "board-1",
        "board-1-categories",
        "board-2-pairs",
        "board-3-slots",
        "comparison-1-movers",
        "trend-1",
      ]),
    );
    for (const table of tables) for (const row of table.rows) expect(row.length).toBe(table.columns.length);
  });

  it("keep full precision in CSV and JSON, and formatted figures in Markdown", () => {
    const board = tables.find((table) => table.name === "board-1");
    if (board === undefined) throw new Error("there is a first board");
    const score = view.boards[0]?.rows[0]?.headline;
    expect(parseCsv(tableCsv(board))[1]?.slice(0, 2)).toEqual([SAMPLE_MODELS[0], String(score?.value)]);
    expect(JSON.parse(tableJson(board)).rows[0].Score).toBe(score?.value);
    expect(tableMarkdown(board).split("\n")[2]).toContain(`| ${SAMPLE_MODELS[0]} | ${score?.text} |`);
  });

  it.each(HOSTILE_TEXTS.filter(({ text }) => text.length < 5_000))(
    "survive a cell with $name",
    ({ text }) => {
      const table = { name: "t", title: "T", columns: ["Model", "x"], rows: [[text, "plain"]] };
      const [, row] = parseCsv(tableCsv(table));
      expect(row?.[1]).toBe("plain");
      expect([text, `'${text}`]).toContain(row?.[0]);
      expect(row?.[0]).not.toMatch(/^\s*[=+@＝-]/);
      const lines = tableMarkdown(table).trimEnd().split("\n");
      expect(lines).toHaveLength(3);
      expect(lines[2]?.match(/(?<!\\)(?:\\\\)*\|/g)).toHaveLength(3);
      expect(lines[2]).not.toMatch(/(?<!\\)</);
    },
  );
});

describe("differences against a base", () => {
  it("take the paired comparison where there is one, the plain difference elsewhere", () => {
    const view = reportView(sampleInput());
    const [board] = view.boards;
    if (board === undefined) throw new Error("there is a first board");
    const [part] = differenceParts(board, view.comparisons, SAMPLE_MODELS[1]);
    const of = (model: string) => part?.models.find((entry) => entry?.model === model);
    const paired = view.comparisons[0]?.categories.find((category) => category.name === part?.name);
    expect(of(SAMPLE_MODELS[0])?.figure.value).toBe(paired?.delta.value);
    expect(of(SAMPLE_MODELS[0])?.interval).toEqual(paired?.interval);
    const whole = board.categories[0]?.models ?? [];
    const value = (model: string) =>
      whole.find((entry) => entry?.model === model)?.figure.value ?? Number.NaN;
    expect(of(SAMPLE_MODELS[2])?.figure.value).toBeCloseTo(
      value(SAMPLE_MODELS[2]) - value(SAMPLE_MODELS[1]),
      12,
    );
    expect(of(SAMPLE_MODELS[2])?.interval).toBeNull();
    expect(of(SAMPLE_MODELS[1])).toBeUndefined();
  });
});

describe("foreign text for display", () => {
  it("shows what cannot be seen and keeps what can be read", () => {
    expect(displayText("a\u001b[31mb\u0000c\u007f")).toBe("a␛[31mb␀c␡");
    expect(displayText("x\u202ey\u2069")).toBe("x⟪U+202E⟫y⟪U+2069⟫");
    expect(displayText("one\u2028two\r\nthree\tfour")).toBe("one\ntwo\nthree\tfour");
    expect(displayText("a\ud800b\udc00")).toBe("a\ufffdb\ufffd");
    expect(displayText("👨‍👩‍👧 שלום ไม่ é")).toBe("👨‍👩‍👧 שלום ไม่ é");
    expect(displayText(`Z${"\u0363".repeat(20)}`)).toBe(`Z${"\u0363".repeat(8)}⟪+12 marks⟫`);
    expect(displayName(" two\n lines\u200b ")).toBe("two lines⟪U+200B⟫");
    expect(displayName(" \n ")).toBe("(no name)");
  });

  it("cuts names and lines without breaking a character", () => {
    expect(shortName("short", 10)).toBe("short");
    expect(shortName("a".repeat(30), 10)).toBe(`${"a".repeat(9)}…`);
    expect(wellFormed(shortName("😀".repeat(20), 10))).toBe(shortName("😀".repeat(20), 10));
    expect(firstLine("\n\n  hello there\nnext", 40)).toBe("hello there");
  });
});
