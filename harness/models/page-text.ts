/** Elements whose contents are no text. */
const SILENT = /^<(script|style)\b/i;

/** The text of a web page on one line, without tags, scripts and styles; goes through it once, however broken it is. */
export function textOfPage(page: string): string {
  const lower = page.toLowerCase();
  const parts: string[] = [];
  const missing = new Set<string>();
  const find = (what: string, from: number) => {
    const at = missing.has(what) ? -1 : lower.indexOf(what, from);
    if (at < 0) missing.add(what);
    return at;
  };
  let told = 0;
  for (let start = find("<", 0); start >= 0; start = find("<", told)) {
    const [, element] = SILENT.exec(lower.slice(start, start + 8)) ?? [];
    const close = element === undefined ? -1 : find(`</${element}>`, start);
    const end = close >= 0 ? close + `</${element}>`.length : find(">", start) + 1;
    if (end === 0) break;
    parts.push(page.slice(told, start));
    told = end;
  }
  parts.push(page.slice(told));
  return parts.join(" ").replace(/\s+/g, " ").trim();
}
