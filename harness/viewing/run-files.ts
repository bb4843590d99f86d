import { join } from "node:path";
import type { LiveStage } from "../core/live-run.js";
import { jsonlFiles, runPaths } from "../store/run-folder.js";

/** A file of records. */
export interface RecordFile {
  /** Among the files of its run, from 0; it never changes. */
  readonly index: number;
  readonly path: string;
  /** `anchors` are verdicts that no board holds. */
  readonly kind: LiveStage | "anchors";
}

/** The files of one run that hold records, each under a number of its own for as long as this object lives. */
export class RunFiles {
  private readonly byPath = new Map<string, RecordFile>();
  private readonly all: RecordFile[] = [];

  /** @param run Path of the run folder. */
  constructor(readonly run: string) {}

  /** Looks which files there are; links are passed over, since they may lead anywhere. */
  refresh(): readonly RecordFile[] {
    for (const path of jsonlFiles(runPaths.answersFolder(this.run))) this.numbered(path, "answers");
    for (const path of jsonlFiles(runPaths.judgmentsFolder(this.run))) this.numbered(path, "judgments");
    this.numbered(runPaths.sentinel(this.run), "anchors");
    return this.all;
  }

  /** The file of a number that was given before. */
  at(index: number): RecordFile | undefined {
    return this.all[index];
  }

  /** The file at a path, whether it is there or not. */
  numbered(path: string, kind: RecordFile["kind"]): RecordFile {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const file = { index: this.all.length, path, kind };
    this.byPath.set(path, file);
    this.all.push(file);
    return file;
  }

  /** Folders in which something may happen. */
  folders(): string[] {
    const below = this.all.map(({ path }) => join(path, ".."));
    return [
      ...new Set([this.run, runPaths.answersFolder(this.run), runPaths.judgmentsFolder(this.run), ...below]),
    ];
  }
}
