import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Scores } from "../../core/board.js";
import type { Manifest, ManifestProtocol } from "../../core/manifest.js";
import type { Answer, Judgment, Question, Suite, Warning } from "../../core/records.js";
import { fileNameFor } from "../../core/text.js";
import { tokenCounter } from "../../core/token-counter.js";
import { scoreRun } from "../../pipeline/scores/score-run.js";
import { countingRecords } from "../../store/counting-records.js";
import { readManifest, readSuites, writeFileAtomically } from "../../store/run-folder.js";
import { judgeNamesOf } from "../fastchat/export-run.js";
import {
  type ArenaHardLayout,
  type ArenaHardRecord,
  answerRow,
  questionRow,
  tokensIn,
} from "./answer-rows.js";
import { battleRows, judgmentRow, pairGames } from "./judgment-rows.js";
import { leaderboardCsv } from "./leaderboard.js";

/** The parts of v2 lie in one folder, as the original keeps them. */
function benchFolder(suite: string): string {
  return suite.startsWith("arena-hard-v2") ? "arena-hard-v2.0" : fileNameFor(suite);
}

/** Files by path below the output folder; suites of one bench share theirs. */
class ExportedFiles {
  private readonly rows = new Map<string, ArenaHardRecord[]>();
  private readonly texts = new Map<string, string>();

  add(path: string, rows: readonly ArenaHardRecord[]): void {
    if (rows.length === 0) return;
    const known = this.rows.get(path) ?? [];
    this.rows.set(path, known);
    for (const row of rows) known.push(row);
  }

  addText(path: string, text: string): void {
    this.texts.set(path, text);
  }

  async write(out: string): Promise<string[]> {
    const rows = Array.from(
      this.rows,
      ([path, all]) => [path, all.map((row) => `${JSON.stringify(row)}\n`).join("")] as const,
    );
    const files: string[] = [];
    for (const [path, text] of [...rows, ...this.texts]) {
      const target = join(out, ...path.split("/"));
      await mkdir(dirname(target), { recursive: true });
      await writeFileAtomically(target, text);
      files.push(target);
    }
    return files;
  }
}

interface SuiteContent {
  readonly suite: Suite;
  readonly answers: readonly Answer[];
  readonly judgments: readonly Judgment[];
  readonly protocols: readonly ManifestProtocol[];
}

/** Answers of a suite into the files; mean tokens by model. */
function addAnswers(
  files: ExportedFiles,
  { suite, answers }: SuiteContent,
  questions: ReadonlyMap<string, Question>,
  layout: ArenaHardLayout,
): (model: string) => number | undefined {
  const counter = tokenCounter();
  const tokens = new Map<string, { sum: number; n: number }>();
  for (const answer of answers) {
    // Arena-Hard knows one answer to a question.
    const row =
      answer.trial === 1 ? answerRow(answer, questions.get(answer.questionId), layout, counter) : undefined;
    if (row === undefined) continue;
    files.add(`${benchFolder(suite.id)}/model_answer/${fileNameFor(answer.model)}.jsonl`, [row]);
    const known = tokens.get(answer.model) ?? { sum: 0, n: 0 };
    tokens.set(answer.model, known);
    known.sum += tokensIn(row) ?? 0;
    known.n++;
  }
  return (model) => {
    const known = tokens.get(model);
    return known === undefined || known.n === 0 ? undefined : known.sum / known.n;
  };
}

