import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../core/errors.js";
import { readJsonLines } from "../core/jsonl.js";
import { type StatedFigure, statedPlace } from "../core/stated-figure.js";
import { writeFileAtomically } from "./run-folder.js";

/** Where figures that others state lie in a run folder. */
export function figuresPath(run: string): string {
  return join(run, "figures.jsonl");
}

const figureSchema = z.looseObject({
  suite: z.string().min(1),
  variant: z.string().optional(),
  metric: z.string().min(1),
  model: z.string().min(1),
  value: z.number(),
  unit: z.enum(["share", "percent", "rating", "other"]),
  scale: z.object({ least: z.number(), most: z.number() }).optional(),
  lowerIsBetter: z.boolean(),
  standardError: z.number().nonnegative().optional(),
  interval: z.object({ low: z.number(), high: z.number(), level: z.number(), method: z.string() }).optional(),
  n: z.number().nonnegative().optional(),
  chance: z.number().optional(),
  partial: z.string().optional(),
  source: z.object({
    tool: z.string().min(1),
    version: z.string().optional(),
    file: z.string(),
    sha256: z.string(),
    retrieved: z.string().optional(),
  }),
  extra: z.record(z.string(), z.unknown()).optional(),
});

/** The figures of which each is the last of its place, in the order of their first. */
export function lastStated(figures: Iterable<StatedFigure>): StatedFigure[] {
  const byPlace = new Map<string, StatedFigure>();
  for (const figure of figures) byPlace.set(statedPlace(figure), figure);
  return [...byPlace.values()];
}

/**
 * Figures that others state, as a run folder keeps them; the last one of a place counts, and there need be none.
 * @throws DataError naming file, line and key.
 */
export function readStatedFigures(run: string): StatedFigure[] {
  const file = figuresPath(run);
  if (!existsSync(file)) return [];
  const figures: StatedFigure[] = [];
  for (const { line, value } of readJsonLines(file, { onTornTail: () => undefined })) {
    const parsed = figureSchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new DataError(`${issue?.path.join(".") || "the line"}: ${issue?.message ?? "not a figure"}`, {
        code: "invalid-figure",
        file,
        line,
        remedy: "Fix or remove this line; docs/scores-json.md lists the keys of a figure.",
      });
    }
    // The schema has the same fields; zod types an optional one as possibly undefined.
    figures.push(parsed.data as StatedFigure);
  }
  return lastStated(figures);
}

/** Writes the figures of a run folder that has none yet; no file for none. @throws AssayError `cannot-write`. */
export async function writeStatedFigures(run: string, figures: readonly StatedFigure[]): Promise<void> {
  if (figures.length === 0) return;
  await writeFileAtomically(figuresPath(run), figures.map((one) => `${JSON.stringify(one)}\n`).join(""));
}
