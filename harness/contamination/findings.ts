import type { ContaminationMethod, ContaminationPassage } from "../core/contamination.js";
import { presentFields } from "../core/present-fields.js";
import { type Match, RUN } from "./match-finder.js";
import type { NearDuplicate } from "./near-duplicates.js";
import { type Quoted, quoted, type SourceWindow } from "./source-window.js";
import { LONG_GRAM, type SuiteIndex } from "./suite-index.js";
import { GRAM } from "./text-scanner.js";

/** Letters and digits in a row that make a long match (OpenAI 2023, GPT-4 technical report, appendix C). */
export const LONG_MATCH = 50;

/** Where the scan is. */
export interface CorpusPlace {
  readonly file: string;
  /** From 1; of plain text the line of the text's first byte. */
  readonly row: number;
  /** Whether each line of the text is a row. */
  readonly isLined: boolean;
  /** Where in the row, made when it is needed. */
  readonly field: () => string | undefined;
  readonly window: () => SourceWindow;
}

/** A passage as it was found. */
export interface FoundPassage
  extends Quoted,
    Pick<ContaminationPassage, "file" | "row" | "field" | "characters" | "words" | "jaccard"> {
  /** Position in the index's list of parts. */
  readonly part: number;
}

/** A passage that is kept, with the piece of the corpus that its row is counted in. */
export interface KeptPassage {
  readonly unit: number;
  readonly passage: FoundPassage;
}

/** What was found of all parts; plain data, so that it can come from another thread. */
export interface FoundParts {
  /** By first suite word: bit 1 its n-gram of 8 words was found, bit 2 the one of 13. */
  readonly grams: Uint8Array;
  readonly most8: Int32Array;
  readonly most13: Int32Array;
  readonly longest: Int32Array;
  readonly rows: Int32Array;
  readonly jaccard: Float64Array;
  readonly passages: readonly (readonly KeptPassage[])[];
  readonly matchedRows: number;
}

/** The same with the rows of the passages counted from the beginning of their files. */
export type PlacedFindings = Omit<FoundParts, "passages"> & {
  readonly passages: readonly (readonly FoundPassage[])[];
};

const FOUND8 = 1;
const FOUND13 = 2;

/** What is looked for and how much is kept. */
export interface FindingOptions {
  readonly methods: ReadonlySet<ContaminationMethod>;
  /** Passages of each part that are kept. */
  readonly passages: number;
  /** Told of every match. */
  readonly onMatch?: (passage: FoundPassage) => void;
}

/** Gathers what is found, by part of the suite; keeps counts and a few passages, whatever the corpus holds. */
export class Findings {
  private readonly grams: Uint8Array;
  private readonly seen8: Float64Array;
  private readonly seen13: Float64Array;
  private readonly here8: Int32Array;
  private readonly here13: Int32Array;
  private readonly most8: Int32Array;
  private readonly most13: Int32Array;
  private readonly longest: Int32Array;
  private readonly rows: Int32Array;
  private readonly lastRow: Float64Array;
  private readonly jaccard: Float64Array;
  private readonly passages: KeptPassage[][];
  private rowBase = 0;
  private unit = 0;
  private lastMatched = -1;
  matchedRows = 0;
  place: CorpusPlace | undefined;

  constructor(
    private readonly index: SuiteIndex,
    private readonly options: FindingOptions,
  ) {
    const { parts, norm: _norm, wordEnds } = index;
    this.grams = new Uint8Array(wordEnds.length);
    this.seen8 = new Float64Array(wordEnds.length);
    this.seen13 = new Float64Array(wordEnds.length);
    const perPart = () => new Int32Array(parts.length);
    this.here8 = perPart();
    this.here13 = perPart();
    this.most8 = perPart();
    this.most13 = perPart();
    this.longest = perPart();
    this.rows = perPart();
    this.lastRow = new Float64Array(parts.length);
    this.jaccard = new Float64Array(parts.length);
    this.passages = parts.map(() => []);
  }

  /** Begins a piece of the corpus; its rows are others than those of the last one. @param rows most rows of the last one */
  nextUnit(unit: number, rows: number): void {
    this.unit = unit;
    this.rowBase += rows + 1;
  }

  /** What was found so far. */
  found(): FoundParts {
    const { grams, most8, most13, longest, rows, jaccard, passages, matchedRows } = this;
    return { grams, most8, most13, longest, rows, jaccard, passages, matchedRows };
  }

  match(match: Match): void {
    const { methods } = this.options;
    const { part } = match;
    const counts =
      (match.grams13 > 0 && methods.has("ngram-13")) ||
      (match.grams8 > 0 && methods.has("ngram-8")) ||
      (match.characters >= LONG_MATCH && methods.has("long-match"));
    if (!counts) return;
    const { place } = this;
    const row = place === undefined ? 0 : place.isLined ? place.row + match.line : place.row;
    this.enterRow(part, row);
    const { runs, runCount } = match;
    for (let at = 0; at < runCount; at += RUN)
      this.cover(part, runs[at] as number, runs[at + 1] as number, row);
    this.most8[part] = Math.max(this.most8[part] as number, this.here8[part] as number);
    this.most13[part] = Math.max(this.most13[part] as number, this.here13[part] as number);
    this.longest[part] = Math.max(this.longest[part] as number, match.characters);
    this.keep(match, match, row);
  }

