import type { CheckedAnswer, CheckResult } from "../../harness/core/check.js";
import { compositeKey } from "../../harness/core/composite-key.js";
import { presentFields } from "../../harness/core/present-fields.js";
import { rankingGroups } from "../../harness/core/ranks.js";
import type { ComparedAnswer, Question } from "../../harness/core/records.js";
import type {
  CutTexts,
  ShownAnswer,
  ShownJudgment,
  ShownReply,
  ShownTurn,
} from "../../harness/core/shown-judgment.js";
import { codePointLength } from "../../harness/core/text.js";
import type {
  ReadingAnswer,
  ReadingCheck,
  ReadingCut,
  ReadingOutcome,
  ReadingQuestion,
  ReadingTurn,
  ReadingVerdict,
} from "./reading-records.js";
import type { ReportInput } from "./records.js";

function cutOf(cut: CutTexts | undefined, of: "text" | "reasoning"): ReadingCut | undefined {
  const characters = cut?.[of];
  return cut === undefined || characters === undefined ? undefined : { characters, file: cut.file };
}

/** What a reader says of the reasoning that it shows. */
function reasoningOf(
  given: { readonly reasoning?: string; readonly cut?: CutTexts } | undefined,
): Pick<ReadingTurn, "reasoning" | "reasoningCut"> {
  return presentFields({ reasoning: given?.reasoning, reasoningCut: cutOf(given?.cut, "reasoning") });
}

function readingTurn(turn: ShownTurn, checks: readonly ReadingCheck[], redact: boolean): ReadingTurn {
  return {
    text: redact ? null : turn.text,
    ...(redact ? {} : { ...presentFields({ textCut: cutOf(turn.cut, "text") }), ...reasoningOf(turn) }),
    length: turn.cut?.text ?? codePointLength(turn.text),
    finish: turn.finishReason,
    ...(turn.source === undefined ? { latencyMs: turn.latencyMs } : { source: turn.source }),
    ...(turn.usage === undefined ? {} : { outputTokens: turn.usage.outputTokens }),
    ...(checks.length === 0 ? {} : { checks }),
  };
}

function readingCheck({ wanted, found, passed }: CheckResult, redact: boolean): ReadingCheck {
  return { wanted, passed, ...(redact ? {} : { found }) };
}

function readingAnswer(
  answer: ShownAnswer,
  checked: CheckedAnswer | undefined,
  redact: boolean,
): ReadingAnswer {
  const turns = answer.turns.map((turn, index) => {
    const own = checked?.results.filter((result) => result.turn === index + 1) ?? [];
    return readingTurn(
      turn,
      own.map((result) => readingCheck(result, redact)),
      redact,
    );
  });
  const base = { model: answer.model, trial: answer.trial, turns };
  if (answer.status === "completed") return base;
  return { ...base, error: redact ? answer.error.code : `${answer.error.code}: ${answer.error.message}` };
}

/** What was read out of an answer is a piece of it. */
function comparedOf(compared: ComparedAnswer | undefined, redact: boolean): { compared?: ComparedAnswer } {
  if (compared === undefined) return {};
  if (!redact) return { compared };
  return {
    compared:
      compared.outcome === "unreadable"
        ? { ...compared, reason: "left out" }
        : { ...compared, read: "left out" },
  };
}

/** Groups of labels as groups of models. */
function rankedModels(
  { ranked }: ShownJudgment,
  groups: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const { models = [], labels = [] } = ranked ?? {};
  return groups.map((group) => group.map((label) => models[labels.indexOf(label)] ?? label));
}

/** Best rating by protocol, where that is not 10. */
type Highest = ReadonlyMap<string, number>;

function highestRatings({ scores }: ReportInput): Highest {
  return new Map(
    scores.boards.flatMap((board) => {
      const high = board.metric === "rating" ? (board.scale?.high ?? 10) : 10;
      return high === 10 ? [] : [[board.protocol, high] as const];
    }),
  );
}

function outcomeOf(judgment: ShownJudgment, redact: boolean, highest: Highest): ReadingOutcome {
  if (judgment.status === "skipped") return { kind: "skipped", reason: judgment.reason };
  if (judgment.status === "failed") {
    const { code, message } = judgment.error;
    return { kind: "failed", reason: redact ? code : `${code}: ${message}` };
  }
  const { verdict } = judgment;
  switch (verdict.kind) {
    case "rating":
      return {
        kind: "rating",
        rating: verdict.rating,
        ...presentFields({ highest: highest.get(judgment.protocol) }),
        ...comparedOf(verdict.compared, redact),
      };
    case "preference":
      return {
        kind: "preference",
        winner: verdict.winner,
        weightB: verdict.weightB,
        ...presentFields({ rewards: verdict.rewards }),
      };
    case "ranking":
      return { kind: "ranking", groups: rankedModels(judgment, rankingGroups(verdict)) };
    case "unreadable":
    case "abstained":
      return { kind: verdict.kind, reason: redact ? "left out" : verdict.reason };
  }
}

