import { familyList } from "./fonts.js";
import { preferredFamilies, sampleCharacters } from "./scripts.js";

/** What of a canvas is needed to see a character. */
interface GlyphContext {
  font: string;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
}

/** A code point that no font has: the last one for private use. */
const MISSING = "\u{10fffd}";
const SIDE = 40;
/**
 * Characters without a look of their own: blanks, marks, joiners, variation selectors and code points that stand for
 * nothing. A font that has a script's letters has its marks.
 */
const LOOKLESS = /^[\s\p{M}\p{C}\p{Default_Ignorable_Code_Point}]$/u;

/** The characters of texts that need a glyph, each once. */
export function visibleCharacters(texts: Iterable<string>): readonly string[] {
  const characters = new Set<string>();
  for (const text of texts) for (const character of text) characters.add(character);
  return [...characters].filter((character) => !LOOKLESS.test(character));
}

/** Tells which characters a list of font families has; a canvas draws a box, and says nothing, for those it lacks. */
export class GlyphFinder {
  readonly #context: GlyphContext;

  /** @param context Of a canvas of its own, at least 40 pixels each way. */
  constructor(context: GlyphContext) {
    this.#context = context;
  }

  #look(character: string): string {
    this.#context.clearRect(0, 0, SIDE, SIDE);
    this.#context.fillText(character, 8, 28);
    return Buffer.from(this.#context.getImageData(0, 0, SIDE, SIDE).data).toString("latin1");
  }

  /** Those of the characters that none of the families has. */
  missing(characters: readonly string[], families: readonly string[]): readonly string[] {
    if (characters.length === 0) return [];
    this.#context.font = `20px ${familyList(families)}`;
    const { width } = this.#context.measureText(MISSING);
    const box = this.#look(MISSING);
    return characters.filter(
      (character) => this.#context.measureText(character).width === width && this.#look(character) === box,
    );
  }

  /**
   * Families of the machine that have characters which `base` lacks, as few as are needed: those known to draw their
   * script well first, then sans-serif ones, then any.
   */
  familiesFor(
    characters: readonly string[],
    base: readonly string[],
    installed: readonly string[],
  ): readonly string[] {
    let open = this.missing(characters, base);
    const chosen: string[] = [];
    const preferred = preferredFamilies(open);
    const rank = (family: string) => {
      const place = preferred.indexOf(family);
      if (place >= 0) return place;
      return preferred.length + (/\bmono\b|\bserif\b/i.test(family) ? 2 : /\bsans\b/i.test(family) ? 0 : 1);
    };
    for (const family of [...installed].sort((one, other) => rank(one) - rank(other))) {
      if (open.length === 0) break;
      const pair = [...base.slice(0, 1), family];
      const samples = sampleCharacters(open);
      if (this.missing(samples, pair).length === samples.length) continue;
      const left = this.missing(open, pair);
      chosen.push(family);
      open = left;
    }
    return chosen;
  }
}