  near(duplicate: NearDuplicate): void {
    const { part, jaccard, words, span } = duplicate;
    const { place } = this;
    const row = place === undefined ? 0 : place.isLined ? place.row + span.from.line : place.row;
    this.enterRow(part, row);
    this.jaccard[part] = Math.max(this.jaccard[part] as number, jaccard);
    // What is the same letter for letter is quoted as such.
    this.keep(duplicate, { part, characters: 0, words, jaccard }, row);
  }

  private enterRow(part: number, row: number): void {
    const key = this.rowBase + row;
    if (key !== this.lastMatched) this.matchedRows++;
    this.lastMatched = key;
    if (this.lastRow[part] === key) return;
    this.lastRow[part] = key;
    this.rows[part] = (this.rows[part] as number) + 1;
    this.here8[part] = 0;
    this.here13[part] = 0;
  }

  /** Marks the n-grams of a run of words, and counts those that are new in this row. */
  private cover(part: number, word: number, words: number, row: number): void {
    const { grams, seen8, seen13 } = this;
    const { counted8, counted13 } = this.index;
    const key = this.rowBase + row + 1;
    const [last8, last13] = [word + words - GRAM, word + words - LONG_GRAM];
    let [own8, own13] = [0, 0];
    for (let at = word; at <= last8; at++) {
      if (counted8[at] === 1) {
        grams[at] = (grams[at] as number) | FOUND8;
        if (seen8[at] !== key) own8++;
        seen8[at] = key;
      }
      if (at > last13 || counted13[at] !== 1) continue;
      grams[at] = (grams[at] as number) | FOUND13;
      if (seen13[at] !== key) own13++;
      seen13[at] = key;
    }
    this.here8[part] = (this.here8[part] as number) + own8;
    this.here13[part] = (this.here13[part] as number) + own13;
  }

  /** Keeps the longest passages, one of each row. */
  private keep(
    found: Pick<Match, "span">,
    { part, characters, words, jaccard }: Pick<FoundPassage, "part" | "characters" | "words" | "jaccard">,
    row: number,
  ): void {
    const { place } = this;
    const { onMatch, passages } = this.options;
    const list = this.passages[part];
    if (place === undefined || list === undefined) return;
    const rank = characters + (jaccard ?? 0);
    const worst = list.length < passages ? -1 : rankOf(list[list.length - 1] as KeptPassage);
    if (rank <= worst && onMatch === undefined) return;
    const same = list.findIndex((one) => one.passage.row === row && one.unit === this.unit);
    const isKept = rank > worst && (same < 0 || rank > rankOf(list[same] as KeptPassage));
    if (!isKept && onMatch === undefined) return;
    const field = place.field();
    const passage: FoundPassage = {
      ...presentFields({ part, characters, words, jaccard }),
      ...quoted(found.span, place.window()),
      ...{ file: place.file, row },
      ...(field === undefined ? {} : { field }),
    };
    onMatch?.(passage);
    if (!isKept) return;
    if (same >= 0) list.splice(same, 1);
    list.push({ unit: this.unit, passage });
    list.sort(byRank);
    list.length = Math.min(list.length, passages);
  }
}

/** Exact matches before near ones, the longest first. */
function rankOf({ passage: { characters, jaccard = 0 } }: KeptPassage): number {
  return characters + jaccard;
}

/** The best first; of equals the one that stands first in the corpus. */
function byRank(one: KeptPassage, other: KeptPassage): number {
  return rankOf(other) - rankOf(one) || one.unit - other.unit;
}

/**
 * What several scans found of different pieces of a corpus, as one scan of them all finds it.
 * @param passages most passages of each part
 */
export function joinedFindings(scans: readonly FoundParts[], passages: number): FoundParts {
  const [first, ...others] = scans;
  if (first === undefined) throw new Error("nothing was scanned");
  const found: FoundParts = {
    ...first,
    passages: first.passages.map((_, part) =>
      scans
        .flatMap((scan) => scan.passages[part] ?? [])
        .sort(byRank)
        .slice(0, passages),
    ),
    matchedRows: scans.reduce((sum, { matchedRows }) => sum + matchedRows, 0),
  };
  for (const other of others) {
    other.grams.forEach((bits, at) => {
      found.grams[at] = (found.grams[at] as number) | bits;
    });
    for (const key of ["most8", "most13", "longest", "jaccard"] as const)
      other[key].forEach((value, part) => {
        found[key][part] = Math.max(found[key][part] as number, value);
      });
    other.rows.forEach((rows, part) => {
      found.rows[part] = (found.rows[part] as number) + rows;
    });
  }
  return found;
}

/** N-grams of a part that were found anywhere. */
export function foundGrams(grams: Uint8Array, from: number, to: number): { found8: number; found13: number } {
  let [found8, found13] = [0, 0];
  for (let at = from; at < to; at++) {
    if (((grams[at] as number) & FOUND8) !== 0) found8++;
    if (((grams[at] as number) & FOUND13) !== 0) found13++;
  }
  return { found8, found13 };
}
