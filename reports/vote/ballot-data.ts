/** A pair as a voter's page holds it: texts, and nothing that says whose they are. */
export interface PageItem {
  /** See `BallotItem`. */
  readonly item: number;
  readonly category: string;
  /** Turns that are voted on. */
  readonly turns: readonly number[];
  /** What the user asked, turn 1 first. */
  readonly asked: readonly string[];
  readonly system?: string;
  /** Reference answers, turn 1 first, where the question has them. */
  readonly reference?: readonly string[];
  /** The two answers, turn 1 first, in the ballot's order. */
  readonly texts: readonly [readonly string[], readonly string[]];
}

/** All that a voter's page knows. */
export interface PageBallot {
  /** Of the ballot. */
  readonly id: string;
  /** Of assay. */
  readonly version: string;
  readonly title: string;
  /** Share of the pairs that are shown once more, the other way round. */
  readonly repeats: number;
  readonly items: readonly PageItem[];
  /** Whether votes go to the server that the page came from; else into a file that the voter sends. */
  readonly toServer: boolean;
}

/** Element of the page that holds the ballot. */
export const BALLOT_PART = "data-ballot";
