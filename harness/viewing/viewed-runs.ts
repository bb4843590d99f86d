import type { Clock } from "../core/clock.js";
import { messageOf } from "../core/errors.js";
import type { LiveRun, NewestRecord, RunRow, SideBySide } from "../core/live-run.js";
import { readManifest } from "../store/run-folder.js";
import { FolderWatch } from "./folder-watch.js";
import { FollowedRun } from "./followed-run.js";
import { LineReader } from "./lines.js";
import { type DescribeRun, type KnownRun, RunList } from "./run-list.js";
import { reportPage } from "./run-report.js";
import { type NamedSide, sideBySide } from "./side-by-side.js";
import { SideReader } from "./side-of-run.js";

/** The shortest time between two looks: a run that writes all the time is looked at ten times a second. */
const LEAST_GAP_MS = 100;
/** The longest, where nobody tells that something has happened. */
const MOST_GAP_MS = 400;
/** How often figures are told while old records are counted. */
const COUNTING_MS = 250;
/** How often the list of runs is looked at while somebody sees it. */
const LIST_MS = 2_000;
/** How long a run is followed after the last one looked away: a page that is loaded again finds it counted. */
const LINGER_MS = 30_000;

/** A model by its number in the manifest of a run, from 0. */
export interface ChosenModel {
  readonly id: string;
  readonly model: number;
}

/** Somebody who sees a run. */
export interface RunWatcher {
  /** The run as it is now. */
  state(run: LiveRun): void;
  /** Records that have come, oldest first. */
  records(records: readonly NewestRecord[]): void;
}

/** A run that somebody sees, or saw until a moment ago. */
class SeenRun {
  private readonly watchers = new Map<RunWatcher, { records: number }>();
  private readonly stop = new AbortController();
  private said = "";
  private latest: LiveRun | undefined;
  private leftMs: number | undefined;
  private toldMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly followed: FollowedRun,
    private readonly clock: Clock,
    private readonly onProblem: (message: string) => void,
    onEnd: () => void,
  ) {
    void this.follow().finally(onEnd);
  }

  add(watcher: RunWatcher): () => void {
    this.watchers.set(watcher, { records: 0 });
    this.leftMs = undefined;
    if (this.latest !== undefined) this.tell(watcher, this.latest);
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) this.leftMs = this.clock.monotonic();
    };
  }

  end(): void {
    this.stop.abort();
  }

  private async follow(): Promise<void> {
    const watch = new FolderWatch();
    try {
      while (!this.stop.signal.aborted && !this.isForgotten()) {
        const beganMs = this.clock.monotonic();
        // What cannot be read now may be readable in a moment.
        await this.followed.look().catch((thrown: unknown) => this.onProblem(messageOf(thrown)));
        this.tellAll();
        if (this.followed.isBehind) {
          await this.giveWay(this.clock.monotonic() - beganMs);
          continue;
        }
        watch.update(this.followed.folders());
        await this.clock.sleep(LEAST_GAP_MS, this.stop.signal).catch(() => undefined);
        await watch.stirred(MOST_GAP_MS - LEAST_GAP_MS, this.clock, this.stop.signal);
      }
    } finally {
      watch.close();
    }
  }

  /** Counting what was there before takes half of one processor at most while the run itself may want it. */
  private async giveWay(tookMs: number): Promise<void> {
    if (this.latest?.status !== "running") await this.clock.turn();
    else await this.clock.sleep(Math.min(tookMs, LEAST_GAP_MS), this.stop.signal).catch(() => undefined);
  }

  private isForgotten(): boolean {
    return this.leftMs !== undefined && this.clock.monotonic() - this.leftMs > LINGER_MS;
  }

  /** While old records are counted, figures change all the time: they are told as often as anybody can read them. */
  private tellAll(): void {
    const nowMs = this.clock.monotonic();
    const isQuick = nowMs - this.toldMs < COUNTING_MS;
    if (isQuick && this.followed.isBehind && !this.hasNews()) return;
    this.toldMs = nowMs;
    const state = this.followed.state();
    if (state === undefined) return;
    const text = JSON.stringify(state);
    const isNew = text !== this.said;
    this.said = text;
    this.latest = state;
    for (const [watcher, { records }] of this.watchers)
      if (isNew || records < this.followed.newest.count) this.tell(watcher, state);
  }

  private hasNews(): boolean {
    const { count } = this.followed.newest;
    return [...this.watchers.values()].some(({ records }) => records < count);
  }

  private tell(watcher: RunWatcher, state: LiveRun): void {
    const { newest } = this.followed;
    const had = this.watchers.get(watcher);
    if (had === undefined) return;
    const records = newest.since(had.records);
    had.records = newest.count;
    if (records.length > 0) watcher.records(records);
    watcher.state(state);
  }
}

