import type { ReportFile } from "../report-file.js";
import type { ReportView } from "../view/records.js";
import { wellFormed } from "../view/text.js";
import type { ImagePlan } from "./plan-images.js";
import { planImages } from "./plan-images.js";

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

/**
 * All chart images of a report, drawn one after the other. PNGs have two pixels per CSS pixel (a wide chart is
 * 1920 × 1080); SVGs need no font. Loads chart.js and the canvas only when there is something to draw.
 * @throws ReportError `font-missing`
 */
export async function renderImages(view: ReportView, format: "png" | "svg"): Promise<readonly ReportFile[]> {
  const plans = planImages(view);
  if (plans.length === 0) return [];
  const { chartDrawer, PIXEL_RATIO } = await import("./draw-chart.js");
  const drawer = await chartDrawer();
  const files: ReportFile[] = [];
  for (const plan of plans) {
    const content =
      format === "png"
        ? await drawer.png(plan.configure(PIXEL_RATIO), plan.size)
        : describeSvg(await drawer.svg(plan.configure(1), plan.size), plan);
    files.push({ name: `${plan.name}.${format}`, content });
  }
  return files;
}
