import { open } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { callsOf } from "../../core/answer-calls.js";
import { keyParts } from "../../core/composite-key.js";
import { DataError } from "../../core/errors.js";
import { sha256 } from "../../core/hash.js";
import { readJsonLines } from "../../core/jsonl.js";
import { makeFolder } from "../../core/make-folder.js";
import type { Answer, CallRecord, Judgment } from "../../core/records.js";
import { syncFile } from "../../core/sync-file.js";
import { askedBy } from "../../store/asked.js";
import { isAnswer, isJudgment } from "../../store/record-shape.js";
import { answerPlace, judgmentPlace } from "../../store/resume.js";
import { jsonlFiles, runPaths } from "../../store/run-folder.js";
import type { RunToMerge } from "./run-to-merge.js";

type Kind = "answers" | "judgments";
type AnyRecord = Answer | Judgment;

/** A record that counts in its own run: the last of its place among those the run asked for. */
interface Standing {
  readonly file: string;
  readonly line: number;
  readonly taskId: string;
  readonly obtained: boolean;
  /** Hash of what the record says, without times, tokens and money. */
  readonly content: string;
  readonly wasPaid: boolean;
}

/** One of the files that come together in one file of the merged run. */
interface Part {
  readonly file: string;
  readonly isAsked: (record: AnyRecord) => boolean;
  /** Lines that count in this run. */
  readonly standing: Set<number>;
  /** Lines of the standing ones that count in the merged run. */
  readonly chosen: Set<number>;
  /** Standing lines that are left out: another run has the same, and nothing was paid for this one. */
  readonly dropped: Set<number>;
}

function placeOf(record: AnyRecord): string {
  return "protocol" in record
    ? judgmentPlace(record)
    : answerPlace(record.suite, record.model, record.questionId, record.trial);
}

function callsBehind(record: AnyRecord): readonly CallRecord[] {
  if ("turns" in record) return callsOf(record.turns);
  return record.status === "skipped" ? [] : [...record.replies, ...(record.replacement?.replies ?? [])];
}

function contentOf(record: AnyRecord): string {
  if ("protocol" in record) {
    if (record.status === "skipped") return record.status;
    const { replacement } = record;
    const instead =
      replacement === undefined
        ? ""
        : `, ${replacement.protocol} ${JSON.stringify(replacement.replies.map(({ text }) => text))}`;
    if (record.status !== "judged") return `${record.status}${instead}`;
    const replies = record.replies.map(({ text, reasoning, toolCalls }) => [text, reasoning, toolCalls]);
    return `${JSON.stringify([record.verdict, replies])}${instead}`;
  }
  if (record.status !== "completed") return record.status;
  return JSON.stringify(
    record.turns.map(({ text, reasoning, finishReason }) => [text, reasoning, finishReason]),
  );
}

function* recordsOf(file: string): Generator<{ readonly line: number; readonly record: AnyRecord }> {
  for (const { line, value } of readJsonLines(file, { onTornTail: () => undefined })) {
    if (!isAnswer(value) && !isJudgment(value)) {
      const remedy = "Fix or remove the line.";
      throw new DataError("is not a record of a run", { code: "foreign-record", file, line, remedy });
    }
    yield { line, record: value };
  }
}

function standingOf(part: Part): Map<string, Standing> {
  const last = new Map<string, Standing>();
  for (const { line, record } of recordsOf(part.file)) {
    if (!part.isAsked(record)) continue;
    last.set(placeOf(record), {
      file: part.file,
      line,
      taskId: record.taskId,
      obtained: record.status === "completed" || record.status === "judged",
      content: sha256(contentOf(record)),
      wasPaid: callsBehind(record).some((call) => call.source === undefined),
    });
  }
  return last;
}

function describePlace(place: string): string {
  const parts = keyParts(place).filter((part) => part !== "");
  return parts.join(", ");
}

function refuseOther(place: string, first: Standing, other: Standing): DataError {
  return new DataError(
    `${describePlace(place)} (task ${other.taskId}) was asked differently in ${first.file}:${first.line} (task ${first.taskId})`,
    {
      code: "differing-overlap",
      file: other.file,
      line: other.line,
      remedy: "One of the two was made under another configuration: run it again to its end, then merge.",
    },
  );
}

