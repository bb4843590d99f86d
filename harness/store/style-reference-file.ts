import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../core/errors.js";
import { isJsonObject } from "../core/json.js";
import { STYLE_FEATURES } from "../core/style-control.js";
import type { FrozenBoardStyle, StyleReference } from "../core/style-reference.js";
import { readOwnDocument } from "./own-document.js";
import { prettyJson, writeFileAtomically } from "./run-folder.js";

/** Name of the reference that a run folder keeps. */
const RUN_REFERENCE = "style-reference.json";

function isFeature(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { feature, mean, deviation, coefficient } = value;
  const numbers = [mean, deviation, coefficient];
  return (
    STYLE_FEATURES.some((known) => known === feature) &&
    numbers.every((one) => typeof one === "number" && Number.isFinite(one)) &&
    Number(deviation) >= 0
  );
}

function isBoard(value: unknown): value is FrozenBoardStyle {
  if (!isJsonObject(value)) return false;
  const { suite, protocol, baseline, form, tokens, features, source } = value;
  return (
    [suite, protocol, tokens].every((one) => typeof one === "string") &&
    (baseline === undefined || typeof baseline === "string") &&
    (form === "densities" || form === "counts") &&
    Array.isArray(features) &&
    features.length > 0 &&
    features.every(isFeature) &&
    isJsonObject(source) &&
    Array.isArray(source.models) &&
    source.models.every((model) => typeof model === "string")
  );
}

function isReference(value: unknown): value is StyleReference {
  if (!isJsonObject(value) || value.schema !== "assay.style-reference/1") return false;
  return Array.isArray(value.boards) && value.boards.length > 0 && value.boards.every(isBoard);
}

/**
 * Reads a style reference.
 * @throws ConfigError for a file that is not there; DataError for one that is no style reference.
 */
export function readStyleReference(file: string): StyleReference {
  if (!existsSync(file))
    throw new ConfigError(`there is no style reference ${file}`, {
      code: "style-reference-missing",
      remedy: "Check the path, or write it with `assay score … --write-style-reference FILE`.",
    });
  return readOwnDocument(file, {
    what: "style reference",
    schema: "assay.style-reference/1",
    is: isReference,
    code: "bad-style-reference",
    remedy: "Write it again with `assay score … --write-style-reference FILE`.",
  });
}

/** Writes a style reference. @throws AssayError `cannot-write`. */
export async function writeStyleReference(file: string, reference: StyleReference): Promise<void> {
  await writeFileAtomically(file, prettyJson(reference));
}

/** The reference that a run folder keeps; undefined where it keeps none. @throws DataError for a damaged one. */
export function readRunReference(run: string): StyleReference | undefined {
  const file = join(run, RUN_REFERENCE);
  return existsSync(file) ? readStyleReference(file) : undefined;
}

/** Keeps in a run folder the reference that it was scored with, so that it is scored alike wherever it goes. */
export async function keepRunReference(run: string, reference: StyleReference | undefined): Promise<void> {
  if (reference !== undefined) await writeStyleReference(join(run, RUN_REFERENCE), reference);
}