function addSuite(
  files: ExportedFiles,
  content: SuiteContent,
  run: {
    readonly scores: Scores;
    readonly manifest: Manifest;
    readonly judgeNames: ReadonlyMap<string, string>;
  },
  layout: ArenaHardLayout,
): void {
  const { suite, judgments, protocols } = content;
  const folder = benchFolder(suite.id);
  const questions = new Map(suite.questions.map((question) => [question.id, question]));
  // Of imported judgments the questions' texts may not be known.
  const known = suite.questions.filter(({ turns: [text = ""] }) => text !== "");
  files.add(
    `${folder}/question.jsonl`,
    known.map((question) => questionRow(question, layout)),
  );
  const tokensOf = addAnswers(files, content, questions, layout);
  for (const protocol of protocols) {
    const { id, baseline, outcomes } = protocol;
    if (baseline === undefined || outcomes === undefined) continue;
    const judge = fileNameFor(run.judgeNames.get(id) ?? id);
    const pairs = pairGames(
      judgments.filter((judgment) => judgment.protocol === id),
      baseline,
    );
    for (const pair of pairs) {
      const row = judgmentRow(pair, protocol, judge, questions.get(pair.questionId), layout);
      files.add(`${folder}/model_judgment/${judge}/${fileNameFor(pair.model)}.jsonl`, [row]);
    }
    if (layout === "v0.1")
      files.add(
        `${folder}/battles/${judge}.jsonl`,
        pairs.flatMap((pair) => battleRows(pair, baseline, outcomes)),
      );
    const board = run.scores.boards.find((one) => one.protocol === id);
    const date = (run.manifest.finishedAt ?? run.manifest.startedAt).slice(0, 10);
    if (board?.metric === "outcomes")
      files.addText(
        `leaderboard/${fileNameFor(suite.id)}_${judge}_${date.replaceAll("-", "")}.csv`,
        leaderboardCsv(board, tokensOf, date),
      );
  }
}

/** What has no place in Arena-Hard's files. */
function omittedFrom(content: readonly SuiteContent[]): Warning[] {
  const others = new Set(
    content.flatMap(({ protocols }) =>
      protocols.filter(({ outcomes, baseline }) => outcomes === undefined || baseline === undefined),
    ),
  );
  const ids = new Set([...others].map(({ id }) => id));
  const judged = content.flatMap(({ judgments }) => judgments.filter(({ protocol }) => ids.has(protocol)));
  const trials = content.flatMap(({ answers }) => answers.filter(({ trial }) => trial > 1));
  const failed = content.flatMap(({ answers }) => answers.filter(({ status }) => status === "failed"));
  const longer = content.flatMap(({ suite }) => suite.questions.filter(({ turns }) => turns.length > 1));
  const told = (code: string, count: number, what: string): Warning[] =>
    count === 0 ? [] : [{ code, count, message: `Arena-Hard's files have no place for ${what} (${count})` }];
  return [
    ...told("other-protocols", judged.length, "judgments of protocols that do not give its labels"),
    ...told("further-trials", trials.length, "answers of further trials"),
    ...told("further-turns", longer.length, "a question's further turns and the answers to them"),
    ...told("failed-answers", failed.length, "answers that failed"),
  ];
}

/**
 * Writes a run in the layout that lmarena's arena-hard-auto reads, one folder per bench below `out`: `question.jsonl`,
 * `model_answer/MODEL.jsonl` with counts of style, `model_judgment/JUDGE/MODEL.jsonl`, and `leaderboard/….csv` in v0.1's
 * columns. Put the folders into its `data/`, and `show_result.py` reads them.
 * @param layout `v2`, as today's arena-hard-auto has for both versions; `v0.1` writes the older layout and battle rows
 * @returns Files written and what has no place in them.
 */
export async function exportArenaHard(
  run: string,
  out: string,
  layout: ArenaHardLayout = "v2",
): Promise<{ files: string[]; warnings: readonly Warning[] }> {
  const manifest = readManifest(run);
  const records = countingRecords(run);
  const content = readSuites(run).map((suite) => ({
    suite,
    answers: records.answers.filter((answer) => answer.suite === suite.id),
    judgments: records.judgments.filter((judgment) => judgment.suite === suite.id),
    protocols: manifest.protocols.filter((protocol) => protocol.suite === suite.id),
  }));
  const files = new ExportedFiles();
  const context = { scores: scoreRun(run), manifest, judgeNames: judgeNamesOf(manifest) };
  for (const one of content) addSuite(files, one, context, layout);
  return { files: await files.write(out), warnings: omittedFrom(content) };
}
