function rounded(size: number, decimals: number): string {
  const shifted = Math.round(Number(`${size}e${decimals}`));
  return Number.isNaN(shifted) ? size.toFixed(decimals) : Number(`${shifted}e-${decimals}`).toFixed(decimals);
}

/**
 * A number as every sentence and report writes it: rounded half up on its printed decimals (6.675 is 6.68, although its
 * double lies below), with a true minus sign, and no minus before zero.
 */
export function formatFixed(value: number, decimals: number): string {
  const text = rounded(Math.abs(value), decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A difference, as {@link formatFixed} with a plus before what lies above zero. */
export function formatSigned(value: number, decimals: number): string {
  const text = formatFixed(value, decimals);
  return Number(text.replace("−", "-")) > 0 ? `+${text}` : text;
}

/** A number as a person writes it: `−0.2`, not `-0.20000000000000001`; `97.5`. */
export function formatTrimmed(value: number): string {
  const text = String(Number(Math.abs(value).toPrecision(12)));
  return value < 0 ? `−${text}` : text;
}

/** A whole number with commas between thousands: `14,042`. */
export function formatCount(value: number): string {
  return formatFixed(Math.round(value), 0).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
