import { basename, dirname, resolve } from "node:path";
import { z } from "zod";
import type { AssetUse, Suite } from "../../harness/core/records.js";
import { samplingShape } from "../question-schema.js";
import { misfit, validated } from "../read-questions.js";
import { REFUSAL_LAYOUTS } from "../refusals/is-refusal-form.js";
import type { SourceFile } from "../source-file.js";
import type { KnownItem } from "./known-item.js";
import { createKnownSuite, type FewShot } from "./known-suite.js";
import { filesAt, LAYOUT_NAMES, type LayoutName, readItems } from "./layouts.js";
import { readOwnRow, rowsUnderHeader } from "./own-rows.js";
import { scoringOf, scoringShape } from "./scoring-head.js";

const paths = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: "should be a path, or a list of paths",
});

/** The head of a file with right answers; the questions stand in it, or in the files that it names. */
const knownHead = z.strictObject({
  id: z.string().min(1).optional(),
  title: z.string().min(1).optional(),
  category: z.string().min(1).optional(),
  notice: z.string().min(1).optional(),
  layout: z
    .enum(LAYOUT_NAMES, { error: `should be one of ${[...LAYOUT_NAMES, ...REFUSAL_LAYOUTS].join(", ")}` })
    .optional(),
  files: paths.optional(),
  shots: z.int("should be a whole number").min(0, "is below 0").max(100, "is above 100").optional(),
  examples: paths.optional(),
  seed: z.int("should be a whole number").optional(),
  draw: z.enum(["seeded", "first"], { error: "should be seeded or first" }).optional(),
  sampling: samplingShape.optional(),
  ...scoringShape,
  questions: z.array(z.unknown(), { error: "should be a list of questions" }).optional(),
});

const HEAD_KEYS: readonly string[] = Object.keys(knownHead.shape);

type KnownHead = z.output<typeof knownHead>;

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

interface Content {
  readonly items: readonly KnownItem[];
  readonly assets: readonly AssetUse[];
}

/** Questions that stand in the file itself. */
async function itemsWithin(source: SourceFile, head: KnownHead): Promise<readonly KnownItem[]> {
  const isCsv = Array.isArray(source.root) && Array.isArray(source.root[0]);
  const [rows, at] = Array.isArray(source.root)
    ? [isCsv ? rowsUnderHeader(source.root) : source.root, []]
    : [head.questions ?? [], ["questions"]];
  if (rows.length === 0)
    throw await misfit(source, at, "holds no question", "Add at least one question, or name `files`.");
  const items: KnownItem[] = [];
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const path = [...at, index + (isCsv ? 1 : 0)];
    const item = await readOwnRow(row, { source, path, index, category: head.category ?? "general" });
    if (seen.has(item.id))
      throw await misfit(
        source,
        path,
        `repeats the id "${item.id}"`,
        "Give every question an id of its own.",
      );
    seen.add(item.id);
    items.push(item);
  }
  return items;
}

async function contentOf(source: SourceFile, head: KnownHead, layout: LayoutName): Promise<Content> {
  const own: AssetUse = { id: basename(source.file), sha256: source.sha256, pinned: null };
  if (head.files === undefined) return { items: await itemsWithin(source, head), assets: [own] };
  if (head.questions !== undefined)
    throw await misfit(
      source,
      ["questions"],
      "`questions` stands beside `files`",
      "Leave one of the two out.",
    );
  const read = await readItems(await placesOf(source, head.files, layout), layout, head.category);
  return { items: read.items, assets: [own, ...read.assets] };
}

function placesOf(source: SourceFile, given: string | readonly string[], layout: LayoutName) {
  return filesAt(
    list(given).map((path) => resolve(dirname(source.file), path)),
    layout,
  );
}

/** Examples come from the file that is named for them, else from the questions themselves. */
async function examplesOf(
  source: SourceFile,
  head: KnownHead,
  layout: LayoutName,
  items: readonly KnownItem[],
): Promise<{ readonly examples: FewShot; readonly assets: readonly AssetUse[] }> {
  const { shots = 0, seed = 1, draw = "seeded" } = head;
  if (head.examples === undefined) return { examples: { shots, seed, draw, pool: items }, assets: [] };
  if (shots === 0)
    throw await misfit(
      source,
      ["examples"],
      "`examples` stands without `shots`",
      "Say how many examples each question gets: `shots: 5`.",
    );
  const read = await readItems(await placesOf(source, head.examples, layout), layout, head.category);
  return { examples: { shots, seed, draw, pool: read.items }, assets: read.assets };
}

/**
 * Loads a file with right answers: the simple form (YAML, JSON, JSONL, CSV), or a YAML or JSON file that names files of a
 * publisher's layout and the examples before each question (docs/known-answers.md).
 * @param idOf makes a suite's id of a file's name
 * @throws DataError with file and line for anything that is not right; ConfigError for files that are not there.
 */
export async function loadKnownFile(source: SourceFile, idOf: (file: string) => string): Promise<Suite> {
  const head: KnownHead = Array.isArray(source.root)
    ? {}
    : await validated(knownHead, source.root, source, [], HEAD_KEYS);
  const layout = head.layout ?? "questions";
  if (layout !== "questions" && head.files === undefined)
    throw await misfit(
      source,
      ["layout"],
      "`layout` is named without `files`",
      "Name the files: `files: test.jsonl`.",
    );
  const content = await contentOf(source, head, layout);
  const { examples, assets } = await examplesOf(source, head, layout, content.items);
  const scoring = await scoringOf(source, head, layout, [...content.items, ...examples.pool]);
  const { maxTokens = 2048, temperature = 0, temperatureByCategory } = head.sampling ?? {};
  return createKnownSuite({
    id: head.id ?? idOf(source.file),
    title: head.title ?? basename(source.file),
    items: content.items,
    examples,
    scoring,
    sampling: {
      maxTokens,
      temperature,
      ...(temperatureByCategory === undefined ? {} : { temperatureByCategory }),
    },
    assets: [...content.assets, ...assets],
    notice: head.notice,
  });
}
