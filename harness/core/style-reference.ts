import type { Board } from "./board.js";
import { countOf } from "./count-of.js";
import { contentId } from "./hash.js";
import type { BoardStyle, StyleForm } from "./style-control.js";

/** What style was worth on one board, frozen. */
export interface FrozenBoardStyle {
  readonly suite: string;
  readonly protocol: string;
  /** Opponent of all comparisons; left out where models meet each other. */
  readonly baseline?: string;
  readonly form: StyleForm;
  /** How tokens were counted. */
  readonly tokens: string;
  readonly features: readonly Pick<
    BoardStyle["features"][number],
    "feature" | "mean" | "deviation" | "coefficient"
  >[];
  /** What it was fitted to. */
  readonly source: {
    readonly models: readonly string[];
    readonly questions: number;
    readonly n: number;
  };
}

/** A file of frozen styles, one for each board. */
export interface StyleReference {
  readonly schema: "assay.style-reference/1";
  readonly boards: readonly FrozenBoardStyle[];
}

/** The frozen style of a board: of the same questions, judge protocol and opponent. */
export function frozenStyleOf(
  reference: StyleReference,
  { suite, protocol, baseline }: Pick<Board, "suite" | "protocol" | "baseline">,
): FrozenBoardStyle | undefined {
  return reference.boards.find(
    (one) => one.suite === suite && one.protocol === protocol && one.baseline === baseline,
  );
}

/** Short id of a frozen style: of everything in it that decides a figure. */
export function frozenStyleId({ form, features, tokens }: FrozenBoardStyle): string {
  return contentId({ form, features, tokens });
}

/** Protocol of a board's controlled figures: nothing is judged again, so it stands beside the judge's. */
export function controlledProtocol(protocol: string, frozen: FrozenBoardStyle | undefined): string {
  return `${protocol}+style-${frozen === undefined ? "joint" : frozenStyleId(frozen)}`;
}

/** More models than these are counted. */
const NAMED_MODELS = 4;

/** What a reader is told of where a frozen style comes from. */
export function frozenStyleSource({ source }: FrozenBoardStyle): string {
  const { models } = source;
  const named = models.slice(0, NAMED_MODELS).join(", ");
  const more = models.length > NAMED_MODELS ? " and others" : "";
  return `a board of ${countOf(models.length, "model")}: ${named}${more}`;
}

/** The boards' styles, frozen; boards without a fit, and those that were frozen already, are left out. */
export function styleReferenceOf(boards: readonly Board[]): StyleReference {
  return {
    schema: "assay.style-reference/1",
    boards: boards.flatMap(({ suite, protocol, baseline, style, models }): FrozenBoardStyle[] => {
      if (style === undefined || style.reference !== null || style.features.length === 0) return [];
      const { form, tokens, questions, n } = style;
      const known = models.flatMap(({ model, styleControlled }) => (styleControlled ? [model] : []));
      const features = style.features.map(({ feature, mean, deviation, coefficient }) => ({
        feature,
        mean,
        deviation,
        coefficient,
      }));
      const head = baseline === undefined ? { suite, protocol } : { suite, protocol, baseline };
      return [{ ...head, form, tokens, features, source: { models: known, questions, n } }];
    }),
  };
}
