import type { GateResult } from "../harness/core/gate.js";
import type { PolicyResult } from "../harness/core/policy.js";

/** What a report shows besides its input. */
export interface RenderOptions {
  /** Outcomes of the gates, for formats that show them (markdown, junit, json, metrics). */
  readonly gates?: readonly GateResult[];
  /** Outcomes of a gate policy over suites, one for each candidate. */
  readonly policies?: readonly PolicyResult[];
  /** Why the run that is reported is unfinished; null when it is done, absent where that is not known. */
  readonly unfinished?: string | null;
  /** Whether an inconclusive gate gives the command another exit code than 0. Default false. */
  readonly inconclusiveFails?: boolean;
  /** The same for policies, which have a rule of their own; as for gates where it is left out. */
  readonly policiesFail?: boolean;
  /** Font files for images, where names need letters that the bundled fonts lack. */
  readonly fonts?: readonly string[];
  /** Is told what could not be shown as asked for. */
  readonly warn?: (warning: string) => void;
}
