/** One file that a report format makes; where it is written is the caller's business. */
export interface ReportFile {
  /** Plain file name, such as `summary.md`. */
  readonly name: string;
  readonly content: string | Uint8Array;
}
