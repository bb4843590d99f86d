import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { AskedQuestion } from "../../harness/contamination/question-verdicts.js";
import { packageFile } from "../../harness/core/package-files.js";
import { seededRandom } from "../../harness/core/random.js";

/** How a question was put into a row. */
export type PlantKind = "whole" | "passage" | "letters" | "edited";

/** A question that was put into a row of the corpus. */
export interface Plant {
  readonly row: number;
  /** Bytes from the beginning of the file, without what stands before the first and behind the last letter or digit. */
  readonly from: number;
  readonly to: number;
  readonly question: string;
  readonly kind: PlantKind;
}

/** The words of the documentation, as often as they stand there. */
function wordsOfDocs(): string[] {
  const docs = packageFile("docs");
  const files = readdirSync(docs).filter((name) => name.endsWith(".md"));
  const text = files.map((name) => readFileSync(join(docs, name), "utf8")).join(" ");
  return text.match(/\b[A-Za-z][a-z']*\b/g) ?? [];
}

const KINDS: readonly PlantKind[] = ["whole", "passage", "letters", "edited"];

/** Text that is planted, with one byte to each character. */
function planted(kind: PlantKind, text: string, at: number): string {
  const words = text.split(/\s+/);
  if (kind === "whole") return text;
  if (kind === "edited") return words.map((word, index) => (index % 14 === 7 ? "qqz" : word)).join(" ");
  if (kind === "passage") {
    const from = at % Math.max(1, words.length - 20);
    return words
      .slice(from, from + 20)
      .join(", ")
      .toUpperCase();
  }
  const from = at % Math.max(1, text.length - 110);
  return text.slice(from, from + 110);
}

/**
 * Writes a corpus of JSON lines: sentences of the documentation's words, one of five of them written backwards; in
 * one of `every` rows a question is planted, as it is, a passage of 20 words in capitals with commas, 110 characters from
 * anywhere, or with every fourteenth word replaced.
 */
export function writeCorpus(
  file: string,
  bytes: number,
  share: number,
  asked: readonly AskedQuestion[],
): Plant[] {
  const random = seededRandom(`contamination ${share}`);
  const known = wordsOfDocs();
  const sentence = () => {
    const count = 6 + random.integer(20);
    const words = Array.from({ length: count }, () =>
      random.integer(5) === 0
        ? [...(known[random.integer(known.length)] ?? "word")].reverse().join("")
        : (known[random.integer(known.length)] ?? "word"),
    );
    return `${words.join(" ")}. `;
  };
  const sentences = Array.from({ length: 50_000 }, sentence);
  // Escapes and other scripts would make bytes and characters differ; they have tests of their own.
  const texts = asked.flatMap(({ question }) => {
    const text = question.turns[0] ?? "";
    return /^[\x20-\x7e]+$/.test(text) && !/["\\]/.test(text) && text.split(/\s+/).length >= 30
      ? [{ id: question.id, text }]
      : [];
  });
  const plants: Plant[] = [];
  const handle = openSync(file, "w");
  let [offset, row, pending] = [0, 0, [] as string[]];
  let held = 0;
  const some = (least: number) => {
    let text = "";
    while (text.length < least) text += sentences[random.integer(sentences.length)];
    return text;
  };
  while (offset < bytes) {
    row++;
    const head = `{"id": ${row}, "text": "`;
    let line = head + some(200 + random.integer(1200));
    if (random.next() < share) {
      const { id = "", text = "" } = texts[random.integer(texts.length)] ?? {};
      const kind = KINDS[row % KINDS.length] ?? "whole";
      const put = planted(kind, text, random.integer(10_000));
      // Near duplicates are lines.
      line += kind === "edited" ? "\\n" : "";
      const lead = put.length - put.replace(/^[^A-Za-z0-9]+/, "").length;
      const from = offset + line.length + lead;
      plants.push({
        row,
        from,
        to: from + put.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "").length,
        question: id,
        kind,
      });
      line += `${put}${kind === "edited" ? "\\n" : " "}${some(100)}`;
    }
    line += '"}\n';
    offset += line.length;
    pending.push(line);
    held += line.length;
    if (held > 1 << 22) {
      writeSync(handle, pending.join(""));
      [pending, held] = [[], 0];
    }
  }
  writeSync(handle, pending.join(""));
  closeSync(handle);
  return plants;
}
