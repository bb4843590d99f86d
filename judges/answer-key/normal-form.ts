/**
 * Texts of answers in a form in which equal ones are equal, by the rules of AGIEval and of Hendrycks et al.'s MATH
 * (arXiv 2103.03874), in words of our own. Every step takes linear time.
 */

/** Numbers as people write them: sign, thousands separators, decimals, a fraction bar. */
const NUMBER = /^([+-]?)(?:(\d{1,3}(?:,\d{3})+|\d+)(\.\d*)?|(\.\d+))$/;

function plainNumber(text: string): number | undefined {
  const [, sign = "", whole = "", decimals = "", bare = ""] = NUMBER.exec(text) ?? [];
  if (whole === "" && bare === "") return undefined;
  const value = Number(`${sign}${whole.replaceAll(",", "")}${decimals}${bare}`);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * The value of a number or a fraction of two (`1,000`, `-0.5`, `3/4`, `\frac{3}{4}`); undefined for anything else.
 * @param text in normal form or as it is written
 */
export function numberOf(text: string): number | undefined {
  const bare = text.trim().replace(/^\$|\$$/g, "");
  const plain = plainNumber(bare);
  if (plain !== undefined) return plain;
  const [, sign = "", top = "", bottom = ""] =
    /^([+-]?)\\frac\{([^{}]{1,40})\}\{([^{}]{1,40})\}$/.exec(bare) ??
    /^([+-]?)([^/]{1,40})\/([^/]{1,40})$/.exec(bare) ??
    [];
  const [above, below] = [plainNumber(top), plainNumber(bottom)];
  if (above === undefined || below === undefined || below === 0) return undefined;
  return ((sign === "-" ? -1 : 1) * above) / below;
}

/** `\frac12`, `\frac1{2}`, `\sqrt3` and `1/2` with the braces that they mean. */
function braced(text: string): string {
  return text
    .replace(/\\sqrt([^{[\\\s])/g, "\\sqrt{$1}")
    .replace(/\\frac([^{\\\s])([^{\\\s])/g, "\\frac{$1}{$2}")
    .replace(/\\frac([^{\\\s])\{/g, "\\frac{$1}{")
    .replace(/(\\frac\{[^{}]{1,80}\})([^{\\\s])/g, "$1{$2}")
    .replace(/^(-?\d{1,40})\/(\d{1,40})$/, "\\frac{$1}{$2}");
}

/** What may stand around a value: units, degrees, money and percent marks, `\left`, `\right`, spaces of TeX. */
function withoutDress(text: string): string {
  return text
    .replace(/\\(?:left|right|displaystyle|,|;|!|:)/g, "")
    .replace(/\\[dt]frac/g, "\\frac")
    .replace(/\^\{?\\circ\}?|°/g, "")
    .replace(/\\?[%$]/g, "")
    .replace(/\\(?:text|mbox|mathrm|textbf|mathbf)\s?\{([^{}]{0,200})\}/g, " $1 ");
}

/** A number followed by a unit is that number: `5 cm`, `10 square feet`. */
function withoutUnit(text: string): string {
  const [, number, unit] =
    /^([+-]?[\d.,]{1,40}|[+-]?\\frac\{[^{}]{1,40}\}\{[^{}]{1,40}\})\s?([A-Za-z][A-Za-z\s]{0,40}(?:\^\d)?)$/.exec(
      text,
    ) ?? [];
  // One letter is more likely a variable, as in `3x`.
  return number === undefined || unit === undefined || unit.length < 2 ? text : number;
}

/** Words alone, such as the name of a town: letters' case, articles and marks at the ends say nothing. */
function isProse(text: string): boolean {
  return /^[\p{L}\p{M}\s'’.,!?-]{2,}$/u.test(text);
}

/** An answer in its normal form. Equal forms, and equal values, are equal answers. */
function normalForm(text: string): string {
  const bare = text
    .normalize("NFKC")
    .replace(/−/g, "-")
    .trim()
    .replace(/[.\s]{1,20}$/, "");
  if (isProse(bare)) {
    const words = bare
      .toLowerCase()
      .replace(/[’']/g, "'")
      .replace(/[.,!?]/g, " ")
      .split(/\s+/)
      .filter(Boolean);
    return words
      .filter((word, index) => index > 0 || !["a", "an", "the"].includes(word) || words.length === 1)
      .join(" ");
  }
  const dressed = withoutDress(bare).trim().replace(/\s+/g, " ");
  const closed = braced(withoutUnit(dressed).replace(/\s+/g, ""));
  const [, right] = /^[A-Za-z]{1,2}=(.+)$/.exec(closed) ?? [];
  return (right ?? closed).replace(/(^|[^\d.])\.(\d)/g, "$10.$2");
}

/** Whether two answers are the same: `exact` as they are written, `normalised` in form or value. */
export function sameAnswer(given: string, right: string): "exact" | "normalised" | undefined {
  if (given.trim() === right.trim()) return "exact";
  const [one, other] = [normalForm(given), normalForm(right)];
  if (one === other && one !== "") return "normalised";
  const [x, y] = [numberOf(one), numberOf(other)];
  if (x === undefined || y === undefined) return undefined;
  // Equal as numbers, up to how a fraction is rounded in binary.
  return Math.abs(x - y) <= 1e-12 * Math.max(Math.abs(x), Math.abs(y)) ? "normalised" : undefined;
}
