import { sha256 } from "../../core/hash.js";
import {
  ALPACA_EVAL_INSTRUCTIONS,
  alpacaEvalDataset,
  alpacaEvalDatasets,
  alpacaEvalPosition,
} from "./instructions.js";

/** A question of an annotated instruction set. */
export interface AnnotatedQuestion {
  readonly id: string;
  readonly category: string;
  /** Undefined for a question of AlpacaEval that no file holds. */
  readonly instruction: string | undefined;
}

/** Instructions of one model's rows, in a file's order. */
export interface AnnotatedRows {
  readonly instructions: readonly string[];
  /** Source data sets, where they are told. */
  readonly datasets: readonly (string | undefined)[];
}

const OTHER_CATEGORY = "general";

/** Whether these are AlpacaEval's instructions: at least half of them have a place among the 805. */
function isAlpacaEvalSet(instructions: readonly string[]): boolean {
  let known = 0;
  for (const instruction of instructions) {
    if (alpacaEvalPosition(instruction) !== -1) known++;
    if (2 * known >= instructions.length) return known > 0;
  }
  return false;
}

/**
 * Name of a suite by its instructions and baseline: `alpaca-eval-2` against gpt4_1106_preview, `alpaca-eval` against any
 * other baseline, `custom-instructions` for other instructions.
 */
export function alpacaEvalSuite(instructions: readonly string[], baseline: string): string {
  if (!isAlpacaEvalSet(instructions)) return "custom-instructions";
  return baseline === "gpt4_1106_preview" ? "alpaca-eval-2" : "alpaca-eval";
}

/**
 * Id of an instruction in its suite: its row number in AlpacaEval, as alpaca_eval's own suite has it, else a hash of
 * its text, so that two files agree on it.
 */
function idOf(instruction: string, position: number): string {
  return position === -1 ? `i${sha256(instruction).slice(0, 12)}` : String(position);
}

/**
 * The questions of a board: all 805 of AlpacaEval, whether a file holds them or not, or those that any file holds.
 */
export class AnnotatedQuestions {
  private readonly byId = new Map<string, AnnotatedQuestion>();
  /** Ids by instruction. */
  private readonly ids = new Map<string, string>();

  constructor(readonly isAlpacaEval: boolean) {
    if (!isAlpacaEval) return;
    for (let position = 0; position < ALPACA_EVAL_INSTRUCTIONS; position++) {
      const id = idOf("", position);
      const category = alpacaEvalDataset(position) ?? OTHER_CATEGORY;
      this.byId.set(id, { id, category, instruction: undefined });
    }
  }

  /** Takes in rows; gives the question id of each. */
  add({ instructions, datasets }: AnnotatedRows): string[] {
    const isKnown = instructions.every((instruction) => this.ids.has(instruction));
    const places = isKnown ? undefined : this.placesOf(instructions);
    return instructions.map((instruction, row) => {
      const known = this.ids.get(instruction);
      if (known !== undefined) return known;
      const id = idOf(instruction, places?.[row] ?? -1);
      const category = this.byId.get(id)?.category ?? datasets[row] ?? OTHER_CATEGORY;
      this.byId.set(id, { id, category, instruction });
      this.ids.set(instruction, id);
      return id;
    });
  }

  /**
   * Places of rows in AlpacaEval; −1 where there is none. A row of a whole file (805 rows) whose text is not known
   * stands at its own place if no other row claims it: the instruction was reworded.
   */
  private placesOf(instructions: readonly string[]): number[] | undefined {
    if (!this.isAlpacaEval) return undefined;
    const places = instructions.map(alpacaEvalPosition);
    if (places.length !== ALPACA_EVAL_INSTRUCTIONS) return places;
    const claimed = new Set(places);
    return places.map((place, row) => (place === -1 && !claimed.has(row) ? row : place));
  }

  /** In the order of the suite. */
  get questions(): AnnotatedQuestion[] {
    return [...this.byId.values()];
  }

  /** In the order in which they are shown. */
  get categories(): string[] {
    const present = new Set(Array.from(this.byId.values(), (question) => question.category));
    return this.isAlpacaEval ? [...new Set([...alpacaEvalDatasets, ...present])] : [...present];
  }
}
