import MarkdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { COMMENT_MARKER, renderComment, renderSummary } from "../../../reports/markdown/markdown.js";
import { codeSpan, escapeMarkdown } from "../../../reports/markdown/markdown-text.js";
import { shortName } from "../../../reports/view/text.js";
import { reportView } from "../../../reports/view/view.js";
import { GATES, HOSTILE_GATES, HOSTILE_NAMES, hostileInput } from "../hostile-input.js";
import { sampleInput } from "../sample-input.js";

/** As a forge reads it: HTML let through, addresses made links. */
const markdown = new MarkdownIt({ html: true, linkify: true });
type Token = ReturnType<typeof markdown.parse>[number];

function flatten(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token) => [token, ...flatten(token.children ?? [])]);
}

/** Rows of all tables, cells as the plain text that a reader sees. */
function tablesOf(text: string): readonly (readonly (readonly string[])[])[] {
  const tables: string[][][] = [];
  for (const token of markdown.parse(text, {})) {
    if (token.type === "table_open") tables.push([]);
    if (token.type === "tr_open") tables.at(-1)?.push([]);
    if (token.type !== "inline" || tables.at(-1)?.at(-1) === undefined) continue;
    const shown = (token.children ?? []).map((child) => child.content).join("");
    if (token.level === 4) tables.at(-1)?.at(-1)?.push(shown.replaceAll("\u200b", ""));
  }
  return tables;
}

describe("escapeMarkdown", () => {
  it.each(HOSTILE_NAMES.map((name) => [name.slice(0, 60), name]))(
    "shows %j as it is, and nothing more",
    (_, name) => {
      const source = `| head |\n| --- |\n| ${escapeMarkdown(name)} |\n`;
      const [table] = tablesOf(source);
      expect(table?.[1]?.[0]).toBe(shortName(name, 1000));
      const kinds = new Set(flatten(markdown.parse(source, {})).map((token) => token.type));
      for (const kind of [
        "html_inline",
        "html_block",
        "link_open",
        "image",
        "em_open",
        "strong_open",
        "s_open",
      ]) {
        expect(kinds).not.toContain(kind);
      }
    },
  );

  it("breaks mentions, references and addresses that a forge would link", () => {
    expect(escapeMarkdown("@octocat")).toBe("@&#8203;octocat");
    expect(escapeMarkdown("owner/repo#12")).toBe("owner/repo\\#&#8203;12");
    expect(escapeMarkdown("https://x.example")).toBe("https:&#8203;//x.example");
    expect(escapeMarkdown("mt_bench-v1.0")).toBe("mt_bench-v1.0");
  });

  it("puts a protocol's id in code where it fits there", () => {
    expect(codeSpan("mt-bench-single@gpt-4~3f9a1c")).toBe("`mt-bench-single@gpt-4~3f9a1c`");
    expect(codeSpan("a`b|c")).toBe("a&#96;b&#124;c");
  });
});

describe("summary.md", () => {
  const input = sampleInput({ notice: "Answers are recorded samples." });
  const summary = renderSummary(reportView(input), GATES);

  it("shows each board's models with headline and interval as the scores have them", () => {
    const [gates, board] = tablesOf(summary);
    expect(gates?.map((row) => row[0])).toEqual(["Outcome", "❌ fail", "⚠️ inconclusive", "✅ pass"]);
    const rated = input.scores.boards[0]?.metric === "rating" ? input.scores.boards[0].models : [];
    expect(board?.slice(1).map((row) => row.slice(0, 3))).toEqual(
      rated.map((row) => [
        row.model,
        row.score?.toFixed(2),
        `${row.interval?.low.toFixed(2)} to ${row.interval?.high.toFixed(2)}`,
      ]),
    );
  });

  it("says notice, verdict, comparison and health", () => {
    expect(summary).toContain("> **Answers are recorded samples.**");
    expect(summary).toContain("## Health of the run");
    expect(summary).toContain("1 gate failed, 1 inconclusive, 1 passed.");
    expect(summary).toMatch(/### aurora-7b-ckpt-1200 against aurora-7b-ckpt-800: ✅ pass/);
  });

  it("does not call a comparison without a margin passed or failed", () => {
    const [comparison] = input.comparisons;
    if (comparison === undefined) throw new Error("the sample has a comparison");
    const shown = (verdict: "pass" | "fail" | "inconclusive") =>
      renderSummary(reportView({ ...input, comparisons: [{ ...comparison, margin: 0, verdict }] }));
    expect(shown("fail")).toMatch(/aurora-7b-ckpt-800: worse\n/);
    expect(shown("inconclusive")).toMatch(/aurora-7b-ckpt-800: not settled\n/);
    expect(shown("pass")).not.toContain("✅ pass");
  });

  it("keeps every table whole under hostile names", () => {
    const hostile = renderSummary(reportView(hostileInput()), HOSTILE_GATES);
    for (const table of tablesOf(hostile)) {
      const columns = table[0]?.length;
      for (const row of table) expect(row).toHaveLength(columns ?? 0);
    }
    const tokens = flatten(markdown.parse(hostile, {}));
    const html = tokens
      .filter((token) => token.type.startsWith("html_"))
      .map((token) => token.content.trim());
    for (const piece of html) expect(piece).toMatch(/^(<details><summary>[^<>]*<\/summary>|<\/details>)$/);
    expect(tokens.some((token) => token.type === "link_open" || token.type === "image")).toBe(false);
    expect(hostile).not.toMatch(/^\s*::/m);
    expect(hostile).not.toContain("##[");
    // A job summary may have 1 MiB.
    expect(Buffer.byteLength(hostile)).toBeLessThan(1_048_576);
  });
});

describe("comment for a pull request", () => {
  it("starts with its marker and is short", () => {
    const comment = renderComment(reportView(sampleInput()), GATES);
    expect(comment.split("\n")[0]).toBe(COMMENT_MARKER);
    expect(comment.split("\n")[1]).toMatch(/^### ❌ /);
    expect(comment).toContain("❌ fail: missing at most 1%, cedar: 2.5% of the verdicts are missing");
    expect(comment.length).toBeLessThan(6000);
  });

  it("stays below a comment's limit and holds its marker once under hostile names", () => {
    const comment = renderComment(reportView(hostileInput()), HOSTILE_GATES);
    expect(comment.length).toBeLessThan(65_536);
    expect(comment.split(COMMENT_MARKER)).toHaveLength(2);
    expect(comment).not.toMatch(/^\s*::/m);
  });
});
