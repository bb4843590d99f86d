import { describe, expect, test } from "vitest";
import { codePointLength, excerpt, fileNameFor, printable, wellFormed } from "../../harness/core/text.js";

describe("lengths", () => {
  test("count code points as Python's len does, lone surrogates as one each", () => {
    for (const [text, length] of [
      ["", 0],
      ["abc", 3],
      ["né", 2],
      ["👩‍🔬", 3],
      ["a\ud83d", 2],
      ["\udc00\ud83d", 2],
      ["𝒳𝒴", 2],
    ] as const) {
      expect(codePointLength(text)).toBe(length);
      expect(codePointLength(text)).toBe([...text].length);
    }
  });
});

describe("untrusted text on a terminal", () => {
  test("escape sequences, carriage returns, bidi overrides and zero-width characters become visible", () => {
    const hostile = "\u001b[2J\u001b]0;title\u0007\r\u202eevil\u2066\u200b\u0085\ufeff";
    const shown = printable(hostile);
    expect(shown).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/,
    );
    expect(shown).toContain("\\u{1b}[2J");
    expect(shown).toContain("\\u{202e}evil");
  });

  test("ordinary text stays as it is, line feeds only where they are wanted", () => {
    expect(printable("Größe: 3 m²\n\t👩🏽‍🔬 ok".replace("\u200d", ""))).toBe("Größe: 3 m²\n\t👩🏽🔬 ok");
    expect(printable("a\nb\tc", { oneLine: true })).toBe("a⏎b c");
    expect(printable("a\ud83db")).toBe("a\\u{d83d}b");
  });

  test("an excerpt never cuts a character in half", () => {
    expect(excerpt("𝒳𝒴𝒵", 2)).toBe("𝒳𝒴…");
    expect(excerpt("abc", 3)).toBe("abc");
    expect(excerpt("x".repeat(1_000_000), 5)).toBe("xxxxx…");
  });
});

describe("well-formed text", () => {
  test("is plain data whose lone surrogates are replaced, pairs untouched", () => {
    const given = { a: "smile \ud83d done", b: ["\udc00x", "👩‍🔬", 7, null, true], c: { d: "𝒳\ud835" } };
    expect(wellFormed(given)).toEqual({
      a: "smile \ufffd done",
      b: ["\ufffdx", "👩‍🔬", 7, null, true],
      c: { d: "𝒳\ufffd" },
    });
  });
});

describe("file names", () => {
  test("plain ids keep their name", () => {
    for (const id of ["gpt-4", "Starling-LM-7B-alpha", "mt-bench-single@gpt-4~3f9a1c", "a.b_c+d=e"])
      expect(fileNameFor(id)).toBe(id);
  });

  test("ids that would leave the folder or mean something to the system get a safe name of their own", () => {
    const ids = [
      "../../etc/passwd",
      "a/b",
      "a\\b",
      "..",
      ".",
      "",
      ".hidden",
      "con",
      "NUL.txt",
      "a:b",
      "a\u0000b",
      "x".repeat(300),
      "a b",
      "ä",
    ];
    const names = ids.map(fileNameFor);
    for (const name of names) {
      expect(name).toMatch(/^[A-Za-z0-9_@~+=-][A-Za-z0-9._@~+=-]*$/);
      expect(name.length).toBeLessThan(120);
    }
    expect(new Set(names).size).toBe(ids.length);
  });
});
