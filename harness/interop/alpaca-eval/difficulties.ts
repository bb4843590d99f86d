import { readFileSync } from "node:fs";
import { DataError, messageOf } from "../../core/errors.js";
import { sha256 } from "../../core/hash.js";
import { isJsonObject } from "../../core/json.js";
import { presentFields } from "../../core/present-fields.js";

/** Difficulties of an instruction set as they were estimated once, to be used for every later model. */
export interface FrozenDifficulties {
  readonly schema: "assay.difficulties/1";
  /** Difficulties are those against this baseline … */
  readonly baseline: string;
  /** … as this protocol judges. */
  readonly protocol: string;
  /** Models that they were estimated from. */
  readonly models: readonly string[];
  /** Verdicts that they were estimated from. */
  readonly verdicts: number;
  /** γ by {@link instructionKey}. */
  readonly difficulties: { readonly [instruction: string]: number };
}

/** Short hash of an instruction, under which its difficulty is kept. */
export function instructionKey(instruction: string): string {
  return sha256(instruction).slice(0, 16);
}

function notDifficulties(file: string, problem: string, cause?: unknown): DataError {
  return new DataError(problem, {
    code: "broken-difficulties",
    file,
    remedy: "Name a file that `assay score --fit-difficulties` wrote.",
    ...presentFields({ cause }),
  });
}

/** Reads a file of frozen difficulties. @throws DataError `broken-difficulties`. */
export function readDifficulties(file: string): FrozenDifficulties {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw notDifficulties(file, `cannot be read as JSON (${messageOf(cause).slice(0, 120)})`, cause);
  }
  if (!isJsonObject(value) || value.schema !== "assay.difficulties/1")
    throw notDifficulties(file, "does not hold difficulties of instructions");
  const { baseline, protocol, models, verdicts, difficulties } = value;
  if (typeof baseline !== "string" || typeof protocol !== "string" || !isJsonObject(difficulties))
    throw notDifficulties(file, "lacks its baseline, protocol or difficulties");
  const gammas: Record<string, number> = {};
  for (const [key, gamma] of Object.entries(difficulties)) {
    if (typeof gamma !== "number" || !Number.isFinite(gamma))
      throw notDifficulties(file, `the difficulty of ${key.slice(0, 40)} is not a number`);
    gammas[key] = gamma;
  }
  return {
    schema: "assay.difficulties/1",
    baseline,
    protocol,
    models: Array.isArray(models) ? models.map(String) : [],
    verdicts: typeof verdicts === "number" ? verdicts : 0,
    difficulties: gammas,
  };
}
