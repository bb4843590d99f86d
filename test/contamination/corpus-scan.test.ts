import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { corpusFiles } from "../../harness/contamination/corpus-files.js";
import { type FoundPassage, foundGrams } from "../../harness/contamination/findings.js";
import { type ScannedCorpus, scanCorpus } from "../../harness/contamination/scan-corpus.js";
import { type SuitePart, suiteIndex } from "../../harness/contamination/suite-index.js";
import type { ContaminationMethod } from "../../harness/core/contamination.js";
import { type Random, seededRandom } from "../../harness/core/random.js";

const folder = mkdtempSync(join(tmpdir(), "assay-contamination-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ALL: readonly ContaminationMethod[] = ["ngram-13", "ngram-8", "long-match", "near-duplicate"];

interface Scanned {
  readonly matches: FoundPassage[];
  readonly found8: (part: number) => number;
  readonly found13: (part: number) => number;
  readonly longest: (part: number) => number;
  readonly jaccard: (part: number) => number;
  readonly facts: ScannedCorpus["corpus"];
  readonly kept: readonly (readonly FoundPassage[])[];
}

/** Scans one file for texts, each of which is a question's. */
async function scanFor(
  texts: readonly string[],
  file: { readonly name: string; readonly content: string | Buffer },
  options: { readonly fields?: string[]; readonly methods?: typeof ALL; readonly unitBytes?: number } = {},
): Promise<Scanned> {
  const parts = texts.map((text, question): SuitePart => ({ question, part: "question", turn: 1, text }));
  const index = suiteIndex(parts, { exact: true, near: true });
  const matches: FoundPassage[] = [];
  const path = join(folder, file.name);
  writeFileSync(path, file.content);
  const { found, corpus: facts } = await scanCorpus(index, corpusFiles([path]).files, {
    methods: new Set(options.methods ?? ALL),
    passages: 3,
    fields: options.fields ?? [],
    similarity: 0.5,
    workers: 1,
    unitBytes: options.unitBytes ?? 1e9,
    onMatch: (passage) => matches.push(passage),
  });
  const grams = (part: number) =>
    foundGrams(found.grams, index.wordStarts[part] ?? 0, index.wordStarts[part + 1] ?? 0);
  return {
    matches,
    found8: (part) => grams(part).found8,
    found13: (part) => grams(part).found13,
    longest: (part) => found.longest[part] ?? 0,
    jaccard: (part) => found.jaccard[part] ?? 0,
    facts,
    kept: found.passages,
  };
}

const jsonl = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

const QUESTION =
  "A baker sells 48 loaves in the morning and half as many in the afternoon; how many loaves does she sell on that day?";

test("a question in a JSONL row is quoted with file, row, field and byte offset, whatever its case and punctuation", async () => {
  const shouted = QUESTION.toUpperCase().replace(/[;,?]/g, " —");
  const content = jsonl([
    { messages: [{ role: "user", content: "Good morning." }] },
    {
      id: 7,
      messages: [
        { role: "user", content: 'She said: "näïve"\n' },
        { role: "x", content: `\t${shouted}\nok` },
      ],
    },
  ]);
  const { matches, found8, found13, facts } = await scanFor([QUESTION], { name: "a.jsonl", content });
  const exact = matches.filter((one) => one.jaccard === undefined);
  expect(exact).toHaveLength(1);
  const [match] = exact;
  expect(match).toMatchObject({
    row: 2,
    field: "messages[1].content",
    words: 24,
    file: join(folder, "a.jsonl"),
  });
  // 24 words have 17 n-grams of 8 words and 12 of 13.
  expect([found8(0), found13(0)]).toEqual([17, 12]);
  const quote = Buffer.from(content).subarray(match?.offset, (match?.offset ?? 0) + (match?.bytes ?? 0));
  expect(quote.toString()).toBe(match?.text);
  expect(quote.toString()).toMatch(/^A BAKER.*THAT DAY$/s);
  expect(facts).toMatchObject({ rows: 2, texts: 6, damagedRows: 0, matchedRows: 1 });
});

test("long matches are found from 50 letters and digits on, wherever they begin, with their exact ends", async () => {
  const question = "the5quick7brown9foxes1jump2over3thirteen4lazy6hounds8beside0a1river";
  for (const [length, is] of [
    [49, false],
    [50, true],
    [57, true],
  ] as const) {
    for (const before of [0, 5, 11, 17, 23]) {
      const copied = question.slice(3, 3 + length);
      const content = jsonl([{ text: `${"#".repeat(before)}${"Q".repeat(before)}${copied}!!` }]);
      const { matches, longest } = await scanFor(
        [question],
        { name: "b.jsonl", content },
        { methods: ["long-match"] },
      );
      expect([length, before, matches.map((one) => one.text)]).toEqual([length, before, is ? [copied] : []]);
      expect(longest(0)).toBe(is ? length : 0);
    }
  }
});

test("what escapes, other scripts and accents write differently is the same text", async () => {
  const question =
    "Où est le café préféré de Zoë et pourquoi y va-t-elle chaque matin avant le lever du soleil ? 那家咖啡馆的名字叫什么呢请告诉我";
  const decomposed = question.normalize("NFD").replace("é", "E\u0301");
  const ascii = JSON.stringify({ text: decomposed }).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const {
    found8,
    longest,
    matches: all,
  } = await scanFor([question], { name: "c.jsonl", content: `${ascii}\n` });
  const matches = all.filter((one) => one.jaccard === undefined);
  // 16 French words, and each of 17 characters without spaces between them is a word.
  expect(found8(0)).toBe(matches[0] === undefined ? 0 : matches[0].words - 7);
  expect(matches[0]?.words).toBeGreaterThan(30);
  expect(longest(0)).toBeGreaterThan(80);
  expect(matches[0]?.text.normalize("NFC").toLowerCase()).toContain("où est le café préféré de zoë");
});

test("a text of many megabytes in one row is searched across its buffers, in bounded memory", async () => {
  const random = seededRandom(5);
  const filler = (words: number) =>
    Array.from({ length: words }, () => `w${random.integer(50_000).toString(36)}`).join(" ");
  const places = [0, 3, 60_000, 110_000, 111_000, 160_000];
  let text = "";
  for (const [at, place] of places.entries()) text += `${filler(place - (places[at - 1] ?? 0))} ${QUESTION} `;
  const { matches, facts } = await scanFor([QUESTION], { name: "d.jsonl", content: jsonl([{ text }]) });
  const exact = matches.filter((one) => one.jaccard === undefined && one.words === 24);
  expect(exact.map((one) => one.text)).toEqual(places.map(() => QUESTION.slice(0, -1)));
  const content = readFileSync(join(folder, "d.jsonl"));
  for (const { offset, bytes, text: quote } of exact)
    expect(content.subarray(offset, offset + bytes).toString()).toBe(quote);
  expect(facts.rows).toBe(1);
  const plain = await scanFor([QUESTION], { name: "d.txt", content: text.replaceAll(" w1", "\nw1") });
  expect(plain.matches.filter((one) => one.characters === 91)).toHaveLength(places.length);
});

/** Random texts of few words, so that much is the same by chance. */
function fewWords(random: Random, count: number): string {
  const words = ["an", "b-b", "can't", "da", "eel", "f"];
  const marks = [" ", " ", " ", "  ", ", ", "\n", " - "];
  return Array.from(
    { length: count },
    () => `${words[random.integer(words.length)]}${marks[random.integer(marks.length)]}`,
  ).join("");
}

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9\s]/g, "")
    .split(/\s+/)
    .filter((word) => word !== "");

