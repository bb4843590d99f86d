import { existsSync } from "node:fs";
import { join } from "node:path";
import { countOf } from "../core/count-of.js";
import { AssayError } from "../core/errors.js";
import { readJsonLines } from "../core/jsonl.js";
import type { Answer, Judgment, Warning } from "../core/records.js";
import { FileGoneError, JsonlAppender } from "./appender.js";
import { OpenAppenders } from "./open-appenders.js";
import { reusedRecord, type Shown } from "./resume.js";
import { jsonlFiles, readAnswers, readJudgments, readSentinelJudgments, runPaths } from "./run-folder.js";

/**
 * The records of one run folder: the only writer of its JSONL files. Hold the folder's lock while it is open.
 * An append resolves when the record is on disk.
 */
export class RunStore {
  private readonly appenders = new OpenAppenders((file) => this.open(file));

  constructor(
    readonly run: string,
    private readonly onWarning: (warning: Warning) => void,
    /** Tells whether the folder is still where it was. */
    private readonly isThere: () => Promise<boolean> = () => Promise.resolve(true),
  ) {}

  /** Records that this store appended. */
  private readonly appended = { answers: 0, judgments: 0 };

  /** @throws AssayError `run-folder-gone` when the folder is no longer where it was. */
  async checkThere(): Promise<void> {
    if (!(await this.isThere())) throw this.gone();
  }

  /** What is said of a folder, or a file of it, that vanished. */
  private gone(file?: FileGoneError): AssayError {
    const { answers, judgments } = this.appended;
    const own = `${countOf(answers, "answer")} and ${countOf(judgments, "verdict")}`;
    const what = existsSync(this.run) && file !== undefined ? file.file : this.run;
    const code = "run-folder-gone";
    if (file?.wasMoved === true) {
      return new AssayError(
        `${what} was moved while the run went on, with the ${own} that this command recorded; nothing more is asked for, and calls that were under way are lost`,
        { code, remedy: "Move it back, or name its new place with --out: the same command resumes." },
      );
    }
    return new AssayError(
      `${what} is not there any longer, or another one is in its place: unless it was moved, the ${own} that this command recorded are lost with all it held; nothing more is asked for`,
      {
        code,
        remedy:
          "Put it back, or name its new place with --out, to resume; else the same command starts over.",
      },
    );
  }

  private async append(
    file: string,
    record: Answer | Judgment,
    kind: "answers" | "judgments",
  ): Promise<void> {
    try {
      await this.appenders.append(file, record);
    } catch (cause) {
      if (cause instanceof FileGoneError) throw this.gone(cause);
      // A file that cannot be written may be one whose folder went away in that moment.
      await this.checkThere();
      throw cause;
    }
    this.appended[kind]++;
  }

  /** Repairs what a crash left behind in any file of the folder: unfinished last lines are cut off and reported. */
  async repair(): Promise<void> {
    for (const folder of [runPaths.answersFolder(this.run), runPaths.judgmentsFolder(this.run)]) {
      for (const file of jsonlFiles(folder)) {
        await this.appenders.use(file, () => Promise.resolve());
      }
    }
  }

  /** All answers there are, in file order. */
  answers(): Iterable<Answer> {
    return readAnswers(this.run);
  }

  /** All judgments there are, in file order. */
  judgments(): Iterable<Judgment> {
    return readJudgments(this.run);
  }

  async appendAnswer(answer: Answer): Promise<void> {
    await this.append(runPaths.answers(this.run, answer.model), answer, "answers");
  }

  async appendJudgment(judgment: Judgment): Promise<void> {
    const { protocol, a, b } = judgment;
    await this.append(runPaths.judgments(this.run, protocol, a, b), judgment, "judgments");
  }

  /** Verdicts on a sentinel's anchors, in file order. */
  sentinelJudgments(): Iterable<Judgment> {
    return readSentinelJudgments(this.run);
  }

  async appendSentinelJudgment(judgment: Judgment): Promise<void> {
    await this.append(runPaths.sentinel(this.run), judgment, "judgments");
  }

  /**
   * Appends recorded lines once more, so that they are the last of their places.
   * @param tasks By id; with what a judgment now says of what was shown.
   */
  async appendAgain(tasks: ReadonlyMap<string, Shown | undefined>): Promise<void> {
    if (tasks.size === 0) return;
    for (const folder of ["answers", "judgments"]) {
      for (const file of jsonlFiles(join(this.run, folder))) await this.copyLast(file, tasks);
    }
  }

  private async copyLast(file: string, tasks: ReadonlyMap<string, Shown | undefined>): Promise<void> {
    const found = new Map<string, Answer | Judgment>();
    for (const { value } of readJsonLines(file, { onTornTail: () => undefined })) {
      const record = value as Answer | Judgment;
      if (tasks.has(record.taskId)) found.set(record.taskId, record);
    }
    const again = Array.from(found, ([taskId, record]) => reusedRecord(record, tasks.get(taskId)));
    await this.appenders.use(file, (appender) => Promise.all(again.map((record) => appender.append(record))));
  }

  private async open(file: string): Promise<JsonlAppender> {
    const isNew = !existsSync(file);
    // Opening makes folders that are missing; one that vanished must not appear again.
    await this.checkThere();
    const appender = await JsonlAppender.open(file);
    const removed = appender.repair?.bytesRemoved ?? 0;
    if (!isNew && removed > 0) {
      const message = `${file}: an unfinished last line (${removed} bytes, left by a crash) was cut off; its call is made again`;
      this.onWarning({ code: "torn-line-repaired", message });
    }
    return appender;
  }

  /** Waits until everything is on disk and closes all files. */
  close(): Promise<void> {
    return this.appenders.close();
  }
}