function refuseDiffering(place: string, first: Standing, other: Standing): DataError {
  return new DataError(
    `${describePlace(place)} (task ${other.taskId}) differs from ${first.file}:${first.line}: both asked the same and got different replies`,
    {
      code: "differing-overlap",
      file: other.file,
      line: other.line,
      remedy: "Merge only one of the two; `--shard I/N` divides a run so that nothing is asked twice.",
    },
  );
}

/** Decides for every place which run's record counts. */
function choose(parts: readonly Part[]): void {
  const winners = new Map<string, { standing: Standing; part: Part }>();
  for (const part of parts) {
    for (const [place, standing] of standingOf(part)) {
      part.standing.add(standing.line);
      const first = winners.get(place);
      if (first === undefined) {
        winners.set(place, { standing, part });
        continue;
      }
      if (first.standing.taskId !== standing.taskId) throw refuseOther(place, first.standing, standing);
      const bothThere = first.standing.obtained && standing.obtained;
      if (bothThere && first.standing.content !== standing.content)
        throw refuseDiffering(place, first.standing, standing);
      if (standing.obtained && !first.standing.obtained) winners.set(place, { standing, part });
      else if (!standing.wasPaid) part.dropped.add(standing.line);
    }
  }
  for (const { standing, part } of winners.values()) part.chosen.add(standing.line);
}

const CHUNK_LENGTH = 1 << 20;

/** Superseded records first: they count for money alone, and the last record of a place is the one that counts. */
function* joinedLines(parts: readonly Part[]): Generator<string> {
  const seen = new Set<string>();
  const isNew = (line: string) => {
    if (parts.length === 1) return true;
    const hash = sha256(line);
    const known = seen.has(hash);
    seen.add(hash);
    return !known;
  };
  // What counts is named first, so that an equal line of another run is not taken for an earlier attempt.
  if (parts.length > 1) {
    for (const part of parts) {
      for (const { line, record } of recordsOf(part.file))
        if (part.chosen.has(line)) seen.add(sha256(JSON.stringify(record)));
    }
  }
  for (const part of parts) {
    for (const { line, record } of recordsOf(part.file)) {
      if (part.chosen.has(line) || part.dropped.has(line)) continue;
      const text = JSON.stringify(record);
      if (isNew(text)) yield text;
    }
  }
  for (const part of parts) {
    for (const { line, record } of recordsOf(part.file))
      if (part.chosen.has(line)) yield JSON.stringify(record);
  }
}

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  makeFolder(dirname(file));
  const handle = await open(file, "wx");
  try {
    let chunk: string[] = [];
    let length = 0;
    const flush = async () => {
      await handle.appendFile(chunk.join(""));
      chunk = [];
      length = 0;
    };
    for (const line of lines) {
      chunk.push(line, "\n");
      length += line.length + 1;
      if (length >= CHUNK_LENGTH) await flush();
    }
    await flush();
    await syncFile(handle);
  } finally {
    await handle.close();
  }
}

function partsByFile(runs: readonly RunToMerge[], kind: Kind): Map<string, Part[]> {
  const folderOf = kind === "answers" ? runPaths.answersFolder : runPaths.judgmentsFolder;
  const byFile = new Map<string, Part[]>();
  for (const run of runs) {
    const asked = askedBy(run.manifest, run.asked);
    const isAsked = (record: AnyRecord) =>
      "protocol" in record ? asked.judgment(record) : asked.answer(record);
    for (const file of jsonlFiles(folderOf(run.path))) {
      const name = relative(run.path, file);
      const parts = byFile.get(name) ?? [];
      byFile.set(name, parts);
      parts.push({ file, isAsked, standing: new Set(), chosen: new Set(), dropped: new Set() });
    }
  }
  return byFile;
}

/**
 * Joins the answers and judgments of run folders in a new one, file by file, so that memory holds one file's places at
 * a time. A record that one run obtained and another failed to get is the obtained one; superseded and double
 * records that were paid for stay, so that the money adds up, and never count twice.
 * @param target folder without answers and judgments
 * @throws DataError `differing-overlap` naming the task and both files, for what several runs have and have differently
 */
export async function joinRecords(runs: readonly RunToMerge[], target: string): Promise<void> {
  for (const kind of ["answers", "judgments"] as const) {
    for (const [name, parts] of partsByFile(runs, kind)) {
      choose(parts);
      await writeLines(join(target, name), joinedLines(parts));
    }
  }
}
