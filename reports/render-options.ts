import type { GateResult } from "../harness/core/gate.js";

/** What a report shows besides its input. */
export interface RenderOptions {
  /** Outcomes of the gates, for formats that show them (markdown, junit, json, metrics). */
  readonly gates?: readonly GateResult[];
  /** Why the run that is reported is unfinished; null when it is done, absent where that is not known. */
  readonly unfinished?: string | null;
  /** Whether an inconclusive gate gives the command another exit code than 0. Default false. */
  readonly inconclusiveFails?: boolean;
  /** Font files for images, where names need letters that the bundled fonts lack. */
  readonly fonts?: readonly string[];
  /** Is told what could not be shown as asked for. */
  readonly warn?: (warning: string) => void;
}
