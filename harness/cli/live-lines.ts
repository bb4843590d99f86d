import { type ProgressStream, shown } from "./output.js";

/** Lines at the bottom of a terminal that are written over in place, in one piece, and only where something changed. */
export class LiveLines {
  private drawn: readonly string[] = [];
  private columns = 0;

  constructor(private readonly stream: ProgressStream) {}

  /** Columns that a line may take; the terminal may add the ^C that was typed. */
  get width(): number {
    return Math.max(1, (this.stream.columns ?? 100) - "^C".length - 1);
  }

  /**
   * Shows lines in the place of those before.
   * @param painted The same lines with their colours; each shows as its plain one.
   */
  draw(plain: readonly string[], painted: readonly string[] = plain): void {
    const columns = this.stream.columns ?? 100;
    const isSame = columns === this.columns && plain.join("\n") === this.drawn.join("\n");
    if (isSame) return;
    // Each line is written over and its rest erased: nothing is blank in between.
    const text = painted.map((line) => `${shown(line)}\u001b[K`).join("\n");
    this.stream.write(`${this.toTop(columns)}${text}\u001b[J`);
    this.drawn = plain;
    this.columns = columns;
  }

  /** Takes the lines away. */
  clear(): void {
    if (this.drawn.length === 0) return;
    this.stream.write(`${this.toTop(this.stream.columns ?? 100)}\u001b[J`);
    this.drawn = [];
  }

  /** Moves to where the first line begins; one that a narrower window has broken since takes several rows. */
  private toTop(columns: number): string {
    if (this.drawn.length === 0) return "";
    const rows = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
    return `\r${rows > 1 ? `\u001b[${rows - 1}A` : ""}`;
  }
}
