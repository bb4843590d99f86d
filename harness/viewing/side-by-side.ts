import { compositeKey } from "../core/composite-key.js";
import type { SideBySide, SideBySideRow, SideBySideVerdict } from "../core/live-run.js";
import type { Manifest, ManifestProtocol } from "../core/manifest.js";
import { presentFields } from "../core/present-fields.js";
import type { SideAnswer, SideOfRun, SideVerdict } from "./side-of-run.js";

/** Rows that a page is given. */
const MOST_ROWS = 2_000;

/** One side with what it is called. */
export interface NamedSide extends SideOfRun {
  readonly path: string;
  readonly model: string;
  readonly manifest: Manifest;
}

/** Whether two protocols ask alike, from the strictest view to the loosest. */
const LIKENESS: readonly ((one: ManifestProtocol, other: ManifestProtocol) => boolean)[] = [
  (one, other) => one.id === other.id,
  (one, other) => one.judge === other.judge && one.judgeModel === other.judgeModel,
  (one, other) => one.judge === other.judge,
];

/**
 * Protocols of the right run by the one of the left that they lie beside: the same one, else the same judge's with the same
 * judge model, else with another. Questions, mode and metric are the same in any case.
 */
function pairProtocols(left: Manifest, right: Manifest): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const taken = new Set<string>();
  for (const isLike of LIKENESS) {
    for (const one of left.protocols) {
      if (taken.has(one.id)) continue;
      const other = right.protocols.find(
        (candidate) =>
          !pairs.has(candidate.id) &&
          candidate.suite === one.suite &&
          candidate.mode === one.mode &&
          candidate.metric === one.metric &&
          isLike(one, candidate),
      );
      if (other === undefined) continue;
      pairs.set(other.id, one.id);
      taken.add(one.id);
    }
  }
  return pairs;
}

interface Meeting<Value> {
  left?: Value;
  right?: Value;
}

/** Meets what both sides hold under the same key, in the order of the left and then of the right. */
function meet<Value>(
  left: Iterable<readonly [string, Value]>,
  right: Iterable<readonly [string, Value]>,
): Map<string, Meeting<Value>> {
  const met = new Map<string, Meeting<Value>>();
  for (const [key, value] of left) met.set(key, { left: value });
  for (const [key, value] of right) met.set(key, { ...met.get(key), right: value });
  return met;
}

const questionKey = ({ suite, questionId, trial }: Pick<SideAnswer, "suite" | "questionId" | "trial">) =>
  compositeKey(suite, questionId, trial);

function answerChange({ left, right }: Meeting<SideAnswer>): SideBySideRow["answer"] {
  if (left === undefined) return right === undefined ? "none" : "only-right";
  if (right === undefined) return "only-left";
  return left.said === right.said ? "same" : "changed";
}

function verdictChange({ left, right }: Meeting<SideVerdict>): SideBySideVerdict["change"] {
  if (left === undefined || right === undefined) return left === undefined ? "only-right" : "only-left";
  const [before, after] = [left.seen.value, right.seen.value];
  if (before === after) return "same";
  if (before === null || after === null || left.seen.kind === "rating") return "moved";
  return Math.sign(before - 0.5) === Math.sign(after - 0.5) ? "same" : "flipped";
}

function shownVerdict(meeting: Meeting<SideVerdict>, judges: ReadonlyMap<string, string>): SideBySideVerdict {
  const { left, right } = meeting;
  const either = left ?? right;
  return {
    turn: either?.turn ?? 1,
    judgeModel: judges.get(either?.protocol ?? "") ?? "",
    ...presentFields({ against: either?.against, order: either?.order }),
    left: left?.seen ?? null,
    right: right?.seen ?? null,
    change: verdictChange(meeting),
  };
}

