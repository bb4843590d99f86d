import type {
  ContaminatedPart,
  ContaminatedQuestion,
  ContaminationMethod,
  ContaminationPassage,
  PartFinding,
} from "../core/contamination.js";
import { presentFields } from "../core/present-fields.js";
import type { Question } from "../core/question.js";
import { type FoundPassage, foundGrams, LONG_MATCH, type PlacedFindings } from "./findings.js";
import { LEAST_NEAR_WORDS } from "./near-duplicates.js";
import { LONG_GRAM, MOST_SHARING, type SuiteIndex, type SuitePart } from "./suite-index.js";
import { GRAM } from "./text-scanner.js";

/** Share of a part's 8-grams that must be found (Chowdhery et al. 2022, PaLM, section 8). */
const LEAST_SHARE = 0.7;

/** A question with the suite that it belongs to. */
export interface AskedQuestion {
  readonly suite: string;
  readonly question: Question;
}

/** What each method calls a match. @param similarity least Jaccard similarity */
export function methodRules(similarity: number): Readonly<Record<ContaminationMethod, string>> {
  return {
    "ngram-13": `at least one run of ${LONG_GRAM} words is in the corpus (Brown et al. 2020, GPT-3)`,
    "ngram-8": `at least ${100 * LEAST_SHARE}% of the runs of ${GRAM} words are in the corpus, anywhere (Chowdhery et al. 2022, PaLM)`,
    "long-match": `at least ${LONG_MATCH} letters and digits in a row are in the corpus, spaces and punctuation left out (OpenAI 2023, GPT-4; every place of the text instead of three drawn ones)`,
    "near-duplicate": `a line, paragraph or text of the corpus shares 3-word shingles with Jaccard similarity ${similarity} or more (MinHash, 32 bands of 4 rows, then exact; texts of ${LEAST_NEAR_WORDS} words or more)`,
  };
}

/** What is not looked for, in words. */
export const SHARED_RULE = `runs of words that are in more than ${MOST_SHARING} of its questions are not looked for`;

/** Texts of questions that are looked for: turns with what stands before them, reference answers and right answers. */
export function suiteParts(questions: readonly AskedQuestion[]): SuitePart[] {
  return questions.flatMap(({ question }, at) => {
    const { turns, reference = [], context = [], key } = question;
    const texts = (part: ContaminatedPart, list: readonly string[], turn?: number) =>
      list.map((text, index): SuitePart => ({ question: at, part, turn: turn ?? index + 1, text }));
    const right =
      key === undefined
        ? []
        : key.kind === "text"
          ? key.accepted
          : key.choices.filter((_, index) => key.right.includes(String.fromCharCode(65 + index)));
    return [
      ...texts(
        "question",
        context.map(({ content }) => content),
        1,
      ),
      ...texts("question", turns),
      ...texts("answer", reference),
      ...texts("answer", right, turns.length),
    ];
  });
}

function partFinding(
  part: number,
  index: SuiteIndex,
  found: PlacedFindings,
  methods: ReadonlySet<ContaminationMethod>,
): PartFinding {
  const { part: kind, turn } = index.parts[part] as SuitePart;
  const [from, to] = [index.wordStarts[part] as number, index.wordStarts[part + 1] as number];
  const bytes = index.norm.subarray(index.byteStarts[part], index.byteStarts[part + 1]);
  const { found8, found13 } = foundGrams(found.grams, from, to);
  const counted = (table: Uint8Array) => table.subarray(from, to).reduce((sum, one) => sum + one, 0);
  const [of8, of13] = [counted(index.counted8), counted(index.counted13)];
  const longest = found.longest[part] as number;
  const jaccard = found.jaccard[part] as number;
  const says: Readonly<Record<ContaminationMethod, boolean>> = {
    "ngram-13": found13 > 0,
    "ngram-8": of8 > 0 && found8 >= LEAST_SHARE * of8,
    "long-match": longest >= LONG_MATCH,
    "near-duplicate": jaccard > 0,
  };
  const isShort = to - from < GRAM && bytes.filter((byte) => (byte & 0xc0) !== 0x80).length < LONG_MATCH;
  return {
    part: kind,
    turn,
    words: to - from,
    ngram13: { of: of13, found: found13, mostInOneRow: found.most13[part] as number },
    ngram8: { of: of8, found: found8, mostInOneRow: found.most8[part] as number },
    longest,
    jaccard: jaccard > 0 ? jaccard : null,
    rows: found.rows[part] as number,
    methods: [...methods].filter((method) => says[method]),
    ...presentFields({ tooShort: isShort ? (true as const) : undefined }),
  };
}

function shownPassage(passage: FoundPassage, { part, turn }: SuitePart): ContaminationPassage {
  const { part: _part, ...rest } = passage;
  return { part, turn, ...rest };
}

/** What the corpus holds of each question. */
export function questionVerdicts(
  questions: readonly AskedQuestion[],
  index: SuiteIndex,
  found: PlacedFindings,
  methods: ReadonlySet<ContaminationMethod>,
  passages: number,
): ContaminatedQuestion[] {
  const byQuestion: number[][] = questions.map(() => []);
  index.parts.forEach(({ question }, part) => {
    byQuestion[question]?.push(part);
  });
  return questions.map(({ suite, question }, at) => {
    const own = byQuestion[at] ?? [];
    const parts = own.map((part) => partFinding(part, index, found, methods));
    const has = (kind: ContaminatedPart) => parts.some((one) => one.part === kind && one.methods.length > 0);
    const [inQuestion, inAnswer] = [has("question"), has("answer")];
    const shown = own
      .flatMap((part) =>
        (found.passages[part] ?? []).map((one) => shownPassage(one, index.parts[part] as SuitePart)),
      )
      .sort((x, y) => y.characters - x.characters || (y.jaccard ?? 0) - (x.jaccard ?? 0));
    return {
      suite,
      id: question.id,
      category: question.category,
      contaminated: inQuestion || inAnswer,
      found: inQuestion ? (inAnswer ? "both" : "question") : inAnswer ? "answer" : "nothing",
      methods: [...methods].filter((method) => parts.some((part) => part.methods.includes(method))),
      parts,
      passages: shown.slice(0, passages),
    };
  });
}
