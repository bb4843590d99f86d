import { existsSync, statSync } from "node:fs";
import { ConfigError } from "../../core/errors.js";
import type { Services } from "../../core/services.js";
import { suggestName } from "../../core/spelling.js";
import { assetAccess, assetFinder } from "../../data/asset-finder.js";
import { findUnlisted } from "../../data/locate-asset.js";
import { readLabelledSet } from "../../interop/judge-bench/read-set.js";
import type { LabelledSet } from "../../pipeline/judge-bench/bench-set.js";

/** Sets that can be named, and where their files are. */
const NAMED: Readonly<Record<string, { readonly asset: string } | { readonly mirrored: string }>> = {
  "judgebench-claude": { asset: "judgebench/pairs/claude-3-5-sonnet-20240620" },
  // Published as Parquet; a mirror holds it in the layout of FastChat's votes.
  "mt-bench-human": { mirrored: "mt_bench/human/human.jsonl" },
};

/** Names of the sets that need no path. */
const namedSets: readonly string[] = Object.keys(NAMED);

/** Whether a word can be read as a set: the name of one, or a file. */
export function isSet(word: string): boolean {
  return Object.hasOwn(NAMED, word) || existsSync(word);
}

async function fileOf(word: string, services: Services): Promise<string> {
  const named = Object.hasOwn(NAMED, word) ? NAMED[word] : undefined;
  if (named === undefined) {
    if (existsSync(word) && statSync(word).isFile()) return word;
    const isFolder = existsSync(word);
    throw new ConfigError(
      isFolder ? `${word} is a folder, not a file of pairs` : `there is no set or file ${word}`,
      {
        code: "unknown-set",
        remedy: isFolder ? "Name the files in it." : suggestName(word, namedSets),
      },
    );
  }
  if ("asset" in named) return (await assetFinder(services).locateAsset(named.asset)).path;
  const found = await findUnlisted(named.mirrored, assetAccess(services));
  if (found !== undefined) return found;
  throw new ConfigError(
    `the set ${word} is not here: neither the mirror nor the cache holds ${named.mirrored}`,
    {
      code: "set-missing",
      remedy:
        "Name a file of such votes instead (question_id, model_a, model_b, winner, judge, turn), or a mirror with ASSAY_MIRROR.",
    },
  );
}

/**
 * Labelled pairs by the name of a set, or of a file whose layout is found by looking at it.
 * @throws ConfigError, DataError.
 */
export async function loadLabelledSet(word: string, services: Services): Promise<LabelledSet> {
  const set = readLabelledSet(await fileOf(word, services));
  // A mirror's file names are not what people know the set by.
  return set.rule === "votes" && Object.hasOwn(NAMED, word) ? { ...set, name: word } : set;
}
