import { columnsOf } from "../../harness/core/columns.js";
import { wellFormed } from "../view/text.js";

/** What of a drawing context is read where text is drawn. */
interface TextContext {
  font: string;
  fillStyle: unknown;
  textAlign: string;
  textBaseline: string;
  fillText(text: string, x: number, y: number, maxWidth?: number): void;
  strokeText(text: string, x: number, y: number, maxWidth?: number): void;
  measureText(text: string): { readonly width: number };
  save(): void;
  restore(): void;
  getTransform(): Readonly<Record<"a" | "b" | "c" | "d" | "e" | "f", number>>;
}

/** How far below its anchor a baseline stands, in font sizes. */
const BASELINES: Readonly<Record<string, number>> = { top: 0.88, hanging: 0.8, middle: 0.35, bottom: -0.2 };
const ANCHORS: Readonly<Record<string, string>> = { center: "middle", right: "end", end: "end" };
/** Fonts of whoever looks at the picture; each system knows its own for every script. */
const VIEWER_FONTS = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif";
const ISOLATES = /[\u2066-\u2069]/g;
/** Width of a column in font sizes: a letter takes one, a Chinese character or a syllable of Korean two. */
const LETTER_WIDTH = 0.55;

function escapeXml(text: string): string {
  return wellFormed(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const rounded = (value: number) => Number(value.toFixed(2));

const fontSize = ({ font }: TextContext) => Number(/([\d.]+)px/.exec(font)?.[1] ?? 14);

/** A text as an SVG element that stands where the context would have drawn it. */
function textElement(context: TextContext, text: string, x: number, y: number): string {
  const { a, b, c, d, e, f } = context.getTransform();
  const [, weight = "400"] = /\b(bold|[1-9]00)\b/.exec(context.font) ?? [];
  const size = fontSize(context);
  const anchor = ANCHORS[context.textAlign] ?? "start";
  const base = y + (BASELINES[context.textBaseline] ?? 0) * size;
  const matrix = [a, b, c, d, e, f].map(rounded).join(" ");
  return (
    `<text x="${rounded(x)}" y="${rounded(base)}" transform="matrix(${matrix})" fill="${escapeXml(String(context.fillStyle))}"` +
    ` font-family="${VIEWER_FONTS}" font-size="${rounded(size)}" font-weight="${weight}" text-anchor="${anchor}" unicode-bidi="plaintext">` +
    `${escapeXml(text.replace(ISOLATES, ""))}</text>`
  );
}

/** Listens to a context: keeps every text that is drawn. */
export function recordTexts(context: TextContext, texts: Set<string>): void {
  const fillText = context.fillText.bind(context);
  context.fillText = (text, ...rest) => {
    texts.add(text);
    fillText(text, ...rest);
  };
}

/** The canvas goes back to an earlier colour without its `fillStyle` saying so; this one says it. */
function keepFillStyle(context: TextContext): void {
  const save = context.save.bind(context);
  const restore = context.restore.bind(context);
  const kept: unknown[] = [];
  context.save = () => {
    kept.push(context.fillStyle);
    save();
  };
  context.restore = () => {
    restore();
    if (kept.length > 0) context.fillStyle = kept.pop();
  };
}

/**
 * Takes texts that no font at hand can draw out of a picture. Room is left for them by an estimate of their width, since
 * the boxes that stand for missing letters are narrower than most letters.
 * @returns The list in which they stand as SVG elements, once the picture is drawn.
 */
export function keepAsText(context: TextContext, lacks: (text: string) => boolean): readonly string[] {
  const elements: string[] = [];
  const fillText = context.fillText.bind(context);
  const strokeText = context.strokeText.bind(context);
  const measureText = context.measureText.bind(context);
  keepFillStyle(context);
  context.measureText = (text) =>
    lacks(text) ? { width: columnsOf(text) * LETTER_WIDTH * fontSize(context) } : measureText(text);
  context.fillText = (text, x, y, ...rest) => {
    if (lacks(text)) elements.push(textElement(context, text, x, y));
    else fillText(text, x, y, ...rest);
  };
  context.strokeText = (text, x, y, ...rest) => {
    if (!lacks(text)) strokeText(text, x, y, ...rest);
  };
  return elements;
}