test("n-grams and longest matches are those of a plain search, word by word and letter by letter", async () => {
  const random = seededRandom(11);
  for (let round = 0; round < 12; round++) {
    const question = fewWords(random, 60);
    const corpus = Array.from({ length: 40 }, () => {
      const from = random.integer(40);
      const copied = wordsOf(question)
        .slice(from, from + 4 + random.integer(20))
        .join(" ");
      return `${fewWords(random, random.integer(30))}${random.integer(2) === 0 ? copied : ""} ${fewWords(random, random.integer(9))}`;
    });
    const { found8, found13, longest } = await scanFor(
      [question],
      { name: "e.jsonl", content: jsonl(corpus.map((text) => ({ text }))) },
      { methods: ["ngram-8", "ngram-13", "long-match"] },
    );
    const own = wordsOf(question);
    const inCorpus = (size: number) => {
      const grams = new Set(
        corpus.flatMap((text) => {
          const words = wordsOf(text);
          return words.map((_, at) => words.slice(at, at + size).join(" "));
        }),
      );
      return own.filter((_, at) => at + size <= own.length && grams.has(own.slice(at, at + size).join(" ")))
        .length;
    };
    expect([round, found8(0), found13(0)]).toEqual([round, inCorpus(8), inCorpus(13)]);
    const letters = own.join("");
    const rows = corpus.map((text) => wordsOf(text).join(""));
    let best = 0;
    for (let from = 0; from < letters.length; from++)
      while (
        rows.some((row) => row.includes(letters.slice(from, from + best + 1))) &&
        from + best < letters.length
      )
        best++;
    if (best >= 50) expect([round, longest(0)]).toEqual([round, best]);
  }
});

