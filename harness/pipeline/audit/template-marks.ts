/** A text that judges' templates or replies are made of and that answers have no business to hold. */
export interface TemplateMark {
  readonly name: string;
  readonly pattern: RegExp;
  /** In lower case: every match holds one of them, and a search for a word is far quicker than for the pattern. */
  readonly words?: readonly string[];
}

/**
 * Marks of the templates and verdict forms of the judges that assay knows, and of common attacks on judges. A match is
 * no proof: code may hold `[[1]]`, and an answer about evaluation may quote a verdict.
 */
const TEMPLATE_MARKS: readonly TemplateMark[] = [
  { name: "rating in double brackets", words: ["[["], pattern: /\[\[\s*\d{1,2}(\.\d+)?\s*\]\]/ },
  {
    name: "verdict in double brackets",
    words: ["[["],
    pattern: /\[\[\s*(A|B|C|[AB]\s*>{1,2}\s*[AB]|A\s*=\s*B)\s*\]\]/i,
  },
  {
    name: "final verdict line",
    words: ["final "],
    pattern: /^\W{0,4}FINAL (RATING|VERDICT)\W{0,4}:\W{0,4}(\d{1,2}(\.\d+)?|A|B|TIE)\W*$/im,
  },
  {
    // Only forms that no ordinary answer has: "**Result:** 5" ends many a calculation.
    name: "verdict of an open-weight judge",
    words: ["[result]", "final decision is ", "best-to-wors"],
    pattern:
      /\[RESULT\]\s{0,4}\(?(?:[1-5]|A|B)\b|\bfinal decision is (?:Response [12]|Tie)\b|"best-to-wors[te]"\s{0,4}:/i,
  },
  { name: "block marker", words: ["==="], pattern: /===\s*(BEGIN|END)\b.{0,80}===/i },
  {
    name: "answer delimiter",
    words: ["[the "],
    pattern: /\[The (Start|End) of (the )?(Assistant|Reference)/i,
  },
  {
    name: "conversation delimiter",
    words: ["<|the "],
    pattern: /<\|The (Start|End) of (the )?(Assistant|Reference)/i,
  },
  {
    name: "chat mark",
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
    words: ['"verdict"', '"ordered_models"', '"rating"', '"score"'],
    pattern:
      /"(verdict|ordered_models)"\s*:|"(evidence|explanation|reasoning)"\s*:.{0,2000}"(rating|score)"\s*:/s,
  },
  {
    name: "instruction to the judge",
    // The first form ends in one of three words; the second begins with one of the others.
    words: ["instruction", "prompt", "criteria", "rate ", "grade ", "score "],
    pattern:
      /\b(ignore|disregard|forget)\b.{0,40}\b(previous|above|prior|all)\b.{0,40}\b(instructions?|prompts?|criteria)|\b(rate|grade|score) (this|my|the) (answer|response|output)\b.{0,40}\b(10|ten|highest|best)\b/is,
  },
  { name: "invisible characters", pattern: /[\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]/ },
];

/** The marks that a text holds, with where each first stands. */
export function marksIn(text: string): { readonly mark: TemplateMark; readonly index: number }[] {
  const lower = text.toLowerCase();
  const all: { readonly mark: TemplateMark; readonly index: number }[] = [];
  for (const mark of TEMPLATE_MARKS) {
    if (mark.words?.every((word) => !lower.includes(word)) === true) continue;
    const found = mark.pattern.exec(text);
    if (found !== null) all.push({ mark, index: found.index });
  }
  return all;
}
