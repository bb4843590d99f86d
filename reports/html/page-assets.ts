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
    throw new ReportError(`the report's ${name} is missing: ${path}`, {
      code: "page-not-built",
      remedy: "Reinstall assay, or run `npm run build` in a checkout.",
      cause,
    });
  }
}

let loaded: PageAssets | undefined;

/**
 * The built page script and styles that ship with assay; read once.
 * @throws ReportError `page-not-built`
 */
export function pageAssets(): PageAssets {
  loaded ??= { script: readBuilt("page.js"), style: readBuilt("style.css") };
  return loaded;
}
