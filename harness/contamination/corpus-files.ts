import { type Dirent, existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { ConfigError, DataError } from "../core/errors.js";

/** How a file of a corpus is read. */
export type CorpusKind = "jsonl" | "json" | "text" | "parquet";

/** A file of a corpus. */
export interface CorpusFile {
  readonly path: string;
  readonly kind: CorpusKind;
}

/** The files that paths stand for. */
export interface CorpusFiles {
  readonly files: readonly CorpusFile[];
  /** Files of folders that are no corpus by their names. */
  readonly passedOver: number;
}

const PACKED = /\.(zst|zstd|bz2|xz|lz4|zip|tar|tgz|7z)$/i;

/** What a file's name says of it; undefined for names that say nothing. */
function kindOf(path: string): CorpusKind | undefined {
  const name = basename(path).replace(/\.gz$/i, "");
  if (/\.(jsonl|ndjson|jsonlines)$/i.test(name)) return "jsonl";
  if (/\.json$/i.test(name)) return "json";
  if (/\.(parquet|pq)$/i.test(name)) return "parquet";
  return /\.(txt|text|md|markdown|rst|csv|tsv|html?|xml|tex)$/i.test(name) ? "text" : undefined;
}

function refusePacked(path: string): void {
  if (/\.(parquet|pq)\.gz$/i.test(path))
    throw new DataError("is a gzipped Parquet file", {
      code: "unknown-packing",
      file: path,
      remedy: "Unpack it with `gunzip`: Parquet is packed inside already.",
    });
  if (!PACKED.test(path)) return;
  const tool = /zst/i.test(path) ? "zstd -d" : /bz2$/i.test(path) ? "bunzip2" : "the tool that packed it";
  throw new DataError("is packed in a way that is not read", {
    code: "unknown-packing",
    file: path,
    remedy: `Unpack it with ${/zst|bz2/i.test(path) ? `\`${tool}\`` : tool}, or pack it with gzip.`,
  });
}

function globPattern(name: string): RegExp {
  const source = name
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*+/g, "[^/]*")
    .replace(/\?/g, "[^/]");
  return new RegExp(`^${source}$`);
}

function entriesOf(folder: string): Dirent[] {
  return readdirSync(folder === "" ? "." : folder, { withFileTypes: true }).sort((x, y) =>
    x.name < y.name ? -1 : 1,
  );
}

/** Paths that match a pattern with `*`, `?`, `[…]` and `**` for folders of any depth. */
function globbed(pattern: string): string[] {
  const isAbsolute = pattern.startsWith("/");
  const walk = (folder: string, segments: readonly string[]): string[] => {
    const [first, ...rest] = segments;
    if (first === undefined) return [folder];
    const within = (name: string) => (folder === "" ? name : join(folder, name));
    if (first === "**") {
      const below = entriesOf(folder).filter((entry) => entry.isDirectory());
      return [...walk(folder, rest), ...below.flatMap((entry) => walk(within(entry.name), segments))];
    }
    if (!/[*?[]/.test(first)) return existsSync(within(first)) ? walk(within(first), rest) : [];
    const wanted = globPattern(first);
    return entriesOf(folder)
      .filter((entry) => wanted.test(entry.name) && (rest.length === 0 || entry.isDirectory()))
      .flatMap((entry) => walk(within(entry.name), rest));
  };
  const segments = pattern.split(/[\\/]+/).filter((one) => one !== "");
  return walk(isAbsolute ? "/" : "", segments);
}

function below(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".")) return [];
    return entry.isDirectory() ? below(path) : entry.isFile() || entry.isSymbolicLink() ? [path] : [];
  });
}

/**
 * The files of a corpus: files, folders (all below them whose names say what they are) and patterns.
 * @throws ConfigError where there is no such path, or nothing to read in it; DataError for packed files that are not read.
 */
export function corpusFiles(paths: readonly string[]): CorpusFiles {
  const files = new Map<string, CorpusFile>();
  let passedOver = 0;
  const named = (path: string) => {
    refusePacked(path);
    files.set(path, { path, kind: kindOf(path) ?? "text" });
  };
  for (const path of paths) {
    const found = existsSync(path) ? [path] : /[*?[]/.test(path) ? globbed(path) : [];
    if (found.length === 0)
      throw new ConfigError(`there is nothing at ${path}`, {
        code: "corpus-missing",
        remedy: "Check the path of --corpus; it may be a file, a folder or a pattern such as 'data/*.jsonl'.",
      });
    for (const one of found) {
      if (!statSync(one).isDirectory()) {
        named(one);
        continue;
      }
      for (const file of below(one)) {
        if (kindOf(file) === undefined && !PACKED.test(file)) passedOver++;
        else named(file);
      }
    }
  }
  if (files.size > 0) return { files: [...files.values()], passedOver };
  throw new ConfigError(`there is no file to read below ${paths.join(", ")}`, {
    code: "corpus-empty",
    remedy: "A corpus is JSONL, JSON, Parquet or text, also gzipped; name other files one by one.",
  });
}
