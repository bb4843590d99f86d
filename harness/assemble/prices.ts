import { readFileSync } from "node:fs";
import { ConfigError } from "../core/errors.js";
import { readPrices } from "../pipeline/dispatch/price-file.js";
import { knownPrices, type PriceTable } from "../pipeline/dispatch/prices.js";

/**
 * Prices of a file over the bundled ones; the bundled ones without a file.
 * @throws ConfigError `prices-not-found`, or for a file that is no price table.
 */
export async function loadPrices(file: string | undefined): Promise<PriceTable> {
  if (file === undefined) return knownPrices;
  const { parse } = await import("yaml");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`price file ${file} cannot be read`, {
      code: "prices-not-found",
      cause,
      remedy: "Check the path given with --prices.",
    });
  }
  return readPrices(parse(text), file);
}
