import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addStyles, styleOf } from "../../harness/core/answer-style.js";
import { estimateTokens, TOKENIZER_PACKAGE, tokenCounter } from "../../harness/core/token-counter.js";

const marksOf = (text: string) => {
  const { headers, lists, bold } = styleOf(text, () => 0);
  return [headers, lists, bold];
};

describe("styleOf", () => {
  it("counts headers of one to six levels at the start of a line", () => {
    expect(marksOf("# a\n## b\n###### c\n####### d\n #e\n#f\n # g\n#\n")).toEqual([4, 0, 0]);
  });

  it("counts items of both kinds of lists, whatever stands before them", () => {
    expect(marksOf("1. a\n 12. b\n\n\n- c\n\t* d\n+ e\n-f\n1.g\n— h\n-")).toEqual([0, 5, 0]);
  });

  it("counts bold of both spellings within a line", () => {
    expect(marksOf("**a** __b__ ** c **\n****\n**d\ne**\n**f*g**\n__h_i__\n**__j__**")).toEqual([0, 0, 5]);
  });

  it("takes fenced code out first, and counts tokens of the whole text", () => {
    const text = "- a\n```md\n# b\n- c **d**\n```\n# e\n```\nopen **f**";
    expect(styleOf(text, (all) => all.length)).toEqual({
      tokens: text.length,
      headers: 1,
      lists: 1,
      bold: 1,
    });
  });

  it("adds the marks of several turns", () => {
    const one = { tokens: 3, headers: 0, lists: 2, bold: 1 };
    expect(addStyles([one, one])).toEqual({ tokens: 6, headers: 0, lists: 4, bold: 2 });
  });
});

describe("tokenCounter", () => {
  it("names the estimate where no tokenizer is installed", () => {
    const counter = tokenCounter(() => {
      throw new Error("Cannot find module");
    });
    expect(counter.name).toBe("estimate of o200k_base");
    expect(counter.count("Hello, world!\n")).toBe(4);
    expect(counter.count("")).toBe(0);
  });

  it("counts special tokens as text and long runs in parts with the package", () => {
    const seen: string[] = [];
    const countTokens = (text: string, { disallowedSpecial }: { disallowedSpecial: Set<string> }) => {
      seen.push(text);
      return disallowedSpecial.size === 0 ? text.length : Number.NaN;
    };
    const counter = tokenCounter(() => ({ countTokens }));
    const text = `a ${"x".repeat(2500)} b <|endoftext|>`;
    expect(counter.name).toBe("o200k_base");
    expect(counter.count(text)).toBe(text.length);
    expect(seen.map(({ length }) => length)).toEqual([2, 1000, 1000, 500, 16]);
  });

  it("estimates ASCII by scanning as it estimates the rest by pattern", () => {
    // A letter beyond ASCII sends the whole text to the pattern; one at the end of a line of its own adds one token.
    const byPattern = (text: string) => estimateTokens(`${text}\n\u00e9`) - 1;
    const part = fc.constantFrom(
      "a",
      "Word",
      "7",
      "12",
      " ",
      "  ",
      "\t",
      "/",
      ".",
      "((",
      "\u0001",
      "\n",
      "\r\n",
    );
    const text = fc.array(part, { maxLength: 30 }).map((parts) => `${parts.join("")}x`);
    fc.assert(
      fc.property(text, (one) => {
        expect(estimateTokens(`${one}\n`)).toBe(byPattern(one));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it("estimates 12% off or better on ordinary prose", () => {
    // 30 tokens under o200k_base.
    const text =
      "The quick brown fox jumps over the lazy dog. Internationalisation matters: 12345 users, in 7 countries, said so!\n\nThank you.";
    expect(Math.abs(estimateTokens(text) - 30) / 30).toBeLessThan(0.12);
  });
});

const mirror = process.env.ASSAY_MIRROR ?? "";
const published = join(mirror, "arena_hard/v2.0/model_answer/o3-mini-2025-01-31.jsonl");

interface PublishedAnswer {
  readonly messages: readonly { readonly content: { readonly answer: string } }[];
  readonly metadata: {
    readonly token_len: number;
    readonly header_count: Readonly<Record<string, number>>;
    readonly list_count: Readonly<Record<string, number>>;
    readonly bold_count: Readonly<Record<string, number>>;
  };
}

describe.skipIf(mirror === "" || !existsSync(published))(
  "Arena-Hard's own counts (need ASSAY_MIRROR)",
  () => {
    const sum = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((total, count) => total + count, 0);
    const answers = () =>
      readFileSync(published, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as PublishedAnswer);

    it("are those of styleOf, answer by answer", () => {
      const different = answers().filter(({ messages, metadata }) => {
        const style = styleOf(messages.at(-1)?.content.answer ?? "", estimateTokens);
        return (
          style.headers !== sum(metadata.header_count) ||
          style.lists !== sum(metadata.list_count) ||
          style.bold !== sum(metadata.bold_count)
        );
      });
      expect(different).toEqual([]);
    });

    it("of tokens are estimated to 4% on average, with a scatter of 12%", () => {
      const errors = answers().map(({ messages, metadata }) =>
        Math.log(estimateTokens(messages.at(-1)?.content.answer ?? "") / metadata.token_len),
      );
      const mean = errors.reduce((total, error) => total + error, 0) / errors.length;
      const spread = Math.sqrt(
        errors.reduce((total, error) => total + (error - mean) ** 2, 0) / errors.length,
      );
      expect(Math.abs(mean)).toBeLessThan(0.045);
      expect(spread).toBeLessThan(0.125);
    });

    const isInstalled = (() => {
      try {
        createRequire(import.meta.url).resolve(`${TOKENIZER_PACKAGE}/encoding/o200k_base`);
        return true;
      } catch {
        return false;
      }
    })();
    it.skipIf(!isInstalled)(`of tokens are the counter's (needs ${TOKENIZER_PACKAGE} installed)`, () => {
      const { count } = tokenCounter();
      const different = answers().filter(
        ({ messages, metadata }) => count(messages.at(-1)?.content.answer ?? "") !== metadata.token_len,
      );
      // One of the 750 was counted on another text than the file's.
      expect(different.length).toBeLessThanOrEqual(1);
    });
  },
);
