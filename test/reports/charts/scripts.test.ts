import { fileURLToPath } from "node:url";
import { createCanvas, GlobalFonts, loadImage } from "canvas";
import { describe, expect, it } from "vitest";
import type { Board } from "../../../harness/core/board.js";
import { keepAsText } from "../../../reports/charts/drawn-text.js";
import { checkFontFile } from "../../../reports/charts/font-files.js";
import { BUNDLED_FAMILIES, registerFonts } from "../../../reports/charts/fonts.js";
import { GlyphFinder, visibleCharacters } from "../../../reports/charts/glyphs.js";
import { imageTheme } from "../../../reports/charts/image-frame.js";
import { planImages } from "../../../reports/charts/plan-images.js";
import { renderImages } from "../../../reports/charts/render-images.js";
import { describeScripts, preferredFamilies } from "../../../reports/charts/scripts.js";
import { chartName } from "../../../reports/view/text.js";
import { reportView } from "../../../reports/view/view.js";
import { sampleInput } from "../sample-input.js";

/** A font whose letters (polytonic Greek) none of the bundled ones has. */
const FONT = fileURLToPath(
  new URL("../../../node_modules/@fontsource/inter/files/inter-greek-ext-400-normal.woff2", import.meta.url),
);
const POLYTONIC = "ἀρετὴ ἦν";

/** The rating board of the sample, its first category renamed. */
function viewWith(name: string) {
  const input = sampleInput();
  const boards = input.scores.boards.flatMap((board): Board[] => {
    if (board.metric !== "rating") return [];
    const models = board.models.map((row) => ({
      ...row,
      categories: Object.fromEntries(
        Object.entries(row.categories).map(([category, part], index) => [
          index === 0 ? name : category,
          part,
        ]),
      ),
    }));
    return [{ ...board, models }];
  });
  return reportView({ ...input, suites: [], scores: { ...input.scores, boards } });
}

describe("images with letters that the bundled fonts lack", () => {
  it.each([
    ["数学と推論", "Japanese kana", "Noto Sans CJK"],
    ["数学：一、二", "Chinese characters (such as 数) and", "Noto Sans CJK"],
    ["수학", "Korean", "Noto Sans CJK"],
    ["数学", "Chinese characters", "Noto Sans CJK"],
    ["الرياضيات", "Arabic", "Noto Sans"],
    ["गणित", "Devanagari", "Noto Sans"],
  ])(
    "become SVGs in which %s is text, and a warning names the script and the remedy",
    async (name, script, font) => {
      const warnings: string[] = [];
      const files = await renderImages(viewWith(name), "png", {
        machineFonts: [],
        warn: (warning) => warnings.push(warning),
      });
      expect(files.map((file) => file.name)).toEqual(["radar.svg", "categories.svg"]);
      for (const { content } of files) {
        const texts = [...String(content).matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
        expect(texts).toEqual([name]);
        expect(String(content)).toContain("<path");
      }
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(script);
      expect(warnings[0]).toContain("radar.svg and categories.svg are written as SVG");
      expect(warnings[0]).toContain("--font FILE");
      expect(warnings[0]).toContain(font);
    },
  );

  it("keep the colour of a model's name, and leave room for it in the legend", async () => {
    const name = "通义千问检查点一千二百";
    const input = JSON.parse(JSON.stringify(sampleInput()).replaceAll("cedar-mini", name));
    const files = await renderImages(reportView({ ...input, suites: [] }), "svg", { machineFonts: [] });
    const colors = files.flatMap(({ content }) =>
      [...String(content).matchAll(/<text [^>]*fill="([^"]*)"[^>]*>([^<]*)</g)].flatMap(([, fill, text]) =>
        text === name ? [fill] : [],
      ),
    );
    expect(colors.length).toBeGreaterThan(1);
    expect(new Set(colors)).toEqual(new Set([imageTheme.ink]));
    const context = createCanvas(64, 64).getContext("2d");
    context.font = "20px sans-serif";
    keepAsText(context, (text) => text === name);
    expect(context.measureText(name).width).toBeCloseTo(11 * 2 * 0.55 * 20, 6);
  });

  it("are PNGs with a font that was named", async () => {
    const warnings: string[] = [];
    const options = { machineFonts: [], warn: (warning: string) => warnings.push(warning) };
    const without = await renderImages(viewWith(POLYTONIC), "png", options);
    expect(without.map((file) => file.name)).toEqual(["radar.svg", "categories.svg"]);
    expect(warnings.join()).toContain("ancient Greek");
    warnings.length = 0;
    const files = await renderImages(viewWith(POLYTONIC), "png", { ...options, fonts: [FONT] });
    expect(files.map((file) => file.name)).toEqual(["radar.png", "categories.png"]);
    expect(warnings).toEqual([]);
    const image = await loadImage(Buffer.from(files[0]?.content ?? []));
    expect(image.width).toBe(1600);
    const [svg] = await renderImages(viewWith(POLYTONIC), "svg", { ...options, fonts: [FONT] });
    expect(String(svg?.content)).not.toContain("<text");
  });

  it("stay as they are where the bundled fonts are enough, whatever the machine has", async () => {
    const bytes = async (machineFonts: readonly string[]) =>
      (await renderImages(viewWith("Ελληνικά, tiếng Việt"), "png", { machineFonts })).map(({ content }) =>
        Buffer.from(content),
      );
    const [one, other] = [await bytes([]), await bytes(["DejaVu Sans", "Noto Sans CJK JP"])];
    expect(one.map((image, index) => image.equals(other[index] ?? Buffer.alloc(0)))).toEqual([true, true]);
  });
});