test("a corpus divided into pieces of any size gives the same matches, rows and passages as in one piece", async () => {
  const random = seededRandom(12);
  const texts = Array.from({ length: 4 }, () => fewWords(random, 40));
  const rows = Array.from({ length: 60 }, () => {
    const copied = wordsOf(texts[random.integer(4)] ?? "").slice(0, 12 + random.integer(28));
    return `${JSON.stringify({ text: `${fewWords(random, random.integer(60))} ${copied.join(" ")}` })}\n${random.integer(8) === 0 ? "\n" : ""}`;
  });
  // The last row has no line feed, and one is longer than several pieces.
  const content = `${rows.join("")}${JSON.stringify({ text: fewWords(random, 3000) + texts[0] })}\n{"text": "${texts[1]?.replace(/\s+/g, " ")}"}`;
  const seen = async (unitBytes: number) => {
    const { matches, facts, kept } = await scanFor(texts, { name: "u.jsonl", content }, { unitBytes });
    return { matches, kept, facts };
  };
  const whole = await seen(1e9);
  expect(whole.matches.length).toBeGreaterThan(100);
  expect(whole.facts).toMatchObject({ files: 1, rows: 62, bytes: content.length });
  for (const unitBytes of [100, 777, 5000]) expect(await seen(unitBytes)).toEqual(whole);
});

test("an edited copy is a near duplicate with its exact Jaccard similarity; an unlike text is none", async () => {
  const edited = QUESTION.replace("48 loaves", "48 rolls").replace("on that day", "that day");
  const other =
    "A smith sells 50 nails in the evening and twice as many at night; how many nails has he got left now?";
  const lines = [
    "Unrelated words stand here, and they go on for a good while without any likeness.",
    edited,
    "",
    other,
  ];
  const { matches, jaccard } = await scanFor([QUESTION], { name: "f.txt", content: lines.join("\n") });
  const near = matches.filter((one) => one.jaccard !== undefined);
  const shingles = (text: string) => {
    const words = wordsOf(text);
    return new Set(words.slice(2).map((_, at) => words.slice(at, at + 3).join(" ")));
  };
  const [one, two] = [shingles(QUESTION), shingles(edited)];
  const both = [...one].filter((shingle) => two.has(shingle)).length;
  expect(jaccard(0)).toBeCloseTo(both / (one.size + two.size - both), 12);
  expect(near.map(({ row, text }) => [row, text])).toEqual([[2, edited.slice(0, -1)]]);
});

test("what more than ten questions share tells of none of them", async () => {
  const head =
    "Answer the following question in one short sentence and give a reason for what you say, please.";
  const texts = Array.from(
    { length: 12 },
    (_, at) => `${head} Why is the ${"abcdefghijkl"[at]} one of ${at + 3} things?`,
  );
  const { matches } = await scanFor(texts, { name: "g.txt", content: `${head} And now something else.\n` });
  expect(matches).toEqual([]);
  const own = await scanFor(texts, { name: "g2.txt", content: `x ${texts[4]} y\n` });
  expect(own.matches.filter((one) => one.jaccard === undefined).map((one) => one.part)).toContain(4);
});

