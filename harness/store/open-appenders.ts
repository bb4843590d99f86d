import { dirname } from "node:path";
import { FileGoneError, JsonlAppender } from "./appender.js";

/** Files that are kept open at once; a system may allow a process 128, connections among them. */
const MOST_OPEN = 24;

interface Entry {
  readonly opening: Promise<JsonlAppender>;
  /** Appends under way. */
  uses: number;
}

/** Appenders by file, of which only so many are open at once: the one not used for longest is closed for another. */
export class OpenAppenders {
  /** The one used last comes last. */
  private readonly entries = new Map<string, Entry>();
  private readonly closing = new Map<string, Promise<void>>();
  private readonly waiting: (() => void)[] = [];
  /** By folder: a file of it that was gone when it was appended to. */
  private readonly gone = new Map<string, FileGoneError>();

  /** @param open Opens a file that is not open. */
  constructor(
    private readonly open: (file: string) => Promise<JsonlAppender> = (file) => JsonlAppender.open(file),
    private readonly most = MOST_OPEN,
  ) {}

  /**
   * Does something with the appender of a file, which is open that long. One that could not write is closed: a full disk may
   * have room again, and whoever comes next opens the file again, which cuts off what was torn. Where a file was gone, no file
   * of its folder is opened any longer: it would be made again in silence, beside what was moved.
   * @throws FileGoneError
   */
  async use<Result>(file: string, work: (appender: JsonlAppender) => Promise<Result>): Promise<Result> {
    const entry = await this.entryOf(file);
    try {
      const appender = await entry.opening;
      try {
        return await work(appender);
      } catch (cause) {
        if (cause instanceof FileGoneError) this.gone.set(dirname(file), cause);
        throw cause;
      } finally {
        if (appender.isBroken && this.entries.get(file) === entry) void this.shut(file);
      }
    } finally {
      entry.uses--;
      this.waiting.shift()?.();
    }
  }

  /** Appends one record; resolves when it is on disk. Rejects as {@link JsonlAppender.append} does. */
  append(file: string, record: unknown): Promise<void> {
    return this.use(file, (appender) => appender.append(record));
  }

  /** Waits until everything is on disk and closes all files. */
  async close(): Promise<void> {
    await Promise.allSettled(Array.from(this.entries.values(), ({ opening }) => opening));
    await Promise.all([
      ...Array.from(this.entries.keys(), (file) => this.shut(file)),
      ...this.closing.values(),
    ]);
  }

  /** The entry of a file, already counted as used: nothing may close it before its user has it. */
  private async entryOf(file: string): Promise<Entry> {
    for (;;) {
      const gone = this.gone.get(dirname(file));
      if (gone !== undefined) {
        // Nobody waits for one that never begins.
        this.waiting.shift()?.();
        throw gone;
      }
      const known = this.entries.get(file);
      if (known !== undefined) {
        known.uses++;
        this.entries.delete(file);
        this.entries.set(file, known);
        return known;
      }
      const shutting = this.closing.get(file);
      if (shutting !== undefined) await shutting;
      else if (this.entries.size + this.closing.size < this.most) {
        const opening = this.open(file);
        // Whoever uses it is told; a file that could not be opened is tried again by the next.
        opening.catch(() => this.entries.delete(file));
        this.entries.set(file, { opening, uses: 0 });
      } else await this.room();
    }
  }

  /** Closes the idle file that was not used for longest, or waits until one is idle. */
  private async room(): Promise<void> {
    for (const [file, { uses }] of this.entries) if (uses === 0) return this.shut(file);
    const [shutting] = this.closing.values();
    if (shutting !== undefined) return shutting;
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private shut(file: string): Promise<void> {
    const entry = this.entries.get(file);
    if (entry === undefined) return Promise.resolve();
    this.entries.delete(file);
    const shutting = entry.opening
      .then(
        // What a broken one could not write was told to whoever wanted it.
        (appender) =>
          appender.close().catch((cause: unknown) => {
            if (!appender.isBroken) throw cause;
          }),
        () => undefined,
      )
      .finally(() => this.closing.delete(file));
    this.closing.set(file, shutting);
    return shutting;
  }
}
