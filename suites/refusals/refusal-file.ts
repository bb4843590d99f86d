import { basename, dirname, resolve } from "node:path";
import { z } from "zod";
import type { AssetUse, Suite } from "../../harness/core/records.js";
import { samplingShape } from "../question-schema.js";
import { misfit, validated } from "../read-questions.js";
import { readSourceFile, type SourceFile } from "../source-file.js";
import { csvLayout, REFUSAL_LAYOUTS, type RefusalLayout } from "./is-refusal-form.js";
import { createRefusalSuite } from "./refusal-suite.js";
import { REQUEST_READERS, type RequestItem } from "./request-rows.js";
import { readWrappings } from "./wrappings.js";

const words = z.string().min(1);
const paths = z.union([words, z.array(words).min(1)], { error: "should be a path, or a list of paths" });

const refusalHead = z.strictObject({
  id: words.optional(),
  title: words.optional(),
  notice: words.optional(),
  layout: z.enum(REFUSAL_LAYOUTS, { error: `should be one of ${REFUSAL_LAYOUTS.join(", ")}` }).optional(),
  files: paths.optional(),
  wrappings: words.optional(),
  sampling: samplingShape.pick({ maxTokens: true, temperature: true }).optional(),
  requests: z.array(z.unknown(), { error: "should be a list of requests" }).optional(),
});

type RefusalHead = z.output<typeof refusalHead>;

/** Rows of a CSV file by the names of their columns; of other files as they are. */
function rowsOf(root: readonly unknown[]): readonly (readonly [row: unknown, index: number])[] {
  const [header, ...rest] = root;
  if (!Array.isArray(header)) return root.map((row, index) => [row, index] as const);
  return rest.map((cells, index) => {
    const named = header.map((name, column) => [
      String(name).trim(),
      (cells as readonly string[])[column] ?? "",
    ]);
    return [Object.fromEntries(named), index + 1] as const;
  });
}

async function itemsIn(
  source: SourceFile,
  root: readonly unknown[],
  layout: RefusalLayout,
  at: readonly string[],
  seen = new Set<string>(),
): Promise<readonly RequestItem[]> {
  const rows = rowsOf(root);
  if (rows.length === 0) throw await misfit(source, at, "holds no request", "Add at least one request.");
  const items: RequestItem[] = [];
  for (const [index, [row, line]] of rows.entries()) {
    const path = [...at, line];
    const item = await REQUEST_READERS[layout](row, { source, path, index });
    if (seen.has(item.id))
      throw await misfit(source, path, `repeats the id "${item.id}"`, "Give every request an id of its own.");
    seen.add(item.id);
    items.push(item);
  }
  return items;
}

const assetOf = ({ file, sha256 }: SourceFile): AssetUse => ({ id: basename(file), sha256, pinned: null });

async function contentOf(source: SourceFile, head: RefusalHead) {
  const { files, layout = "requests", requests } = head;
  if (files === undefined) {
    if (layout !== "requests")
      throw await misfit(
        source,
        ["layout"],
        "`layout` is named without `files`",
        "Name the file: `files: prompts.csv`.",
      );
    return { items: await itemsIn(source, requests ?? [], layout, ["requests"]), assets: [assetOf(source)] };
  }
  if (requests !== undefined)
    throw await misfit(source, ["requests"], "`requests` stands beside `files`", "Leave one of the two out.");
  const items: RequestItem[] = [];
  const assets: AssetUse[] = [assetOf(source)];
  const seen = new Set<string>();
  for (const path of [files].flat()) {
    const one = await readSourceFile(resolve(dirname(source.file), path));
    items.push(...(await itemsIn(one, Array.isArray(one.root) ? one.root : [], layout, [], seen)));
    assets.push(assetOf(one));
  }
  return { items, assets };
}

/**
 * Loads a file of requests: assay's own form, XSTest's, StrongREJECT's and HarmBench's CSV files, or a YAML or JSON file
 * that names such files and wrappings to ask them in (docs/safety.md).
 * @param idOf makes a suite's id of a file's name
 * @throws DataError with file and line for anything that is not right.
 */
export async function loadRefusalFile(source: SourceFile, idOf: (file: string) => string): Promise<Suite> {
  if (Array.isArray(source.root)) {
    const items = await itemsIn(source, source.root, csvLayout(source.root) ?? "requests", []);
    return createRefusalSuite({
      id: idOf(source.file),
      title: basename(source.file),
      items,
      assets: [assetOf(source)],
    });
  }
  const head = await validated(refusalHead, source.root, source, [], Object.keys(refusalHead.shape));
  const { items, assets } = await contentOf(source, head);
  const read =
    head.wrappings === undefined
      ? undefined
      : await readWrappings(resolve(dirname(source.file), head.wrappings));
  return createRefusalSuite({
    id: head.id ?? idOf(source.file),
    title: head.title ?? basename(source.file),
    items,
    wrappings: read?.wrappings ?? [],
    sampling:
      head.sampling === undefined
        ? undefined
        : { maxTokens: head.sampling.maxTokens ?? 1024, temperature: head.sampling.temperature ?? 0 },
    assets: [...assets, ...(read === undefined ? [] : [read.asset])],
    notice: head.notice,
  });
}