describe("fonts of the machine", () => {
  registerFonts(GlobalFonts);
  const finder = new GlyphFinder(createCanvas(64, 64).getContext("2d"));

  it("are chosen by the letters that they have", () => {
    GlobalFonts.registerFromPath(FONT, "Test Greek Extended");
    const characters = visibleCharacters([POLYTONIC, "\u200b e\u0301"]);
    expect(finder.missing(characters, BUNDLED_FAMILIES)).toEqual(["ἀ", "ὴ", "ἦ"]);
    expect(
      finder.familiesFor(characters, BUNDLED_FAMILIES, [
        "Assay Inter Cyrillic",
        "Test Greek Extended",
        "None",
      ]),
    ).toEqual(["Test Greek Extended"]);
  });

  it("fit the language: Han beside kana is Japanese, beside Hangul Korean, alone Chinese", () => {
    expect(preferredFamilies([..."数学と"])[0]).toBe("Noto Sans CJK JP");
    expect(preferredFamilies([..."數學과"])[0]).toBe("Noto Sans CJK KR");
    expect(preferredFamilies([..."数学"])[0]).toBe("Noto Sans CJK SC");
  });

  it("are named for signs that several writing systems share", () => {
    const named = (text: string) => describeScripts([...text]).map(({ name }) => name);
    expect(named("ー")).toEqual(["Japanese kana"]);
    expect(named("：、")).toEqual(["East Asian punctuation"]);
    expect(named("।")).toEqual(["Devanagari"]);
    expect(named("😀")).toEqual(["symbols or emoji"]);
  });

  it("are refused where a file is none", () => {
    const notFont = fileURLToPath(new URL("../../../package.json", import.meta.url));
    expect(() => checkFontFile(notFont)).toThrow(/package\.json is no font/);
    expect(() => checkFontFile("no-such-font.ttf")).toThrow("font file no-such-font.ttf cannot be read");
    expect(() => checkFontFile(FONT)).not.toThrow();
  });
});

it("cuts names of wide characters at the width of as many letters", () => {
  expect(chartName("非常长的类别名称用于测试标签", 18)).toBe("非常长的类别名称…");
  expect(chartName("数学と推論", 18)).toBe("数学と推論");
  expect(chartName("instruction follow", 18)).toBe("instruction follow");
});

it("isolates right-to-left names, so that figures beside them keep their places", () => {
  const [radar] = planImages(viewWith("الرياضيات"));
  const { data } = radar?.configure({ theme: imageTheme, devicePixelRatio: 1 }) ?? {};
  expect(data?.labels?.slice(0, 2)).toEqual(["\u2068الرياضيات\u2069", "roleplay"]);
});
