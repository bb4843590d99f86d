/** A figure as it is shown: the exact value, its text, and where in `scores.json` it stands. */
export interface ShownFigure {
  readonly value: number | null;
  /** Formatted with its unit; an en dash where there is no value. */
  readonly text: string;
  /** JSON Pointer (RFC 6901) into {@link ReportInput}, such as `/scores/boards/0/models/1/score`. */
  readonly from: string;
  /** Why there is no value. */
  readonly reason?: string;
}

/** An interval as it is shown; `text` is such as `5.98 to 7.37`. */
export interface ShownInterval {
  readonly low: ShownFigure;
  readonly high: ShownFigure;
  readonly level: number;
  readonly method: string;
  readonly text: string;
}

/** A name that came from outside (model, category), kept apart so that formats can isolate it. */
interface ShownName {
  readonly name: string;
}

/** A sentence in parts: plain words, figures and names. {@link phraseText} joins it. */
export type Phrase = readonly (string | ShownFigure | ShownName)[];