/** Runs below a folder as pages see them: their list, each by itself, two beside each other. It only ever reads. */
export class ViewedRuns {
  private readonly list: RunList;
  private readonly seen = new Map<string, SeenRun>();
  private readonly listWatchers = new Set<(rows: readonly RunRow[]) => void>();
  private readonly stop = new AbortController();
  private listed: readonly RunRow[] | undefined;
  private isListing = false;

  constructor(
    folder: string,
    private readonly clock: Clock,
    describe: DescribeRun,
    private readonly onProblem: (message: string) => void,
  ) {
    this.list = new RunList(folder, clock, describe);
  }

  /** Tells the list of runs now and whenever it has changed; returns what stops it. */
  watchList(watcher: (rows: readonly RunRow[]) => void): () => void {
    this.listWatchers.add(watcher);
    if (this.listed !== undefined) watcher(this.listed);
    if (!this.isListing) void this.keepListing();
    return () => this.listWatchers.delete(watcher);
  }

  private async keepListing(): Promise<void> {
    this.isListing = true;
    let said = "";
    while (this.listWatchers.size > 0 && !this.stop.signal.aborted) {
      const rows = await this.list.look().catch((thrown: unknown) => {
        this.onProblem(messageOf(thrown));
        return [];
      });
      const text = JSON.stringify(rows);
      this.listed = rows;
      if (text !== said) for (const watcher of this.listWatchers) watcher(rows);
      said = text;
      await this.clock.sleep(LIST_MS, this.stop.signal).catch(() => undefined);
    }
    this.isListing = false;
    this.listed = undefined;
  }

  /** The run of an id, as the list knows it. */
  async find(id: string): Promise<KnownRun | undefined> {
    // A page that is loaded again may ask for a run before anybody has asked for the list.
    if (this.list.find(id) === undefined) await this.list.look();
    return this.list.find(id);
  }

  /** Tells how a run stands, now and whenever that has changed; undefined where there is no such run. */
  async watchRun(id: string, watcher: RunWatcher): Promise<(() => void) | undefined> {
    const known = await this.find(id);
    if (known === undefined) return undefined;
    let seen = this.seen.get(id);
    if (seen === undefined) {
      const followed = new FollowedRun(known, known.files, this.clock);
      seen = new SeenRun(followed, this.clock, this.onProblem, () => this.seen.delete(id));
      this.seen.set(id, seen);
    }
    return seen.add(watcher);
  }

  /** The finished report of a run. */
  async report(id: string): Promise<string | undefined> {
    const known = await this.find(id);
    return known === undefined ? undefined : reportPage(known.path);
  }

  /** One record of a run, as its line stands in the file; undefined where none begins there. */
  async record(id: string, file: number, offset: number): Promise<string | undefined> {
    const found = (await this.find(id))?.files.at(file);
    return found === undefined ? undefined : new LineReader().lineAt(found.path, offset);
  }

  /** One model of a run beside one of another. @throws AssayError `too-many-records`. */
  async sideBySide(left: ChosenModel, right: ChosenModel): Promise<SideBySide | undefined> {
    const sides: NamedSide[] = [];
    // One after the other: each may be large.
    for (const { id, model: number } of [left, right]) {
      const known = await this.find(id);
      if (known === undefined) return undefined;
      const manifest = readManifest(known.path);
      const model = manifest.models[number]?.id;
      if (model === undefined) return undefined;
      const side = await new SideReader(known.files, manifest, model, this.clock).read();
      sides.push({ ...side, path: known.shown, model, manifest });
    }
    const [one, other] = sides;
    return one === undefined || other === undefined ? undefined : sideBySide(one, other);
  }

  /** Follows nothing any longer. */
  close(): void {
    this.stop.abort();
    for (const seen of this.seen.values()) seen.end();
  }
}
