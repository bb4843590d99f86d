import { statSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { Clock } from "../core/clock.js";
import { messageOf } from "../core/errors.js";
import type { LiveRun, NewestRecord } from "../core/live-run.js";
import type { Manifest } from "../core/manifest.js";
import { Pace } from "../core/pace.js";
import { presentFields } from "../core/present-fields.js";
import { isAnswer, isJudgment } from "../store/record-shape.js";
import { readManifest, readSuites, runPaths } from "../store/run-folder.js";
import { lookAtLock } from "../store/run-lock.js";
import { LineReader } from "./lines.js";
import { Liveness, type Moment } from "./liveness.js";
import { newestAnswer, newestJudgment } from "./newest-record.js";
import { NewestRing } from "./newest-ring.js";
import { RunCounts } from "./run-counts.js";
import type { RecordFile, RunFiles } from "./run-files.js";
import { reportPage } from "./run-report.js";
import { RunSequences } from "./run-sequences.js";

/** Bytes that are counted between two looks at what is new. */
const COUNTED_AT_ONCE = 1 << 22;
/** New bytes of a file beyond which only their end is shown. */
const SHOWN_AT_ONCE = 1 << 20;
/** How often the lock, the manifest and the list of files are looked at. */
const SURROUNDINGS_MS = 400;
/** Records that are looked for at the ends of files when a run is opened, in those that were written last. */
const MOST_AT_ENDS = 400;
/** A record that was made so long ago says nothing of the pace. */
const RECENT_MS = 30_000;

/** How far a file has been read. */
interface Reading {
  readonly file: RecordFile;
  size: number;
  writtenMs: number;
  /** Up to where its records are counted. */
  counted: number;
  /** Whether a line may be there that is not. */
  isBehind: boolean;
  /** Up to where its records are known to the list of the newest; counting may be far behind that. */
  shown: number;
  /** Whether a line begins there. */
  isAligned: boolean;
}

/** What a run says of itself, and what its records come to under that. */
interface Plan {
  readonly manifest: Manifest;
  readonly counts: RunCounts;
  readonly judges: ReadonlyMap<string, string>;
  /** What decides how records are counted; under another one they are counted again. */
  readonly shape: string;
}

function shapeOf({ suites, models, protocols, trials }: Manifest): string {
  const asked = protocols.map(({ id, subjects, planned }) => [id, subjects, planned]);
  return JSON.stringify([suites, models.map(({ id }) => id), asked, trials]);
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.mtimeMs} ${found.size} ${found.ino}`;
}

function budgetOf({ config }: Manifest): number | null {
  const budget =
    config !== null && typeof config === "object" && "budget" in config ? config.budget : undefined;
  return typeof budget === "number" ? budget : null;
}

/**
 * One run, followed by its files alone: nothing is written or locked, and nothing asked of the running process, which may
 * be on another machine. What is new is shown at once, what was there before is counted bit by bit.
 */
export class FollowedRun {
  /** The newest records. */
  readonly newest = new NewestRing();
  private readonly sequences: RunSequences;
  private readonly reader = new LineReader();
  private readonly readings: Reading[] = [];
  private readonly liveness = new Liveness();
  private readonly paces = { answers: new Pace(), judgments: new Pace() };
  private plan: Plan | undefined;
  private planStamp = "";
  private aroundMs = Number.NEGATIVE_INFINITY;
  private error: string | undefined;
  private badLines = 0;
  private isOpened = false;
  private arriving: NewestRecord[] = [];

  constructor(
    private readonly named: { readonly id: string; readonly shown: string },
    private readonly files: RunFiles,
    private readonly clock: Clock,
  ) {
    this.sequences = new RunSequences(files.run);
  }

  /** Whether records that are there are still to be counted. */
  get isBehind(): boolean {
    return this.plan !== undefined && this.readings.some(({ isBehind }) => isBehind);
  }

  /** Folders in which something may happen. */
  folders(): readonly string[] {
    return this.files.folders();
  }

  private moment(): Moment {
    return { now: this.clock.now(), monotonic: this.clock.monotonic() };
  }

  /** Looks once at what has changed, and counts some of what is behind. */
  async look(): Promise<void> {
    const moment = this.moment();
    if (moment.monotonic - this.aroundMs >= SURROUNDINGS_MS) {
      this.aroundMs = moment.monotonic;
      await this.lookAround(moment);
    }
    if (this.plan === undefined) return;
    await this.measure();
    if (!this.isOpened) await this.showEnds();
    await this.showNew();
    await this.count();
    this.takeArriving(moment);
  }

  private async lookAround(moment: Moment): Promise<void> {
    this.liveness.see(await lookAtLock(this.files.run), moment);
    this.readPlan();
    for (const file of this.files.refresh().slice(this.readings.length)) {
      const reading = { file, size: 0, writtenMs: 0, counted: 0, isBehind: false, shown: 0, isAligned: true };
      this.readings.push(reading);
    }
  }

  private readPlan(): void {
    const stamp = stampOf(runPaths.manifest(this.files.run));
    if (stamp === this.planStamp && this.error === undefined) return;
    try {
      const manifest = readManifest(this.files.run);
      this.planStamp = stamp;
      this.error = undefined;
      const shape = shapeOf(manifest);
      if (this.plan?.shape === shape) {
        this.plan = { ...this.plan, manifest };
        return;
      }
      const counts = new RunCounts(manifest, readSuites(this.files.run));
      const judges = new Map(manifest.protocols.map(({ id, judgeModel }) => [id, judgeModel]));
      this.plan = { manifest, counts, judges, shape };
      this.startOver();
    } catch (thrown) {
      this.error = messageOf(thrown);
    }
  }

  private startOver(): void {
    this.badLines = 0;
    for (const reading of this.readings) {
      reading.counted = 0;
      reading.isBehind = reading.size > 0;
    }
  }

  /** Sizes first: a verdict that was there by then has its answer in what is read afterwards. */
  private async measure(): Promise<void> {
    const found = await Promise.all(this.readings.map(({ file }) => stat(file.path).catch(() => undefined)));
    let isReplaced = false;
    this.readings.forEach((reading, index) => {
      const { size = 0, mtimeMs = 0 } = found[index] ?? {};
      if (size < reading.counted) isReplaced = true;
      if (size !== reading.size) reading.isBehind = size > reading.counted;
      if (size < reading.shown) reading.shown = 0;
      reading.size = size;
      reading.writtenMs = mtimeMs;
    });
    if (!isReplaced || this.plan === undefined) return;
    // Files only ever grow: another run is in their place, or somebody has edited them.
    const { manifest } = this.plan;
    this.plan = { ...this.plan, counts: new RunCounts(manifest, readSuites(this.files.run)) };
    this.startOver();
  }

  /** The newest records of a run that has just been opened. */
  private async showEnds(): Promise<void> {
    this.isOpened = true;
    const byTime = [...this.readings].sort((x, y) => y.writtenMs - x.writtenMs);
    for (const reading of byTime) {
      if (this.arriving.length >= MOST_AT_ENDS) {
        reading.shown = reading.size;
        reading.isAligned = reading.size === 0;
      } else if (reading.size > 0) {
        const end = await this.reader.readEnd(reading.file.path, (text, offset) => {
          this.takeLine(reading, text, offset, { isShown: true, isCounted: false });
        });
        reading.shown = end ?? 0;
      }
    }
    const recent = this.clock.now() - RECENT_MS;
    this.arriving.sort((x, y) => (x.at < y.at ? -1 : 1));
    for (const { stage, at } of this.arriving) {
      const madeMs = Date.parse(at);
      if (madeMs > recent && madeMs <= this.clock.now())
        this.paces[stage].add(this.clock.monotonic() - this.clock.now() + madeMs);
    }
    this.newest.add(this.arriving);
    this.arriving = [];
  }

  /** What is new in files whose older records are still to be counted. */
  private async showNew(): Promise<void> {
    for (const reading of this.readings) {
      if (reading.counted >= reading.shown || reading.size <= reading.shown) continue;
      const { shown, size } = reading;
      const show = (text: string | undefined, offset: number) => {
        if (offset >= shown) this.takeLine(reading, text, offset, { isShown: true, isCounted: false });
      };
      if (!reading.isAligned || size - shown > SHOWN_AT_ONCE) {
        reading.shown = (await this.reader.readEnd(reading.file.path, show)) ?? shown;
        reading.isAligned = true;
      } else {
        const range = { from: shown, until: size, mostBytes: SHOWN_AT_ONCE };
        reading.shown = (await this.reader.readFrom(reading.file.path, range, show))?.next ?? shown;
      }
    }
  }

  /** Counts some of what is behind: answers before the verdicts on them. */
  private async count(): Promise<void> {
    let left = COUNTED_AT_ONCE;
    for (const kind of ["answers", "anchors", "judgments"] as const) {
      for (const reading of this.readings) {
        if (reading.file.kind !== kind || !reading.isBehind) continue;
        if (left <= 0) return;
        left -= await this.countSome(reading, left);
      }
    }
  }

  private async countSome(reading: Reading, mostBytes: number): Promise<number> {
    const { counted, shown, size, file } = reading;
    const range = { from: counted, until: size, mostBytes };
    const read = await this.reader.readFrom(file.path, range, (text, offset) => {
      this.takeLine(reading, text, offset, { isShown: offset >= shown, isCounted: true });
    });
    reading.counted = read?.next ?? counted;
    reading.shown = Math.max(shown, reading.counted);
    if (reading.counted >= reading.shown) reading.isAligned = true;
    reading.isBehind = read?.more ?? false;
    return reading.counted - counted;
  }

  private takeLine(
    { file }: Reading,
    text: string | undefined,
    offset: number,
    { isShown, isCounted }: { readonly isShown: boolean; readonly isCounted: boolean },
  ): void {
    const { plan } = this;
    const value = text === undefined ? undefined : parsed(text);
    const place = { file: file.index, offset };
    if (plan === undefined) return;
    if (file.kind === "answers" && isAnswer(value)) {
      if (isCounted) plan.counts.answer(value);
      if (isShown) this.arriving.push(newestAnswer(value, place));
    } else if (file.kind !== "answers" && isJudgment(value)) {
      if (isCounted) plan.counts[file.kind === "anchors" ? "anchor" : "judgment"](value);
      const judge = plan.judges.get(value.protocol) ?? "";
      if (isShown && file.kind === "judgments") this.arriving.push(newestJudgment(value, place, judge));
    } else if (isCounted && text?.trim() !== "") this.badLines++;
  }

  private takeArriving(moment: Moment): void {
    if (this.arriving.length === 0) return;
    this.liveness.recordCame(moment);
    for (const { stage } of this.arriving) this.paces[stage].add(moment.monotonic);
    this.newest.add(this.arriving);
    this.arriving = [];
  }

  /** The run at this moment; undefined before the first look. */
  state(): LiveRun | undefined {
    const { plan } = this;
    const { id, shown: path } = this.named;
    if (plan === undefined) return undefined;
    const { manifest, counts } = plan;
    const moment = this.moment();
    const perSecond = (stage: "answers" | "judgments") =>
      this.paces[stage].perSecond(moment.monotonic) ?? null;
    const { spentUsd, unpricedCalls, inputTokens, outputTokens } = counts;
    return {
      ...{ id, path, spentUsd, unpricedCalls, inputTokens, outputTokens },
      status: this.liveness.status(manifest.status, moment),
      holder: this.liveness.holder,
      startedAt: manifest.startedAt,
      finishedAt: manifest.finishedAt,
      recordedSamples: manifest.recordedSamples === true,
      hasReport: reportPage(this.files.run) !== undefined,
      models: manifest.models.map((model) => model.id),
      progress: counts.progress(),
      perSecond: { answers: perSecond("answers"), judgments: perSecond("judgments") },
      newestAt: this.newest.newestAt,
      budgetUsd: budgetOf(manifest),
      failures: counts.failures(),
      badLines: this.badLines,
      counted: {
        bytes: this.readings.reduce((sum, { counted }) => sum + counted, 0),
        of: this.readings.reduce((sum, { size, counted, isBehind }) => sum + (isBehind ? size : counted), 0),
      },
      sequences: this.sequences.read(),
      ...presentFields({ error: this.error }),
    };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