/** What a judge wrote, and which of it is a beginning. */
function repliesOf(
  replies: readonly ShownReply[],
  redact: boolean,
): Pick<ReadingVerdict, "replies" | "replyCuts"> {
  if (redact) return { replies: [] };
  const cuts = replies.map(({ cut }) => cutOf(cut, "text") ?? null);
  const texts = replies.map(({ text }) => text);
  return cuts.every((cut) => cut === null) ? { replies: texts } : { replies: texts, replyCuts: cuts };
}

function replacementOf(
  judgment: ShownJudgment,
  redact: boolean,
  highest: Highest,
): ReadingVerdict["replacement"] {
  if (judgment.status === "skipped" || judgment.replacement === undefined) return undefined;
  const { judgeModel, ...said } = judgment.replacement;
  // Its protocol is another one, on the same scale.
  const asOwn = { ...judgment, ...said, protocol: judgment.protocol } as ShownJudgment;
  return {
    judge: judgeModel,
    outcome: outcomeOf(asOwn, redact, highest),
    ...repliesOf(said.replies, redact),
  };
}

function readingVerdict(judgment: ShownJudgment, redact: boolean, highest: Highest): ReadingVerdict {
  const replies = judgment.status === "skipped" ? [] : judgment.replies;
  return {
    protocol: judgment.protocol,
    turn: judgment.turn,
    trial: judgment.trial,
    a: judgment.a,
    ...presentFields({ b: judgment.b, order: judgment.order, ranked: judgment.ranked?.models }),
    outcome: outcomeOf(judgment, redact, highest),
    ...repliesOf(replies, redact),
    ...(redact ? {} : reasoningOf(replies.at(-1))),
    ...presentFields({ replacement: replacementOf(judgment, redact, highest) }),
  };
}

function key(suite: string, questionId: string): string {
  return compositeKey(suite, questionId);
}

function grouped<Entry extends { readonly suite: string; readonly questionId: string }>(
  entries: readonly Entry[],
): ReadonlyMap<string, readonly Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const place = key(entry.suite, entry.questionId);
    const group = groups.get(place);
    if (group === undefined) groups.set(place, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** Questions that records speak of although no suite has them, so that nothing is left out in silence. */
function strayQuestions(
  input: ReportInput,
  known: ReadonlySet<string>,
): { suite: string; question: Question }[] {
  const stray = new Map<string, { suite: string; question: Question }>();
  for (const record of [...input.answers, ...input.judgments]) {
    const place = key(record.suite, record.questionId);
    if (known.has(place) || stray.has(place)) continue;
    stray.set(place, {
      suite: record.suite,
      question: { id: record.questionId, category: record.category, turns: [] },
    });
  }
  return [...stray.values()];
}

/** Questions with their answers and verdicts, in suite order; questions that nobody answered are left out. */
function readingQuestions(input: ReportInput): readonly ReadingQuestion[] {
  const redact = input.redact === true;
  const highest = highestRatings(input);
  const answers = grouped(input.answers);
  const judgments = grouped(input.judgments);
  const placeOf = ({ suite, model, questionId, trial }: ShownAnswer | CheckedAnswer) =>
    compositeKey(suite, model, questionId, trial);
  const checked = new Map(input.checked?.map((one) => [placeOf(one), one]));
  const known = input.suites.flatMap((suite) =>
    suite.questions.map((question) => ({ suite: suite.id, question })),
  );
  const places = new Set(known.map(({ suite, question }) => key(suite, question.id)));
  return [...known, ...strayQuestions(input, places)].flatMap(({ suite, question }): ReadingQuestion[] => {
    const place = key(suite, question.id);
    const given = answers.get(place) ?? [];
    const judged = judgments.get(place) ?? [];
    if (given.length === 0 && judged.length === 0) return [];
    return [
      {
        suite,
        id: question.id,
        category: question.category,
        turns: question.turns,
        ...presentFields({ system: question.system }),
        ...(question.reference === undefined || redact ? {} : { reference: question.reference }),
        answers: given.map((answer) => readingAnswer(answer, checked.get(placeOf(answer)), redact)),
        verdicts: judged.map((judgment) => readingVerdict(judgment, redact, highest)),
      },
    ];
  });
}

const readings = new WeakMap<ReportInput, readonly ReadingQuestion[]>();

/** The questions of an input, made once: a page begins with them before the rest of the view is there. */
export function readingOf(input: ReportInput): readonly ReadingQuestion[] {
  const reading = readings.get(input) ?? readingQuestions(input);
  readings.set(input, reading);
  return reading;
}
