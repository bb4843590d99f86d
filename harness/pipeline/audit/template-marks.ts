/** A text that judges' templates or replies are made of and that answers have no business to hold. */
export interface TemplateMark {
  readonly name: string;
  readonly pattern: RegExp;
}

/**
 * Marks of the templates and verdict forms of the judges that assay knows, and of common attacks on judges. A match is
 * no proof: code may hold `[[1]]`, and an answer about evaluation may quote a verdict.
 */
const TEMPLATE_MARKS: readonly TemplateMark[] = [
  { name: "rating in double brackets", pattern: /\[\[\s*\d{1,2}(\.\d+)?\s*\]\]/ },
  { name: "verdict in double brackets", pattern: /\[\[\s*(A|B|C|[AB]\s*>{1,2}\s*[AB]|A\s*=\s*B)\s*\]\]/i },
  {
    name: "final verdict line",
    pattern: /^\W{0,4}FINAL (RATING|VERDICT)\W{0,4}:\W{0,4}(\d{1,2}(\.\d+)?|A|B|TIE)\W*$/im,
  },
  {
    // Only forms that no ordinary answer has: "**Result:** 5" ends many a calculation.
    name: "verdict of an open-weight judge",
    pattern:
      /\[RESULT\]\s{0,4}\(?(?:[1-5]|A|B)\b|\bfinal decision is (?:Response [12]|Tie)\b|"best-to-wors[te]"\s{0,4}:/i,
  },
  { name: "block marker", pattern: /===\s*(BEGIN|END)\b.{0,80}===/i },
  { name: "answer delimiter", pattern: /\[The (Start|End) of (the )?(Assistant|Reference)/i },
  { name: "conversation delimiter", pattern: /<\|The (Start|End) of (the )?(Assistant|Reference)/i },
  { name: "chat mark", pattern: /<\|(im_start|im_end|eot_id|start_header_id|end_header_id|endoftext)\|>/ },
  { name: "model identifier", pattern: /"?model_identifier"?\s*:|##\s*Best Model Identifier/i },
  {
    name: "structured verdict",
    pattern:
      /"(verdict|ordered_models)"\s*:|"(evidence|explanation|reasoning)"\s*:.{0,2000}"(rating|score)"\s*:/s,
  },
  {
    name: "instruction to the judge",
    pattern:
      /\b(ignore|disregard|forget)\b.{0,40}\b(previous|above|prior|all)\b.{0,40}\b(instructions?|prompts?|criteria)|\b(rate|grade|score) (this|my|the) (answer|response|output)\b.{0,40}\b(10|ten|highest|best)\b/is,
  },
  { name: "invisible characters", pattern: /[\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]/ },
];

/** The marks that a text holds, with where each first stands. */
export function marksIn(text: string): { readonly mark: TemplateMark; readonly index: number }[] {
  return TEMPLATE_MARKS.flatMap((mark) => {
    const found = mark.pattern.exec(text);
    return found === null ? [] : [{ mark, index: found.index }];
  });
}
