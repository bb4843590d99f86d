import type { ReportFile } from "../report-file.js";
import type { ReportView } from "../view/records.js";
import { wellFormed } from "../view/text.js";
import type { ImagePlan } from "./plan-images.js";
import { planImages } from "./plan-images.js";
import { describeScripts } from "./scripts.js";

function escapeXml(text: string): string {
  return wellFormed(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Letters are outlines, so the title and the figures are said in words for those who cannot see them. */
function describeSvg(svg: string, plan: ImagePlan): string {
  // A hundredth of a pixel is enough, and a third of the file.
  return svg
    .replace(/(\d+\.\d\d)\d+/g, "$1")
    .replace(
      /<svg ([^>]*)width="(\d+)" height="(\d+)">/,
      (_, attributes: string, width: string, height: string) =>
        `<svg ${attributes}width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">` +
        `\n\t<title id="title">${escapeXml(plan.title)}</title>\n\t<desc id="description">${escapeXml([plan.description, ...plan.footer].join(". "))}</desc>`,
    );
}

function words(list: Iterable<string>): string {
  return new Intl.ListFormat("en-GB").format(list);
}

/** What the fonts at hand could not draw, in a sentence with its remedy. */
function warnOf(undrawn: readonly string[], names: readonly string[]): string {
  const scripts = describeScripts(undrawn);
  const letters = scripts.map(({ name, sample }) => `${name} (such as ${sample})`);
  const install = new Set(scripts.map((script) => script.install));
  const [files, are, images] =
    names.length === 1 ? [names[0], "is", "the image"] : [words(names), "are", "the images"];
  return (
    `no font here has ${words(letters)}, so ${files} ${are} written as SVG with these names as text, which whoever opens ` +
    `${images} draws with fonts of their own. Name a font with --font FILE (.ttf, .otf, .ttc, .woff2), or install ${words(install)}`
  );
}

/** How images are drawn, besides their format. */
export interface ImageOptions {
  /** Font files of the user, for scripts that the bundled fonts lack. */
  readonly fonts?: readonly string[];
  /** Font families of the machine that may be used. Default: all that it has. */
  readonly machineFonts?: readonly string[];
  /** Is told what could not be drawn as asked for. */
  readonly warn?: (warning: string) => void;
}

/**
 * All chart images of a report, drawn one after the other. PNGs have two pixels per CSS pixel (a wide chart is
 * 1920 × 1080); SVGs need no font. An image with characters that no font at hand has becomes an SVG in which they are
 * text, and `warn` is told. Loads chart.js and the canvas only when there is something to draw.
 * @throws ReportError `font-missing`; ConfigError `invalid-font`
 */
export async function renderImages(
  view: ReportView,
  format: "png" | "svg",
  { fonts, machineFonts, warn }: ImageOptions = {},
): Promise<readonly ReportFile[]> {
  const plans = planImages(view);
  if (plans.length === 0) return [];
  const { chartDrawer } = await import("./draw-chart.js");
  const drawer = await chartDrawer(fonts, machineFonts);
  const files: ReportFile[] = [];
  const undrawn = new Set<string>();
  const affected: string[] = [];
  for (const plan of plans) {
    const drawn = await drawer.draw((look) => plan.configure(look), plan.size, format);
    const name = `${plan.name}.${drawn.format}`;
    const { content } = drawn;
    files.push({ name, content: typeof content === "string" ? describeSvg(content, plan) : content });
    for (const character of drawn.undrawn) undrawn.add(character);
    if (drawn.undrawn.length > 0) affected.push(name);
  }
  if (undrawn.size > 0) warn?.(warnOf([...undrawn], affected));
  return files;
}
