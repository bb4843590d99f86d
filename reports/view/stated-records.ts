import type { ShownFigure, ShownInterval } from "./shown-figure.js";

/** A figure that another tool or a publication states; names are as they came and need {@link displayName}. */
export interface StatedView {
  /** Suite, with the variant where it has several. */
  readonly suite: string;
  readonly metric: string;
  readonly model: string;
  readonly figure: ShownFigure;
  /** As stated; null where none was. */
  readonly interval: ShownInterval | null;
  readonly standardError: ShownFigure | null;
  readonly n: ShownFigure | null;
  /** Tool and version. */
  readonly tool: string;
  /** Path or address of the source. */
  readonly file: string;
  /** Why it stands for a part of the suite only. */
  readonly partial: string | null;
  readonly lowerIsBetter: boolean;
}
