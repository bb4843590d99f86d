/** Files of one format, as they were found. */
export interface FoundFiles {
  /** Whole documents, such as results. */
  readonly documents: readonly string[];
  /** Files of lines. */
  readonly lines: readonly string[];
}
