import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MARK_WORDS, markNames, marksIn } from "../../harness/core/template-marks.js";
import { TextScan } from "../../harness/core/text-scan.js";
import { textSize, textTrace } from "../../harness/core/text-trace.js";
import { ATTACKS } from "../contracts/judge-attacks.js";

/** What two texts have in common that get the same digest. */
const plain = (text: string) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
const piece = fc.constantFrom(
  ...[
    "a",
    "B",
    "b",
    " ",
    "\n",
    "\t",
    "\u00a0",
    "\u2003",
    "\ufeff",
    "Ａ",
    "é",
    "ﬁ",
    "1",
    "\u0001",
    "\u001f",
    "[",
    "Z",
  ],
  ...["@", "`", "{", " plain ascii words, ", "  ", "\r\n\r\n", "\ud800", "👩‍💻", "K"],
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
const scans = [
  ["sixteen bytes at a time", TextScan.make(MARK_WORDS) ?? null],
  ["without WebAssembly", null],
] as const;

test("this machine scans sixteen bytes at a time", () => {
  expect(TextScan.make(MARK_WORDS)).toBeDefined();
});

describe.each(scans)("the trace of a text, %s,", (_, scan) => {
  test("tells texts apart by what is left without case, width and spacing, and by nothing else", () => {
    const digestOf = (one: string) => textTrace(one, scan).digest;
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(digestOf(one)).toBe(digestOf(plain(one)));
        expect(digestOf(one) === digestOf(other)).toBe(plain(one) === plain(other));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  test("has its length, whether it is blank, and its marks", () => {
    const marked = fc.constantFrom(
      ...MARK_WORDS.flatMap((word) => [word, word.toUpperCase(), word.slice(0, -1)]),
      ...' answer| 10|1]]| previous instructions|:|"| begin x ===|im_end|>|start of assistant|/\n'.split("|"),
      "\u200b",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, marked), { maxLength: 9 }), (pieces) => {
        const one = pieces.join("");
        const found = marksIn(one);
        const trace = textTrace(one, scan);
        expect(trace).toMatchObject(textSize(one));
        expect(markNames(trace.marks)).toEqual(found.map(({ mark }) => mark.name));
        expect(trace.passage === undefined).toBe(found.length === 0);
      }),
      { numRuns: 5000, seed: 2 },
    );
    for (const attack of ATTACKS)
      expect(markNames(textTrace(attack.text, scan).marks), attack.name).toEqual(
        marksIn(attack.text).map(({ mark }) => mark.name),
      );
  });

  test("does not depend on where in a text something stands, or on the texts before it", () => {
    const digests = new Set<number>();
    for (let before = 0; before < 70; before++) {
      const padding = "x".repeat(before);
      const one = textTrace(`${padding}  Some\n\n words [[7]]`, scan);
      expect(markNames(one.marks)).toEqual(["rating in double brackets"]);
      expect(one.digest).toBe(textTrace(`${padding} some words [[7]]   `, scan).digest);
      expect(textTrace(`${padding} some words`, scan).marks).toBe(0);
      digests.add(one.digest);
    }
    expect(digests.size).toBe(70);
  });

  test("100,000 texts that differ in little have as many digests, all of them whole numbers", () => {
    const digests = Array.from({ length: 100_000 }, (_unused, index) => {
      const at = index % 100;
      const base = "the same words again and again ".repeat(4);
      return textTrace(`${base.slice(0, at)}${Math.floor(index / 100)}${base.slice(at + 3)}`, scan).digest;
    });
    expect(new Set(digests).size).toBe(100_000);
    expect(digests.every(Number.isSafeInteger)).toBe(true);
  });

  test("of a long text is that of any other", () => {
    const long = "Many words, ".repeat(200_000);
    const { digest, length } = textTrace(`${long}end`, scan);
    expect(length).toBe(2_400_003);
    expect(textTrace(` ${long.toUpperCase()}\n END`, scan).digest).toBe(digest);
    expect(textTrace(`${long}End.`, scan).digest).not.toBe(digest);
  });
});

test("a scan refuses more short words than it can tell apart", () => {
  const words = Array.from({ length: 8 }, (_, index) => `w${index}`);
  expect(() => TextScan.make(words)).toThrow("8 short words");
});
