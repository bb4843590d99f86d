import { createHash } from "node:crypto";
import { displayName } from "../view/text.js";
import type { PackedPart } from "./packed-data.js";
import type { PageAssets } from "./page-assets.js";

/** What a self-contained page is made of. */
export interface HtmlFile {
  /** Of assay. */
  readonly version: string;
  readonly title: string;
  /** Markup of the page before its script runs. */
  readonly body: string;
  readonly data: readonly PackedPart[];
  readonly assets: PageAssets;
  /** What the page may ask: nobody, or the server that it came from. */
  readonly reach: "nobody" | "own-server";
}

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
 * Policy of the page: its own script and styles by hash, pictures only as data, no network, or none but the server that
 * the page came from. Trusted types forbid the page's own script to turn any text into markup.
 */
function contentSecurityPolicy(script: string, style: string, reach: HtmlFile["reach"]): string {
  return [
    "default-src 'none'",
    `script-src ${hashSource(script)}`,
    `style-src ${hashSource(style)}`,
    "img-src data:",
    ...(reach === "own-server" ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/** One HTML file with everything in it. */
export function htmlFile({ version, title, body, data, assets, reach }: HtmlFile): string {
  const script = inline(assets.script, "script");
  const style = inline(assets.style, "style");
  const parts = data.map(
    (part) => `<script type="application/octet-stream" id="${part.id}">${part.base64}</script>`,
  );
  return `${[
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(script, style, reach)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<meta name="generator" content="assay ${escapeText(displayName(version))}">`,
    `<title>${escapeText(displayName(title))}</title>`,
    '<link rel="icon" href="data:,">',
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    body,
    ...parts,
    `<script>${script}</script>`,
    "</body>",
    "</html>",
  ].join("\n")}\n`;
}
