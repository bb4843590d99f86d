import { existsSync } from "node:fs";
import { parseText } from "../config/read-config.js";
import { ConfigError } from "../core/errors.js";
import { readPrices } from "../pipeline/dispatch/price-file.js";
import { knownPrices, type PriceTable } from "../pipeline/dispatch/prices.js";

const REMEDY = "Check the path given with --prices.";

/**
 * Prices of a file over the bundled ones; the bundled ones without a file.
 * @throws ConfigError `prices-not-found`, or naming file and line for what is no price table.
 */
export async function loadPrices(file: string | undefined): Promise<PriceTable> {
  if (file === undefined) return knownPrices;
  if (!existsSync(file))
    throw new ConfigError(`price file ${file} cannot be read`, { code: "prices-not-found", remedy: REMEDY });
  const { value } = await parseText(file, REMEDY);
  return readPrices(value, file);
}
