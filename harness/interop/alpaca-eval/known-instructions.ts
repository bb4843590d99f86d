import { type CountTokens, type StyleCounts, styleOf } from "../../core/answer-style.js";
import { codePointLength } from "../../core/text.js";
import type { JsonReader } from "./json.js";
import { RepeatedText } from "./read-buffer.js";

/** An answer of the baseline; its length in code points. */
interface MeasuredText {
  readonly length: number;
  readonly style: StyleCounts;
}

/** An instruction and what the latest file holds beside it. */
export interface KnownInstruction {
  /** Place among all instructions, in the order in which they were met. */
  readonly place: number;
  readonly instruction: RepeatedText;
  /** The baseline's answer, which is not kept as a text. */
  readonly baseline: RepeatedText;
  measured: MeasuredText | undefined;
}

/** Three instruction sets of AlpacaEval's size. */
const MOST_TEXTS = 2_500;

/**
 * What annotation files of one board have in common: instructions, most often in the same order, and the baseline's
 * answers. They are decoded and measured once, and only compared in further files.
 */
export class KnownInstructions {
  private readonly texts: KnownInstruction[] = [];
  private readonly byInstruction = new Map<string, KnownInstruction>();
  private next = 0;

  instruction(reader: JsonReader): KnownInstruction {
    const expected = this.texts[this.next];
    const text =
      expected !== undefined && reader.passRepeated(expected.instruction) ? expected : this.read(reader);
    this.next = text.place + 1;
    return text;
  }

  private read(reader: JsonReader): KnownInstruction {
    const instruction = new RepeatedText();
    reader.learnText(instruction);
    const known = this.byInstruction.get(instruction.text);
    if (known !== undefined) return known;
    const place = this.texts.length;
    const text = { place, instruction, baseline: new RepeatedText(), measured: undefined };
    if (place < MOST_TEXTS) {
      this.texts.push(text);
      this.byInstruction.set(instruction.text, text);
    }
    return text;
  }

  /**
   * Reads an answer of the baseline, and tells its length and style.
   * @param beside the instruction that it answers, where that one is known already
   */
  baseline(reader: JsonReader, beside: KnownInstruction | undefined, count: CountTokens): MeasuredText {
    if (beside?.measured !== undefined && reader.passRepeated(beside.baseline)) return beside.measured;
    const answer = beside?.baseline ?? new RepeatedText();
    reader.learnText(answer);
    const measured = { length: codePointLength(answer.text), style: styleOf(answer.text, count) };
    answer.text = "";
    if (beside !== undefined) beside.measured = measured;
    return measured;
  }
}
