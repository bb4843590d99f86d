/** The noun that goes with an amount: `1 question`, `2 questions`; what does not end with an s is given (`1 reply`, `2 replies`). */
export function nounFor(amount: number, one: string, several = `${one}s`): string {
  return amount === 1 ? one : several;
}

/**
 * An amount with its noun, and with its verb where one follows: `1 model`, `2 categories`, `1 verdict is`. The one place
 * that knows a plural; `shown` is the amount as it is to be written, such as with separators of thousands.
 */
export function countOf(
  amount: number,
  one: string,
  several = `${one}s`,
  shown: string = String(amount),
): string {
  return `${shown} ${nounFor(amount, one, several)}`;
}
