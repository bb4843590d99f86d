import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../../reports/html/render.js";
import { reportView } from "../../../reports/view/view.js";
import { HOSTILE_TEXTS } from "../hostile-texts.js";
import { sampleInput } from "../sample-input.js";

const assets = {
  script: 'const regex = /<!--|<\\/script/iu; document.title += "</script><!--";',
  style: "body { margin: 0 }",
};

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

describe("HTML file", async () => {
  const html = await renderHtml(reportView(sampleInput()), assets);

  it("allows nothing but its own script and styles, by hash", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "";
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src ${hashOf(script)}`);
    expect(policy).toContain(`style-src ${hashOf(style)}`);
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(html.match(/<script>/g)).toHaveLength(1);
  });

  it("names no address outside of itself", () => {
    const body = html.replace(/<script type="application\/octet-stream"[\s\S]*?<\/script>/g, "");
    expect(body).not.toMatch(/(?:src|href|action|poster|data)\s*=\s*["']?(?:https?:)?\/\//i);
    expect(body).not.toMatch(/@import|url\(/);
  });

  it("keeps its script whole and inside of its element", () => {
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
    expect(script).toBe('const regex = /\\x3c!--|<\\/script/iu; document.title += "\\x3c/script>\\x3c!--";');
  });

  it("holds the data of the report, compressed", () => {
    const part = (id: string) => {
      const base64 = new RegExp(`id="${id}">([^<]*)<`).exec(html)?.[1] ?? "";
      return JSON.parse(gunzipSync(Buffer.from(base64, "base64")).toString("utf8"));
    };
    expect(part("data-view").scores).toEqual(sampleInput().scores);
    expect(part("data-index").questions).toHaveLength(48);
    expect(part("data-chunk-0")[0].id).toBe("101");
  });

  it("shows the first hundred models of a long board, and holds the others in tables that open", async () => {
    const sample = sampleInput({ questions: 8 });
    const [board] = sample.scores.boards;
    const models = Array.from({ length: 250 }, (_, index) => ({ ...board?.models[0], model: `m${index}` }));
    const boards = [{ ...board, models }];
    const view = reportView({ ...sample, scores: { ...sample.scores, boards } as typeof sample.scores });
    const body = await renderHtml({ ...view, reading: [] }, assets);
    expect(body).toContain('class="long"');
    const [shown = "", rest = ""] = body.split('<details class="full rest">');
    expect(shown.match(/<tr[^>]*><th scope="row" class="model">/g)).toHaveLength(100);
    expect(rest).toContain("<summary>150 further rows</summary>");
    expect(rest.match(/<tr[^>]*><th scope="row" class="model">/g)).toHaveLength(150);
  });

  it("is well-formed whatever the names are", async () => {
    for (const { name, text } of HOSTILE_TEXTS.filter((hostile) => hostile.text.length < 5_000)) {
      const sample = sampleInput({ questions: 8 });
      const page = await renderHtml(
        reportView({ ...sample, title: text, version: text.slice(0, 50) }),
        assets,
      );
      expect(page.match(/<script>/g), name).toHaveLength(1);
      expect(Buffer.from(page, "utf8").toString("utf8"), name).toBe(page);
      expect(/<title>([^<]*)<\/title>/.exec(page), name).not.toBeNull();
    }
  });

  it("holds no text of an answer when redacted", async () => {
    const page = await renderHtml(reportView(sampleInput({ redact: true })), assets);
    const texts = [...page.matchAll(/<script type="application\/octet-stream"[^>]*>([^<]*)</g)].map(
      ([, base64]) => gunzipSync(Buffer.from(base64 ?? "", "base64")).toString("utf8"),
    );
    expect(texts.join("")).not.toContain("speaking as");
    expect(page).toContain("leaves out the texts of answers");
  });

  it("renders the same file from the same input", async () => {
    expect(await renderHtml(reportView(sampleInput()), assets)).toBe(html);
  });
});
