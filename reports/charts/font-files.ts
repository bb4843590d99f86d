import { closeSync, openSync, readSync } from "node:fs";
import { ConfigError } from "../../harness/core/errors.js";
import { type FontRegistry, OWN_PREFIX } from "./fonts.js";

/** First bytes of TrueType, OpenType, collection and WOFF2 files; the canvas reads no WOFF 1. */
const FONT_MARKS: ReadonlySet<string> = new Set(["\0\u0001\0\0", "true", "OTTO", "ttcf", "wOF2"]);

function refuseFont(path: string, why: string, cause?: unknown): never {
  throw new ConfigError(`font file ${path} ${why}`, {
    code: "invalid-font",
    remedy: "Give --font a .ttf, .otf, .ttc or .woff2 file.",
    cause,
  });
}

/**
 * Refuses a file that cannot be a font, without loading the canvas, so that a run can ask before its first call.
 * @throws ConfigError `invalid-font`
 */
export function checkFontFile(path: string): void {
  const start = Buffer.alloc(4);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, start, 0, 4, 0);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    refuseFont(path, "cannot be read", cause);
  }
  if (!FONT_MARKS.has(start.toString("latin1"))) refuseFont(path, "is no font that charts can be drawn with");
}

/**
 * Registers font files of the user, each once.
 * @returns Their families, in the order given.
 * @throws ConfigError `invalid-font`
 */
export function registerFontFiles(registry: FontRegistry, paths: readonly string[]): readonly string[] {
  return paths.map((path) => {
    checkFontFile(path);
    const family = `${OWN_PREFIX}file ${path}`.replaceAll(/["\\,]/g, "/");
    if (!registry.has(family) && registry.registerFromPath(path, family) === null) {
      refuseFont(path, "cannot be read as a font");
    }
    return family;
  });
}
