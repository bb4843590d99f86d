import { existsSync } from "node:fs";
import { readJsonLines } from "../core/jsonl.js";
import type { SequenceLine, SequenceLookLine, SequencePlanLine } from "../core/sequence.js";
import { FileGoneError, JsonlAppender } from "./appender.js";
import { OpenAppenders } from "./open-appenders.js";
import { runPaths } from "./run-folder.js";

function isLine(value: unknown): value is SequenceLine {
  const kind = value !== null && typeof value === "object" && "kind" in value ? value.kind : undefined;
  return kind === "plan" || kind === "look";
}

/** Lines of a run's `sequence.jsonl`, in file order; none where there is no such file. A torn last line is left out. */
function readSequence(run: string): SequenceLine[] {
  const file = runPaths.sequence(run);
  if (!existsSync(file)) return [];
  return [...readJsonLines(file, { onTornTail: () => undefined })].flatMap(({ value }) =>
    isLine(value) ? [value] : [],
  );
}

/** Looks of a run's last plan, the last of each position and aim, in the order of the questions. */
export function sequenceLooks(
  run: string,
): { plan: SequencePlanLine; looks: SequenceLookLine[] } | undefined {
  const lines = readSequence(run);
  const plan = lines.findLast((line) => line.kind === "plan");
  if (plan === undefined) return undefined;
  const places = new Map<string, SequenceLookLine>();
  for (const line of lines) {
    if (line.kind === "look" && line.plan === plan.plan) places.set(`${line.aim} ${line.position}`, line);
  }
  return { plan, looks: [...places.values()].sort((one, other) => one.position - other.position) };
}

/** Writes `sequence.jsonl`: appends what the file does not say yet, so that a resumed run repeats nothing. */
export class SequenceFile {
  private readonly said = new Map<string, string>();
  private readonly appenders = new OpenAppenders((file) =>
    // Opening makes folders that are missing; one that vanished must not appear again.
    existsSync(this.run) ? JsonlAppender.open(file) : Promise.reject(new FileGoneError(file, false)),
  );

  constructor(private readonly run: string) {
    for (const line of readSequence(run)) this.said.set(placeOf(line), JSON.stringify(line));
  }

  /** The plan that the folder's sequence began with. */
  static plan(run: string): SequencePlanLine | undefined {
    return readSequence(run).findLast((line) => line.kind === "plan");
  }

  async append(line: SequenceLine): Promise<void> {
    const text = JSON.stringify(line);
    if (this.said.get(placeOf(line)) === text) return;
    this.said.set(placeOf(line), text);
    await this.appenders.append(runPaths.sequence(this.run), line);
  }

  close(): Promise<void> {
    return this.appenders.close();
  }
}

function placeOf(line: SequenceLine): string {
  return line.kind === "plan" ? line.plan : `${line.plan} ${line.aim} ${line.position}`;
}
