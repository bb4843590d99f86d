import { readFileSync } from "node:fs";
import { ReportError } from "../../harness/core/errors.js";
import { builtFile } from "../../harness/core/package-files.js";

/** Script and styles of the page, as they stand inside it. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

function readBuilt(name: string): string {
  const path = builtFile("page", name);
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new ReportError(`the page's ${name} is missing: ${path}`, {
      code: "page-not-built",
      remedy: "Reinstall assay, or run `npm run build` in a checkout.",
      cause,
    });
  }
}

const FILES = {
  report: ["page.js", "style.css"],
  vote: ["vote.js", "vote-style.css"],
  live: ["live.js", "live-style.css"],
} as const;

const loaded = new Map<string, PageAssets>();

/**
 * The built script and styles of a page that ships with assay; read once.
 * @throws ReportError `page-not-built`
 */
export function pageAssets(page: keyof typeof FILES = "report"): PageAssets {
  const [script, style] = FILES[page];
  const assets = loaded.get(page) ?? { script: readBuilt(script), style: readBuilt(style) };
  loaded.set(page, assets);
  return assets;
}
