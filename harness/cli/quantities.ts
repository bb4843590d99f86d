import { ConfigError } from "../core/errors.js";

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const AGE_UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

function readQuantity(
  text: string,
  flag: string,
  units: Readonly<Record<string, number>>,
  remedy: string,
): number {
  const [, amount, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = units[unit.toLowerCase()];
  if (amount !== undefined && factor !== undefined) return Number(amount) * factor;
  throw new ConfigError(`${flag} cannot be "${text.slice(0, 60)}"`, { code: "invalid-value", remedy });
}

/**
 * Reads a size such as `500MB`, `2 GiB` or `1000000`, in bytes. Without a unit it is bytes; `MB` is a million.
 * @throws ConfigError `invalid-value` naming the flag.
 */
export function readSize(text: string, flag: string): number {
  return readQuantity(text, flag, SIZE_UNITS, "Give a size such as 500MB or 2GB.");
}

/**
 * Reads an age such as `90m`, `12h`, `30d` or `8w`, in milliseconds.
 * @throws ConfigError `invalid-value` naming the flag; a bare number is refused, since days and seconds are both usual.
 */
export function readAge(text: string, flag: string): number {
  return readQuantity(text, flag, AGE_UNITS, "Give an age such as 12h, 30d or 8w.");
}

/** Bytes for people, in decimal units: `950 B`, `48.9 kB`, `1.9 MB`. */
export function showBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let amount = bytes;
  let step = 0;
  while (amount >= 999.5 && step < units.length - 1) {
    amount /= 1000;
    step++;
  }
  const digits = step === 0 || amount >= 99.95 ? 0 : 1;
  return `${amount.toFixed(digits)} ${units[step] ?? ""}`;
}
