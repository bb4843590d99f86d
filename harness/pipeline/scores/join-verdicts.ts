import { compositeKey } from "../../core/composite-key.js";
import { ConfigError } from "../../core/errors.js";
import { canonicalJson } from "../../core/hash.js";
import { presentFields } from "../../core/present-fields.js";
import type { Suite } from "../../core/records.js";
import { lastStated } from "../../store/stated-figures.js";
import { joinSecond } from "../second/joined-second.js";
import type { BoardInput } from "./build-board.js";
import type { PreferenceOptions } from "./preference-rows.js";
import type { VerdictRow } from "./verdict-grid/row.js";
import type { Verdicts } from "./verdicts.js";

/** The subject of a verdict or a board, whichever of a pair stands first. */
function subjectKey(subject: readonly (string | undefined)[]): string {
  return compositeKey(...subject.filter((model) => model !== undefined).sort());
}

function boardKey({ head }: BoardInput): string {
  return compositeKey(head.suite, head.protocol);
}

/** What the boards of earlier verdicts hold and those of newer ones do not: subjects by board, all where it has none. */
function addedTo(newer: readonly BoardInput[], earlier: readonly BoardInput[]): BoardInput[] {
  const known = new Map(newer.map((input) => [boardKey(input), new Set(input.subjects.map(subjectKey))]));
  return earlier.flatMap((input) => {
    const there = known.get(boardKey(input));
    const subjects = input.subjects.filter((subject) => there?.has(subjectKey(subject)) !== true);
    return subjects.length === 0 ? [] : [{ ...input, subjects }];
  });
}

function refuseOtherQuestions(suite: string, what: string): never {
  throw new ConfigError(`the runs ${what} of suite ${suite}, so one board cannot show the models of all`, {
    code: "different-questions",
    remedy:
      "Ask all of them the same questions as often (`assay run` with the same options grows a run), or report each run by itself.",
  });
}

function rowsOf(input: BoardInput): Iterable<VerdictRow> {
  const wanted = new Set(input.subjects.map(subjectKey));
  return {
    *[Symbol.iterator]() {
      for (const row of input.rows) if (wanted.has(subjectKey([row.a, row.b]))) yield row;
    },
  };
}

/** Asks the run that gave the answers of a model. */
function joinPreference(input: BoardInput, added: BoardInput): PreferenceOptions | undefined {
  const [own, other] = [input.preference, added.preference];
  if (own === undefined || other === undefined) return own ?? other;
  const others = new Set(added.subjects.map(([model]) => model));
  const by = (model: string) => (others.has(model) ? other : own);
  return {
    ...own,
    lengthOf: (model, ...place) => by(model).lengthOf(model, ...place),
    publishedRows: (model) => by(model).publishedRows?.(model),
  };
}

function joinMarks({ marks }: BoardInput, added: BoardInput): BoardInput["marks"] {
  if (marks === undefined || added.marks === undefined) return marks ?? added.marks;
  return marks.joinedTo(added.marks);
}

function joinCriteria({ criteria }: BoardInput, added: BoardInput): BoardInput["criteria"] {
  if (criteria === undefined || added.criteria === undefined) return criteria ?? added.criteria;
  return new Map([...added.criteria, ...criteria]);
}

function joinRankings({ rankings }: BoardInput, added: BoardInput): BoardInput["rankings"] {
  if (rankings === undefined || added.rankings === undefined) return rankings ?? added.rankings;
  return {
    planned: rankings.planned + added.rankings.planned,
    rankings: [...added.rankings.rankings, ...rankings.rankings],
  };
}

function joinBoards(input: BoardInput, added: BoardInput): BoardInput {
  const [own, other] = [input.frame, added.frame];
  if (own.trials !== other.trials) refuseOtherQuestions(input.head.suite, "ask different numbers of trials");
  if (canonicalJson(own.slots) !== canonicalJson(other.slots))
    refuseOtherQuestions(input.head.suite, "ask different questions");
  const rows = [rowsOf(added), input.rows];
  const known = new Set(input.subjects.flat());
  const others = new Set(added.subjects.flat().filter((model) => !known.has(model)));
  return {
    ...input,
    subjects: [...added.subjects, ...input.subjects],
    rows: {
      *[Symbol.iterator]() {
        for (const part of rows) yield* part;
      },
    },
    facts: new Map([...(added.facts ?? []), ...(input.facts ?? [])]),
    ...presentFields({
      preference: joinPreference(input, added),
      marks: joinMarks(input, added),
      criteria: joinCriteria(input, added),
      rankings: joinRankings(input, added),
      second: joinSecond(input.second, added.second, (model) => others.has(model)),
    }),
  };
}

function joinSuite(suite: Suite | undefined, other: Suite): Suite {
  if (suite === undefined) return other;
  if (suite.hash !== other.hash) refuseOtherQuestions(suite.id, "hold different texts");
  const known = new Set(suite.questions.map((question) => question.id));
  const more = other.questions.filter((question) => !known.has(question.id));
  return more.length === 0 ? suite : { ...suite, questions: [...suite.questions, ...more] };
}

/** Verdicts of two runs on the boards of both. */
export interface JoinedVerdicts {
  readonly verdicts: Verdicts;
  /** Whether a subject (of a protocol) was taken from the earlier run. */
  readonly isAdded: (protocol: string, a: string, b?: string) => boolean;
}

/**
 * Adds to a run's verdicts what an earlier run has besides: other boards, and other models on the same ones. What both
 * have is the newer run's; figures that others state count by their place. Undefined where nothing is to be added.
 * @throws ConfigError `different-questions` where one board cannot hold the models of both.
 */
export function joinVerdicts(newer: Verdicts, earlier: Verdicts): JoinedVerdicts | undefined {
  const added = addedTo(newer.inputs, earlier.inputs);
  const figures = lastStated([...(earlier.figures ?? []), ...(newer.figures ?? [])]);
  if (added.length === 0 && figures.length === (newer.figures ?? []).length) return undefined;
  const byBoard = new Map(added.map((input) => [boardKey(input), input]));
  const joined = newer.inputs.map((input) => {
    const other = byBoard.get(boardKey(input));
    byBoard.delete(boardKey(input));
    return other === undefined ? input : joinBoards(input, other);
  });
  const suites = new Map(newer.suites);
  for (const { head } of added) {
    const suite = earlier.suites.get(head.suite);
    if (suite !== undefined) suites.set(suite.id, joinSuite(suites.get(suite.id), suite));
  }
  const keys = new Set(
    added.flatMap(({ head, subjects }) =>
      subjects.map((one) => compositeKey(head.protocol, subjectKey(one))),
    ),
  );
  return {
    verdicts: {
      inputs: [...joined, ...byBoard.values()],
      suites,
      sources: [...earlier.sources, ...newer.sources],
      warnings: [...newer.warnings, ...earlier.warnings],
      checked: new Map([...(earlier.checked ?? []), ...(newer.checked ?? [])]),
      findings: [...(newer.findings ?? []), ...(earlier.findings ?? [])],
      figures,
    },
    isAdded: (protocol, a, b) => keys.has(compositeKey(protocol, subjectKey([a, b]))),
  };
}
