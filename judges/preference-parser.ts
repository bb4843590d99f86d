/**
 * How a pairwise judge's reply becomes a preference. `first` and `second` are the names under which the prompt
 * presents the answers in its two slots.
 */
export type PreferenceParser =
  /** A list of records with `model` and `rank`, written as Python or JSON; ranks are 1 and 2. */
  | { readonly kind: "ranking"; readonly first: string; readonly second: string }
  /** The same list in a field of the arguments of a tool call (or of a JSON reply). */
  | {
      readonly kind: "tool-ranking";
      readonly field: string;
      readonly first: string;
      readonly second: string;
    }
  /** Log-probabilities of two tokens at one position of the reply (0 = first, −1 = last). */
  | {
      readonly kind: "logprobs";
      readonly first: string;
      readonly second: string;
      readonly position: number;
      /** Only which token is likelier, not by how much. */
      readonly binary: boolean;
    }
  /** Two scores on the first line, of the answer in the first slot first; the higher one wins (alpaca_eval's `lmsys_parser`). */
  | { readonly kind: "score-pair" }
  /** The reply is one of two tokens; for estimates from several samples. */
  | { readonly kind: "token"; readonly first: string; readonly second: string }
  /** `[[A]]`, `[[B]]`, `[[C]]`: exactly one of them must occur. */
  | { readonly kind: "brackets"; readonly first: string; readonly second: string; readonly tie?: string }
  /** Regular expressions by the weight on the second answer (0, ½ or 1); exactly one match. */
  | {
      readonly kind: "patterns";
      readonly patterns: readonly { readonly weightB: number; readonly pattern: string }[];
    };
