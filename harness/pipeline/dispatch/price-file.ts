import { ConfigError } from "../../core/errors.js";
import { knownPrices, type PriceTable } from "./prices.js";

/** Checks a number of a price file. */
function readAmount(value: unknown, key: string, file: string): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw new ConfigError(`${file}: ${key} must be dollars per million tokens, a number of at least 0`, {
    code: "bad-prices",
    remedy:
      "Write for each model { input: 2.5, output: 10, cachedInput: 1.25 }; cachedInput may be left out.",
  });
}

/**
 * Reads a price file: an object of models, each `{ input, output, cachedInput? }` in dollars per million tokens. Models
 * that it does not name keep the prices of `base`.
 *
 * @param value parsed YAML or JSON
 * @param file named in errors
 * @throws ConfigError `bad-prices`, naming file and key
 */
export function readPrices(value: unknown, file: string, base: PriceTable = knownPrices): PriceTable {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(`${file}: a price file is an object of model names`, {
      code: "bad-prices",
      remedy: 'Write "model-name": { input: 2.5, output: 10 } in dollars per million tokens.',
    });
  }
  const models = new Map(base.models);
  for (const [name, entry] of Object.entries(value)) {
    const fields: Record<string, unknown> = typeof entry === "object" && entry !== null ? { ...entry } : {};
    const wrong = Object.keys(fields).find((key) => !["input", "output", "cachedInput"].includes(key));
    if (wrong !== undefined) {
      throw new ConfigError(`${file}: ${name}.${wrong} is not a price`, {
        code: "bad-prices",
        remedy: "Valid keys: input, output, cachedInput.",
      });
    }
    models.set(name, {
      inputPerMillion: readAmount(fields.input, `${name}.input`, file),
      outputPerMillion: readAmount(fields.output, `${name}.output`, file),
      ...(fields.cachedInput === undefined
        ? {}
        : { cachedInputPerMillion: readAmount(fields.cachedInput, `${name}.cachedInput`, file) }),
    });
  }
  return { asOf: file, models };
}