function verdictsByQuestion(
  left: NamedSide,
  right: NamedSide,
): Map<string, { readonly about: SideVerdict; readonly shown: SideBySideVerdict[] }> {
  const pairs = pairProtocols(left.manifest, right.manifest);
  const judges = new Map(
    [...right.manifest.protocols, ...left.manifest.protocols].map(({ id, judgeModel }) => [id, judgeModel]),
  );
  const keyed = (verdicts: readonly SideVerdict[], protocolOf: (id: string) => string) =>
    verdicts.map((verdict) => {
      const { protocol, turn, against, order } = verdict;
      return [
        compositeKey(questionKey(verdict), protocolOf(protocol), turn, against, order),
        verdict,
      ] as const;
    });
  const met = meet(
    keyed(left.verdicts, (id) => id),
    keyed(right.verdicts, (id) => pairs.get(id) ?? `right ${id}`),
  );
  const byQuestion = new Map<string, { readonly about: SideVerdict; readonly shown: SideBySideVerdict[] }>();
  for (const meeting of met.values()) {
    const about = meeting.left ?? meeting.right;
    if (about === undefined) continue;
    const key = questionKey(about);
    const own = byQuestion.get(key) ?? { about, shown: [] };
    own.shown.push(shownVerdict(meeting, judges));
    byQuestion.set(key, own);
  }
  return byQuestion;
}

function rowsOf(left: NamedSide, right: NamedSide): SideBySideRow[] {
  const keyed = ({ answers }: NamedSide) =>
    Array.from(answers.values(), (answer) => [questionKey(answer), answer] as const);
  const answers = meet(keyed(left), keyed(right));
  const verdicts = verdictsByQuestion(left, right);
  const keys = new Set([...answers.keys(), ...verdicts.keys()]);
  return Array.from(keys).flatMap((key): SideBySideRow[] => {
    const meeting = answers.get(key) ?? {};
    const own = verdicts.get(key);
    const about = meeting.left ?? meeting.right ?? own?.about;
    if (about === undefined) return [];
    const { suite, questionId, category, trial } = about;
    return [
      {
        ...{ suite, questionId, category, trial },
        left: meeting.left?.place ?? null,
        right: meeting.right?.place ?? null,
        answer: answerChange(meeting),
        verdicts: own?.shown ?? [],
      },
    ];
  });
}

const isHalf = (change: string) => change.startsWith("only-");

/** How much a row has to say: flipped and moved verdicts first, then changed answers, then what one side lacks. */
function weightOf({ answer, verdicts }: SideBySideRow): number {
  const has = (change: SideBySideVerdict["change"]) => verdicts.some((verdict) => verdict.change === change);
  if (has("flipped")) return 5;
  if (has("moved")) return 4;
  if (answer === "changed") return 3;
  return isHalf(answer) || verdicts.some(({ change }) => isHalf(change)) ? 2 : 1;
}

/** How far the verdicts of a row moved, whatever the direction. */
function moveOf({ verdicts }: SideBySideRow): number {
  return verdicts.reduce((most, { left, right }) => {
    if (left?.value == null || right?.value == null) return most;
    return Math.max(most, Math.abs(right.value - left.value));
  }, 0);
}

/** Lays two sides beside each other. */
export function sideBySide(left: NamedSide, right: NamedSide): SideBySide {
  const rows = rowsOf(left, right);
  const verdicts = rows.flatMap((row) => row.verdicts);
  const count = <Item>(items: readonly Item[], is: (item: Item) => boolean) => items.filter(is).length;
  const rose = ({ left: one, right: other }: SideBySideVerdict) =>
    one?.value == null || other?.value == null ? 0 : Math.sign(other.value - one.value);
  const inOrder = rows
    .map((row, index) => ({ row, index, weight: weightOf(row), move: moveOf(row) }))
    .sort((x, y) => y.weight - x.weight || y.move - x.move || x.index - y.index);
  return {
    left: { path: left.path, model: left.model },
    right: { path: right.path, model: right.model },
    answers: {
      both: count(rows, ({ answer }) => answer === "same" || answer === "changed"),
      changed: count(rows, ({ answer }) => answer === "changed"),
      onlyOne: count(rows, ({ answer }) => isHalf(answer)),
    },
    verdicts: {
      both: count(verdicts, ({ change }) => !isHalf(change)),
      flipped: count(verdicts, ({ change }) => change === "flipped"),
      up: count(verdicts, (verdict) => rose(verdict) > 0),
      down: count(verdicts, (verdict) => rose(verdict) < 0),
      onlyOne: count(verdicts, ({ change }) => isHalf(change)),
    },
    rows: inOrder.slice(0, MOST_ROWS).map(({ row }) => row),
    rowsInAll: rows.length,
  };
}
