import type { Json } from "../../core/json.js";
import type { Warning } from "../../core/records.js";
import type { StatedFigure } from "../../core/stated-figure.js";

/** What one model made of one question, once, and what the tool's metrics gave it. */
export interface ScoredItem {
  /** The same for the same question in every file of the suite. */
  readonly questionId: string;
  readonly category?: string | undefined;
  /** What was asked, one text for each turn. */
  readonly turns: readonly string[];
  readonly reference?: string | undefined;
  readonly metadata?: Readonly<Record<string, Json>> | undefined;
  /** From 1. */
  readonly trial: number;
  readonly answer: { readonly text: string; readonly reasoning?: string } | { readonly error: string };
  /** By {@link ScoredMetric.key}. Null: there is a verdict that is no number; absent: the metric was not applied. */
  readonly values: ReadonlyMap<string, number | null>;
  /** What the tool read out of the answer. */
  readonly read?: string | undefined;
}

/** One way in which a tool scored the items of a set. */
export interface ScoredMetric {
  readonly key: string;
  /** Name shown as the judge, such as `exact_match (strict-match)`. */
  readonly name: string;
  /** Everything that decides a value besides the model and its answer; a protocol is known by it. */
  readonly identity: { readonly [key: string]: Json };
  /** Ends of the scale, where the tool states them. */
  readonly scale?: { readonly least: number; readonly most: number } | undefined;
  /** A smaller value is the better one: such a metric gets no board. */
  readonly lowerIsBetter?: boolean | undefined;
  /** The tool's own mean of it, and how far rounding may have moved that. */
  readonly stated?: { readonly value: number; readonly tolerance: number } | undefined;
}

/** The items of one model in one suite, as one file or log holds them. */
export interface ScoredSet {
  /** Short name of the tool's format, such as `lm-eval`: the head of its protocols' ids. */
  readonly judge: string;
  readonly suite: string;
  readonly title?: string | undefined;
  readonly model: string;
  readonly metrics: readonly ScoredMetric[];
  readonly items: readonly ScoredItem[];
  /** Questions of the whole suite, where fewer were asked. */
  readonly whole?: number | undefined;
  /** When it was made, ISO 8601. */
  readonly at: string;
  /** Where it stands, for what is said of it. */
  readonly file: string;
  /** The tool's own sets that it was put together from: what the tool states holds for each of them. */
  readonly parts?: readonly ScoredSet[];
}

/** A file that was read. */
export interface ImportedFile {
  readonly file: string;
  /** Of its bytes, lower-case hex. */
  readonly sha256: string;
  readonly tool: string;
  readonly version?: string | undefined;
  /** Fields that assay has no place for and left out. */
  readonly dropped?: readonly string[] | undefined;
  /** Settings of the tool that belong to no figure. */
  readonly settings?: Json | undefined;
}

/** What the files of another harness hold. */
export interface HarnessResults {
  readonly sets: readonly ScoredSet[];
  readonly figures: readonly StatedFigure[];
  readonly files: readonly ImportedFile[];
  readonly warnings: readonly Warning[];
}
