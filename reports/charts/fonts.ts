import { existsSync } from "node:fs";
import { join } from "node:path";
import { ReportError } from "../../harness/core/errors.js";
import { builtFile, packageFile } from "../../harness/core/package-files.js";

/**
 * Subsets of Inter and the families they are registered under. Each has a family of its own, because the canvas asks
 * only the first file of a family for a glyph; a list of families is searched in order, and no other is.
 */
const SUBSETS: readonly (readonly [subset: string, family: string])[] = [
  ["latin", "Assay Inter"],
  ["latin-ext", "Assay Inter Latin Extended"],
  ["vietnamese", "Assay Inter Vietnamese"],
  ["greek", "Assay Inter Greek"],
  ["cyrillic", "Assay Inter Cyrillic"],
];
const WEIGHTS = [400, 600] as const;
/** What the families of fonts that assay registers begin with. */
export const OWN_PREFIX = "Assay ";

/** What a canvas module's fonts are asked for. */
export interface FontRegistry {
  has(family: string): boolean;
  registerFromPath(path: string, family: string): unknown;
}

/** A list of font families as a canvas and CSS take it. */
export function familyList(families: readonly string[]): string {
  return families.map((family) => `"${family.replaceAll(/["\\]/g, "")}"`).join(", ");
}

/** Font families that ship with assay, enough for Latin, Vietnamese, Greek and Cyrillic. */
export const BUNDLED_FAMILIES: readonly string[] = SUBSETS.map(([, family]) => family);

function fontFile(name: string): string {
  const places = [builtFile("fonts"), packageFile("node_modules", "@fontsource", "inter", "files")];
  const found = places.map((place) => join(place, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new ReportError(`the font ${name} that ships with assay is missing`, {
    code: "font-missing",
    remedy: "Reinstall assay, or run `npm run build` in a checkout.",
  });
}

/**
 * Registers the bundled fonts once, so that images look the same on a machine without any; without fonts a canvas
 * leaves text out in silence.
 * @throws ReportError `font-missing`
 */
export function registerFonts(registry: FontRegistry): void {
  for (const [subset, family] of SUBSETS) {
    if (registry.has(family)) continue;
    for (const weight of WEIGHTS) {
      const path = fontFile(`inter-${subset}-${weight}-normal.woff2`);
      if (registry.registerFromPath(path, family) === null) {
        throw new ReportError(`the font file ${path} cannot be read`, {
          code: "font-missing",
          remedy: "Reinstall assay.",
        });
      }
    }
  }
}
