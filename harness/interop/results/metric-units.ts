import type { FigureUnit } from "../../core/stated-figure.js";

/** Names under which harnesses state shares of items, 0 to 1. */
const SHARES =
  /^(?:acc(?:uracy)?(?:_norm|_bytes|_mutual_info|_all)?|mean_acc|(?:quasi_|prefix_|quasi_prefix_)?exact_match(?:@\d+)?|exact_match_.*|em|f1(?:_score)?|mc[12]|mcc|pass@?\w*|pass_rate|pass_at_\d+|pass_k_\d+|.*_acc(?:uracy)?|(?:prompt|inst)_level_.*|precision|recall)$/i;

/** The unit of a metric, as far as its name and value tell; what neither tells is `other`. */
export function metricUnit(metric: string, value: number): FigureUnit {
  return SHARES.test(metric) && value >= -1 && value <= 1 ? "share" : "other";
}
