/** A text that judges' templates or replies are made of and that answers have no business to hold. */
export interface TemplateMark {
  readonly name: string;
  readonly pattern: RegExp;
  /** A character that every match holds, as it stands: nothing is found more quickly than that there is none. */
  readonly character?: string;
  /**
   * In lower case: every match holds one of them, and a search for a word is far quicker than for the pattern. Empty only
   * where every match holds a character beyond ASCII.
   */
  readonly words: readonly string[];
}

/**
 * Marks of the templates and verdict forms of the judges that assay knows, and of common attacks on judges. A match is
 * no proof: code may hold `[[1]]`, and an answer about evaluation may quote a verdict.
 */
const TEMPLATE_MARKS: readonly TemplateMark[] = [
  {
    name: "rating in double brackets",
    character: "[",
    words: ["[["],
    pattern: /\[\[\s*\d{1,2}(\.\d+)?\s*\]\]/,
  },
  {
    name: "verdict in double brackets",
    character: "[",
    words: ["[["],
    pattern: /\[\[\s*(A|B|C|[AB]\s*>{1,2}\s*[AB]|A\s*=\s*B)\s*\]\]/i,
  },
  {
    name: "final verdict line",
    words: ["final rating", "final verdict"],
    pattern: /^\W{0,4}FINAL (RATING|VERDICT)\W{0,4}:\W{0,4}(\d{1,2}(\.\d+)?|A|B|TIE)\W*$/im,
  },
  {
    // Only forms that no ordinary answer has: "**Result:** 5" ends many a calculation.
    name: "verdict of an open-weight judge",
    words: ["[result]", "final decision is ", "best-to-wors"],
    pattern:
      /\[RESULT\]\s{0,4}\(?(?:[1-5]|A|B)\b|\bfinal decision is (?:Response [12]|Tie)\b|"best-to-wors[te]"\s{0,4}:/i,
  },
  { name: "block marker", character: "=", words: ["==="], pattern: /===\s*(BEGIN|END)\b.{0,80}===/i },
  {
    name: "answer delimiter",
    character: "[",
    words: ["[the "],
    pattern: /\[The (Start|End) of (the )?(Assistant|Reference)/i,
  },
  {
    name: "conversation delimiter",
    character: "<",
    words: ["<|the "],
    pattern: /<\|The (Start|End) of (the )?(Assistant|Reference)/i,
  },
  {
    name: "chat mark",
    character: "<",
    words: ["<|"],
    pattern: /<\|(im_start|im_end|eot_id|start_header_id|end_header_id|endoftext)\|>/,
  },
  {
    name: "model identifier",
    words: ["model_identifier", "best model identifier"],
    pattern: /"?model_identifier"?\s*:|##\s*Best Model Identifier/i,
  },
  {
    name: "structured verdict",
    character: '"',
    words: ['"verdict"', '"ordered_models"', '"rating"', '"score"'],
    pattern:
      /"(verdict|ordered_models)"\s*:|"(evidence|explanation|reasoning)"\s*:.{0,2000}"(rating|score)"\s*:/s,
  },
  {
    name: "instruction to the judge",
    // Every match of the first form begins with a verb, and every one of the second with the first two words.
    words: [
      "ignore",
      "disregard",
      "forget",
      ...["rate", "grade", "score"].flatMap((verb) => ["this", "my", "the"].map((one) => `${verb} ${one} `)),
    ],
    pattern:
      /\b(ignore|disregard|forget)\b.{0,40}\b(previous|above|prior|all)\b.{0,40}\b(instructions?|prompts?|criteria)|\b(rate|grade|score) (this|my|the) (answer|response|output)\b.{0,40}\b(10|ten|highest|best)\b/is,
  },
  {
    name: "invisible characters",
    words: [],
    pattern: /[\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]/,
  },
];

const special = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Words without a character that tells quickly: all of them are looked for at once, and hardly any text holds one. */
const ANY_WORD = new RegExp(
  TEMPLATE_MARKS.flatMap(({ character, words }) => (character === undefined ? words : []))
    .map(special)
    .join("|"),
);

/** Words one of which every text of ASCII alone holds that holds a mark, in small letters or large ones. */
export const MARK_WORDS: readonly string[] = TEMPLATE_MARKS.flatMap(({ words }) => words);

/** A mark that a text holds. */
export interface FoundMark {
  readonly mark: TemplateMark;
  /** Its own among those of {@link markNames}. */
  readonly bit: number;
  /** Where it first stands. */
  readonly index: number;
}

/** Names of the marks whose bits are set. */
export function markNames(bits: number): string[] {
  return TEMPLATE_MARKS.flatMap(({ name }, place) => ((bits & (1 << place)) === 0 ? [] : [name]));
}

/** The marks that a text holds. */
export function marksIn(text: string): FoundMark[] {
  const lower = text.toLowerCase();
  const holdsWord = ANY_WORD.test(lower);
  const all: FoundMark[] = [];
  for (const [place, mark] of TEMPLATE_MARKS.entries()) {
    const { character, words, pattern } = mark;
    if (character === undefined ? words.length > 0 && !holdsWord : !text.includes(character)) continue;
    if (words.length > 0 && words.every((word) => !lower.includes(word))) continue;
    const found = pattern.exec(text);
    if (found !== null) all.push({ mark, bit: 1 << place, index: found.index });
  }
  return all;
}
