import { wellFormed } from "../view/text.js";

/** What of a drawing context is read where text is drawn. */
interface TextContext {
  font: string;
  fillStyle: unknown;
  textAlign: string;
  textBaseline: string;
  fillText(text: string, x: number, y: number, maxWidth?: number): void;
  strokeText(text: string, x: number, y: number, maxWidth?: number): void;
  getTransform(): Readonly<Record<"a" | "b" | "c" | "d" | "e" | "f", number>>;
}

/** How far below its anchor a baseline stands, in font sizes. */
const BASELINES: Readonly<Record<string, number>> = { top: 0.88, hanging: 0.8, middle: 0.35, bottom: -0.2 };
const ANCHORS: Readonly<Record<string, string>> = { center: "middle", right: "end", end: "end" };
/** Fonts of whoever looks at the picture; each system knows its own for every script. */
const VIEWER_FONTS = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif";
const ISOLATES = /[\u2066-\u2069]/g;

function escapeXml(text: string): string {
  return wellFormed(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const rounded = (value: number) => Number(value.toFixed(2));

/** A text as an SVG element that stands where the context would have drawn it. */
function textElement(context: TextContext, text: string, x: number, y: number): string {
  const { a, b, c, d, e, f } = context.getTransform();
  const [, weight = "400"] = /\b(bold|[1-9]00)\b/.exec(context.font) ?? [];
  const size = Number(/([\d.]+)px/.exec(context.font)?.[1] ?? 14);
  const anchor = ANCHORS[context.textAlign] ?? "start";
  const base = y + (BASELINES[context.textBaseline] ?? 0) * size;
  const matrix = [a, b, c, d, e, f].map(rounded).join(" ");
  return (
    `<text x="${rounded(x)}" y="${rounded(base)}" transform="matrix(${matrix})" fill="${escapeXml(String(context.fillStyle))}"` +
    ` font-family="${VIEWER_FONTS}" font-size="${rounded(size)}" font-weight="${weight}" text-anchor="${anchor}">` +
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

/**
 * Takes texts that no font at hand can draw out of a picture.
 * @returns The list in which they stand as SVG elements, once the picture is drawn.
 */
export function keepAsText(context: TextContext, lacks: (text: string) => boolean): readonly string[] {
  const elements: string[] = [];
  const fillText = context.fillText.bind(context);
  const strokeText = context.strokeText.bind(context);
  context.fillText = (text, x, y, ...rest) => {
    if (lacks(text)) elements.push(textElement(context, text, x, y));
    else fillText(text, x, y, ...rest);
  };
  context.strokeText = (text, x, y, ...rest) => {
    if (!lacks(text)) strokeText(text, x, y, ...rest);
  };
  return elements;
}
