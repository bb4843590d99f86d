import { existsSync } from "node:fs";
import { join } from "node:path";
import { ReportError } from "../../harness/core/errors.js";
import { builtFile, packageFile } from "../../harness/core/package-files.js";

/**
 * Subsets of Inter and the families they are registered under. Each has a family of its own, because the canvas asks
 * only the first file of a family for a glyph; a list of families is searched in order.
 */
const SUBSETS: readonly (readonly [subset: string, family: string])[] = [
  ["latin", "Assay Inter"],
  ["latin-ext", "Assay Inter Latin Extended"],
  ["greek", "Assay Inter Greek"],
  ["cyrillic", "Assay Inter Cyrillic"],
];
const WEIGHTS = [400, 600] as const;

/** What a canvas module is asked for here. */
interface FontRegistry {
  has(family: string): boolean;
  registerFromPath(path: string, family: string): unknown;
}

/** Fonts that a machine may have for scripts that the bundled ones lack. */
const OTHER_SCRIPTS = [
  "Noto Sans CJK SC",
  "Noto Sans CJK JP",
  "PingFang SC",
  "Hiragino Sans",
  "Microsoft YaHei",
  "Malgun Gothic",
  "Noto Sans",
  "DejaVu Sans",
  "Arial Unicode MS",
];

/** Font families of chart images, bundled ones first; names in other scripts fall back to the machine's own fonts. */
export const IMAGE_FONT_FAMILY = [...SUBSETS.map(([, family]) => family), ...OTHER_SCRIPTS]
  .map((family) => `"${family}"`)
  .concat("sans-serif")
  .join(", ");

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
