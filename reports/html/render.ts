import { createHash } from "node:crypto";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import type { ReportView } from "../view/records.js";
import { displayName } from "../view/text.js";
import { PageBody } from "./document.js";
import { type PackedReading, packReading, packView } from "./packed-data.js";
import type { PageAssets } from "./page-assets.js";
import { pageAssets } from "./page-assets.js";

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function hashSource(content: string): string {
  return `'sha256-${createHash("sha256").update(content, "utf8").digest("base64")}'`;
}

/**
 * Content that cannot end its element early, whatever the bundler wrote. In JavaScript such text only stands in strings
 * and regular expressions, where `\x3c` is the same character.
 */
function inline(content: string, element: "script" | "style"): string {
  return element === "script"
    ? content.replace(/<(?=\/script|!--)/gi, "\\x3c")
    : content.replace(/<\/(style)/gi, "<\\/$1");
}

/**
 * Policy of the page: its own script and styles by hash, pictures only as data, no network. Trusted types forbid the
 * page's own script to turn any text into markup.
 */
function contentSecurityPolicy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashSource(script)}`,
    `style-src ${hashSource(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/**
 * A report as one self-contained HTML file: no server, no request, readable without JavaScript up to the answers
 * themselves. `assets` defaults to the built page script and styles.
 * @throws ReportError `page-not-built`
 */
export async function renderHtml(
  view: ReportView,
  assets: PageAssets = pageAssets(),
  reading: PackedReading = packReading(view.reading),
): Promise<string> {
  const script = inline(assets.script, "script");
  const style = inline(assets.style, "style");
  const body = renderToString(h(PageBody, { view }));
  const data = (await packView(view, reading)).map(
    (part) => `<script type="application/octet-stream" id="${part.id}">${part.base64}</script>`,
  );
  return `${[
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(script, style)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<meta name="generator" content="assay ${escapeText(displayName(view.version))}">`,
    `<title>${escapeText(displayName(view.title))}</title>`,
    '<link rel="icon" href="data:,">',
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    body,
    ...data,
    `<script>${script}</script>`,
    "</body>",
    "</html>",
  ].join("\n")}\n`;
}