test("gzipped files, pretty-printed lists and chosen fields are read; damaged rows are counted and searched", async () => {
  const rows = [
    { text: QUESTION, meta: { note: "x" } },
    { text: "no", meta: { note: QUESTION } },
  ];
  const packed = await scanFor([QUESTION], { name: "h.jsonl.gz", content: gzipSync(jsonl(rows)) });
  expect(packed.matches.filter((one) => one.characters === 91).map((one) => [one.row, one.field])).toEqual([
    [1, "text"],
    [2, "meta.note"],
  ]);
  const chosen = await scanFor(
    [QUESTION],
    { name: "h.jsonl", content: jsonl(rows) },
    { fields: ["meta.note"] },
  );
  expect(chosen.matches.filter((one) => one.characters === 91).map((one) => [one.row, one.field])).toEqual([
    [2, "meta.note"],
  ]);
  const pretty = await scanFor([QUESTION], { name: "h.json", content: JSON.stringify(rows, null, 2) });
  expect(pretty.matches.filter((one) => one.characters === 91).map((one) => [one.row, one.field])).toEqual([
    [1, "text"],
    [2, "meta.note"],
  ]);
  const broken = `{"text": "${QUESTION}\n{"text": "fine"}\n(nonsense)\n{"deep": ${"[".repeat(600)}\n`;
  const damaged = await scanFor([QUESTION], { name: "i.jsonl", content: broken });
  expect(damaged.facts).toMatchObject({ rows: 4, damagedRows: 3, matchedRows: 1 });
});

/** Three rows of `messages` (role, content), the second with a second message that is "Say: " and QUESTION; pyarrow 26, zstd. */
const PARQUET =
  "UEFSMRUEFTAVOkwVBhUAEgAAKLUv/SAYpQAAYAEAAgADAAAAAAAAAAIAYOABYAEVABUUFSYsFQYVEBUGFQYcAAAAKLUv/SAKUQAAAgAAAAYBAgMkABUEFRAVIkwVAhUAEgAAKLUv/SAIQQAABAAAAHVzZXIVABUiFTQsFQgVEBUGFQYcAAAAKLUv/SARiQAAAgAAAAMEBAAAAAMkAQABBgAVBBWcAhXoAUwVBhUAEgAAKLUv/SCOXQMAQscWGYBL2kBInsvteJTYUDhhDUA5TAxyFqbHZQeGdGP0Q0613XpNTUPPhVTNxVDylFe8d4I/m7wVeXJRxXbIebzGuKIHAi+irRdbPOGDCemIqkrHQaoKcCiiIVUVCAQAXgguQg58Do0GocwVABUkFTYsFQgVEBUGFQYcAAAAKLUv/SASkQAAAgAAAAMEBAAAAAMkAQACAyQAFQQZfDUAGAZzY2hlbWEVBAAVBCUCGAJpZAA1AhgIbWVzc2FnZXMVAhUGTDwAAAA1BBgEbGlzdBUCADUCGAdlbGVtZW50FQQAFQwlAhgEcm9sZSUATBwAAAAVDCUCGAdjb250ZW50JQBMHAAAABYGGRwZPCYAHBUEGTUABhAZGAJpZBUMFgYWhgEWogEmXiYIKSwVBBUAFQIAFQAVEBUCADwpBhkmAAYAAAAmABwVDBk1AAYQGUgIbWVzc2FnZXMEbGlzdAdlbGVtZW50BHJvbGUVDBYIFnQWmAEm6AEmqgEpLBUEFQAVAgAVABUQFQIAPBYYGSYGAhlWAgAAAAYAAAAmABwVDBk1AAYQGUgIbWVzc2FnZXMEbGlzdAdlbGVtZW50B2NvbnRlbnQVDBYIFoYDFuQCJsoEJsICKSwVBBUAFQIAFQAVEBUCADwWhAIZJgYCGVYCAAAABgAAABaABRYGJggWngUAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRk8HAAAHAAAHAAAAJYBAABQQVIx";

test("Parquet as pyarrow writes it is read: nested lists, zstd, null rows, one column", async () => {
  const file = { name: "j.parquet", content: Buffer.from(PARQUET, "base64") };
  const { matches, facts } = await scanFor([QUESTION], file, { fields: ["messages.content"] });
  const [exact] = matches.filter((one) => one.jaccard === undefined);
  expect(exact).toMatchObject({ row: 2, field: "messages[1].content", offset: 5, words: 24 });
  expect(exact?.text).toBe(QUESTION.slice(0, -1));
  expect(facts).toMatchObject({ rows: 3, texts: 3, matchedRows: 1 });
  await expect(scanFor([QUESTION], file, { fields: ["text"] })).rejects.toThrow("has no column text");
  const torn = { name: "k.parquet", content: Buffer.from(PARQUET, "base64").subarray(0, 400) };
  await expect(scanFor([QUESTION], torn)).rejects.toThrow("cannot be read as Parquet");
});
