import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type StyleCounts, styleOf } from "../../core/answer-style.js";
import type { ArenaHardAnswer } from "../../core/arena-hard-row.js";
import { compositeKey } from "../../core/composite-key.js";
import { readCsvTable } from "../../core/csv-table.js";
import type { TokenCounter } from "../../core/token-counter.js";
import type { BoardStyles } from "../../pipeline/scores/board-styles.js";
import { readArenaHardAnswers } from "./answers.js";

const COUNTS = ["token_len", "headers", "lists", "bold"] as const;
const CSV_COLUMNS = ["question_id", "model", ...COUNTS];

/** Folders that the answers or counts of a judgment file may lie in: its own and the two above. */
function foldersAbove(file: string): string[] {
  const folder = dirname(resolve(file));
  return [folder, dirname(folder), dirname(dirname(folder))];
}

/**
 * Marks of the style of judged answers, from what lies beside the judgment files: `model_answer/MODEL.jsonl` of the bench
 * (counts of its metadata, else of its text), or a table `style.csv` of question_id, model, token_len, headers, lists, bold.
 */
export class ArenaHardStyles {
  private readonly counts = new Map<string, StyleCounts>();
  private readonly read = new Set<string>();
  private counted = false;
  private told = false;

  constructor(private readonly counter: TokenCounter) {}

  /**
   * Looks for the answers of models beside a judgment file.
   * @param models the file's own name of each, by the name that boards show
   * @throws DataError naming file and line
   */
  add(file: string, models: ReadonlyMap<string, string>): void {
    const renamed = new Map([...models].filter(([shown, own]) => shown !== own));
    for (const folder of foldersAbove(file)) {
      const table = join(folder, "style.csv");
      if (this.isNew(table, [...renamed].flat())) this.addTable(table, renamed);
      for (const [shown, own] of models) {
        // Names come from files; one that leads elsewhere is no file's name.
        if (/[\\/]/.test(own)) continue;
        const answers = join(folder, "model_answer", `${own}.jsonl`);
        if (this.isNew(answers, [shown])) this.addAnswers(shown, answers);
      }
    }
  }

  /** The styles for boards; undefined where nothing was found. */
  styles(): BoardStyles | undefined {
    if (this.counts.size === 0) return undefined;
    const ways = [this.told ? "as the files count them" : "", this.counted ? this.counter.name : ""];
    return {
      tokens: ways.filter((way) => way !== "").join("; where they do not, "),
      of: (model, questionId) => this.counts.get(compositeKey(model, questionId)),
    };
  }

  /** Whether a file is there and was not read for these names. */
  private isNew(file: string, names: readonly string[]): boolean {
    const key = compositeKey(file, ...names);
    if (this.read.has(key) || !existsSync(file)) return false;
    this.read.add(key);
    return true;
  }

  private addTable(file: string, renamed: ReadonlyMap<string, string>): void {
    const table = readCsvTable(readFileSync(file, "utf8"), file, CSV_COLUMNS, {
      code: "bad-style-table",
      remedy: "Give it the columns question_id, model, token_len, headers, lists and bold, or move it away.",
    });
    const [questions, models] = [table.texts("question_id"), table.texts("model")];
    const [tokens, headers, lists, bold] = COUNTS.map((name) => table.positions(name));
    const shownAs = new Map([...renamed].map(([shown, own]) => [own, shown]));
    questions.forEach((question, row) => {
      const model = models[row] ?? "";
      this.counts.set(compositeKey(shownAs.get(model) ?? model, question), {
        tokens: tokens?.[row] ?? 0,
        headers: headers?.[row] ?? 0,
        lists: lists?.[row] ?? 0,
        bold: bold?.[row] ?? 0,
      });
    });
    this.told = true;
  }

  private addAnswers(model: string, file: string): void {
    for (const answer of readArenaHardAnswers(file)) {
      const style = this.styleOf(answer);
      if (style !== undefined) this.counts.set(compositeKey(model, answer.questionId), style);
    }
  }

  /** A file's own counts first; what it does not count is counted here. */
  private styleOf({ text, counts }: ArenaHardAnswer): StyleCounts | undefined {
    const { tokens, headers, lists, bold } = counts;
    if (tokens !== undefined) this.told = true;
    if (tokens !== undefined && headers !== undefined && lists !== undefined && bold !== undefined)
      return { tokens, headers, lists, bold };
    if (text === undefined) return undefined;
    if (tokens === undefined) this.counted = true;
    return { ...styleOf(text, tokens === undefined ? this.counter.count : () => tokens), ...counts };
  }
}
