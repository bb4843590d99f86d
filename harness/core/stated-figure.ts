import { compositeKey } from "./composite-key.js";
import type { Interval } from "./interval.js";

/** What a {@link StatedFigure}'s value is counted in: `share` 0 to 1, `percent` 0 to 100, `rating` points on its scale. */
export type FigureUnit = "share" | "percent" | "rating" | "other";

/** The `tool` of figures in a table that names none. */
export const FIGURE_TABLE = "table";

/** Where a figure was stated. */
export interface FigureSource {
  /** Tool or publication that states it, such as `lm-evaluation-harness`. */
  readonly tool: string;
  readonly version?: string;
  /** Path or address as it was given. */
  readonly file: string;
  /** Of the file's bytes, lower-case hex. */
  readonly sha256: string;
  /** When it was read or fetched, ISO 8601. */
  readonly retrieved?: string;
}

/**
 * A figure that another tool or a publication states, beside what assay measures itself: nothing of it is computed or
 * guessed, and what was not stated is absent. One line of `RUN/figures.jsonl`.
 */
export interface StatedFigure {
  /** What was asked, by the tool's name for it, such as `mmlu`. */
  readonly suite: string;
  /** Which way of asking or reading, where one suite has several, such as a filter. */
  readonly variant?: string;
  /** The tool's name for the figure, such as `acc_norm`. */
  readonly metric: string;
  readonly model: string;
  readonly value: number;
  readonly unit: FigureUnit;
  /** Ends of the scale, in the unit of the value, where they are known. */
  readonly scale?: { readonly least: number; readonly most: number };
  readonly lowerIsBetter: boolean;
  /** As stated, in the unit of the value. */
  readonly standardError?: number;
  /** As stated; never made from the standard error. */
  readonly interval?: Interval;
  /** Items behind the figure. */
  readonly n?: number;
  /** What guessing scores, in the unit of the value. */
  readonly chance?: number;
  /** Why it stands for a part of the suite only. */
  readonly partial?: string;
  readonly source: FigureSource;
  /** Fields of the source that assay has no place for, as they were. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A figure's place: of two figures of one place the later one counts. Another source is another place. */
export function statedPlace({ suite, variant, metric, model, source }: StatedFigure): string {
  return JSON.stringify([suite, variant ?? null, metric, model, source.tool, source.sha256]);
}

/** Suite and variant as one name: `gsm8k (strict-match)`. */
export function statedSuite({ suite, variant }: Pick<StatedFigure, "suite" | "variant">): string {
  return variant === undefined ? suite : `${suite} (${variant})`;
}

/** Tool and version as one name. */
export function statedTool({ source }: Pick<StatedFigure, "source">): string {
  return source.version === undefined ? source.tool : `${source.tool} ${source.version}`;
}

/**
 * Figures of things that are not measured already: what a tool states of items whose records are at hand, and of a task whose
 * group is recorded or stated, would count the same measurement twice.
 * @param isRecorded whether there are records of a suite by a model
 */
export function statedBeside(
  figures: readonly StatedFigure[],
  isRecorded: (suite: string, model: string) => boolean,
): StatedFigure[] {
  const placeOf = (suite: string, { variant, metric, model }: StatedFigure) =>
    compositeKey(suite, variant ?? "", metric, model);
  const stated = new Set(figures.map((figure) => placeOf(figure.suite, figure)));
  return figures.filter((figure) => {
    const { suite, model, extra } = figure;
    if (isRecorded(suite, model)) return false;
    const whole = extra?.partOf;
    return typeof whole !== "string" || !(isRecorded(whole, model) || stated.has(placeOf(whole, figure)));
  });
}
