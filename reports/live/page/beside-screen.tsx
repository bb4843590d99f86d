import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { countOf } from "../../../harness/core/count-of.js";
import type { RunRow, SideBySide, SideBySideRow, SideBySideVerdict } from "../../../harness/core/live-run.js";
import type { Answer } from "../../../harness/core/records.js";
import { formatFixed } from "../../../harness/core/shown-number.js";
import { DifferenceView } from "../../html/page/difference-view.js";
import { Name } from "../../html/parts.js";
import { formatCount } from "../../view/format.js";
import { displayName } from "../../view/text.js";
import { ConnectionRemark } from "./connection-remark.js";
import { useEvents } from "./live-source.js";
import { linkTo, type Side } from "./place.js";
import { RecordTexts, recordAddress, useAsked } from "./record-texts.js";

/** Rows that are shown before somebody asks for more. */
const SHOWN_AT_ONCE = 60;

type Kind = "changes" | "flipped" | "answers" | "all";

const KINDS: readonly (readonly [Kind, string])[] = [
  ["changes", "What changed"],
  ["flipped", "Verdicts that flipped or moved"],
  ["answers", "Answers that changed"],
  ["all", "All questions"],
];

const isMoved = ({ change }: SideBySideVerdict) => change === "flipped" || change === "moved";

function isOf(kind: Kind, { answer, verdicts }: SideBySideRow): boolean {
  if (kind === "all") return true;
  if (kind === "flipped") return verdicts.some(isMoved);
  if (kind === "answers") return answer === "changed";
  return (answer !== "same" && answer !== "none") || verdicts.some(({ change }) => change !== "same");
}

function seen(verdict: SideBySideVerdict["left"]): string {
  if (verdict === null) return "none";
  if (verdict.value === null) return "unreadable";
  if (verdict.kind === "rating") return formatFixed(verdict.value, Number.isInteger(verdict.value) ? 0 : 2);
  if (verdict.value === 0.5) return "tie";
  return verdict.value > 0.5 ? "won" : "lost";
}

function VerdictLine({ verdict }: { readonly verdict: SideBySideVerdict }): VNode {
  const { turn, judgeModel, against, order, left, right, change } = verdict;
  return (
    <li class={isMoved(verdict) ? "moved" : ""}>
      <Name name={judgeModel} />, turn {turn}
      {against === undefined ? null : (
        <>
          {" against "}
          <Name name={against} />
        </>
      )}
      {order === undefined ? "" : `, order ${order}`}: {seen(left)} → {seen(right)}
      {change === "flipped" ? " (flipped)" : ""}
    </li>
  );
}

const ANSWER_WORDS: Readonly<Record<SideBySideRow["answer"], string>> = {
  same: "same answer",
  changed: "answer changed",
  "only-left": "answered on the left only",
  "only-right": "answered on the right only",
  none: "no answers kept",
};

/** A row with the runs of its two sides, and their names. */
interface RowProps {
  readonly row: SideBySideRow;
  readonly left: string;
  readonly right: string;
  readonly names: readonly [string, string];
}

/** The word differences of two answers, turn by turn. */
function Difference({ row, left, right, names }: RowProps): VNode {
  const before = useAsked<Answer>(row.left === null ? undefined : recordAddress(left, row.left));
  const after = useAsked<Answer>(row.right === null ? undefined : recordAddress(right, row.right));
  const there = [before, after].flatMap((asked) => (asked.state === "there" ? [asked.value] : []));
  const failed = [before, after].flatMap((asked) => (asked.state === "failed" ? [asked.message] : []));
  const [one, other] = there;
  if (failed.length > 0) return <p class="doubtful">{failed.join("; ")}</p>;
  if (one === undefined) return <p class="quiet">Reading…</p>;
  if (row.left === null || row.right === null) return <RecordTexts record={one} />;
  if (other === undefined) return <p class="quiet">Reading…</p>;
  const turns = Math.max(one.turns.length, other.turns.length);
  return (
    <>
      {Array.from({ length: turns }, (_, turn) => (
        <section key={turn} class="text-part">
          <h3>Turn {turn + 1}</h3>
          <DifferenceView
            before={one.turns[turn]?.text ?? ""}
            after={other.turns[turn]?.text ?? ""}
            names={names}
          />
        </section>
      ))}
      {turns === 0 ? <p class="quiet">Both failed.</p> : null}
    </>
  );
}

function Row({ row, left, right, names }: RowProps): VNode {
  const [isOpen, setOpen] = useState(false);
  const { suite, questionId, category, trial, verdicts, answer } = row;
  const moved = verdicts.filter(isMoved).length;
  return (
    <li class="beside-row">
      <button type="button" class="record" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <strong>
          <Name name={questionId} />
        </strong>
        <span class="quiet">
          <Name name={suite} /> · <Name name={category} />
          {trial > 1 ? ` · trial ${trial}` : ""}
        </span>
        <span class={answer === "changed" ? "moved" : "quiet"}>{ANSWER_WORDS[answer]}</span>
        <span class={moved > 0 ? "moved" : "quiet"}>
          {verdicts.length === 0
            ? "no verdicts"
            : moved === 0
              ? "same verdicts"
              : countOf(moved, "verdict moved", "verdicts moved")}
        </span>
      </button>
      <ul class="verdicts">
        {(isOpen ? verdicts : verdicts.filter(isMoved)).map((verdict, index) => (
          <VerdictLine key={index} verdict={verdict} />
        ))}
      </ul>
      {isOpen && (row.left !== null || row.right !== null) ? (
        <Difference row={row} left={left} right={right} names={names} />
      ) : null}
    </li>
  );
}

function Chooser({
  label,
  runs,
  side,
  onChoose,
}: {
  readonly label: string;
  readonly runs: readonly RunRow[];
  readonly side: Side;
  readonly onChoose: (side: Side) => void;
}): VNode {
  const run = runs.find(({ id }) => id === side.run);
  return (
    <fieldset class="chooser">
      <legend>{label}</legend>
      <select
        aria-label={`${label}: run`}
        onChange={(event) => onChoose({ run: event.currentTarget.value, model: 0 })}
      >
        {runs
          .filter(({ error, models }) => error === undefined && models.length > 0)
          .map(({ id, path }) => (
            <option key={id} value={id} selected={id === side.run}>
              {displayName(path)}
            </option>
          ))}
      </select>
      <select
        aria-label={`${label}: model`}
        onChange={(event) => onChoose({ ...side, model: Number(event.currentTarget.value) })}
      >
        {(run?.models ?? []).map((model, index) => (
          <option key={index} value={index} selected={index === side.model}>
            {displayName(model)}
          </option>
        ))}
      </select>
    </fieldset>
  );
}

function Summary({ found }: { readonly found: SideBySide }): VNode {
  const { answers, verdicts } = found;
  const answersText = `${formatCount(answers.changed)} of ${countOf(answers.both, "answer", "answers", formatCount(answers.both))} changed`;
  const verdictsText = `${formatCount(verdicts.flipped)} of ${countOf(verdicts.both, "verdict", "verdicts", formatCount(verdicts.both))} flipped, ${formatCount(verdicts.up)} went up and ${formatCount(verdicts.down)} down`;
  const only = answers.onlyOne + verdicts.onlyOne;
  return (
    <p>
      {answersText}; {verdictsText}
      {only === 0
        ? "."
        : `; ${countOf(only, "record stands", "records stand", formatCount(only))} on one side only.`}{" "}
      <span class="quiet">
        Single verdicts move by chance; what a difference is worth, assay compare says.
      </span>
    </p>
  );
}

function Rows({
  found,
  left,
  right,
}: {
  readonly found: SideBySide;
  readonly left: Side;
  readonly right: Side;
}): VNode {
  const [kind, setKind] = useState<Kind>("changes");
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const names = [found.left.model, found.right.model] as const;
  const distinct = names[0] === names[1] ? (["left", "right"] as const) : names;
  const rows = found.rows.filter((row) => isOf(kind, row));
  return (
    <div class="card">
      <Summary found={found} />
      <div class="picks">
        <select aria-label="Which questions" onChange={(event) => setKind(event.currentTarget.value as Kind)}>
          {KINDS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <span class="quiet" role="status">
          {countOf(rows.length, "question")}
          {found.rowsInAll > found.rows.length
            ? ` among the ${formatCount(found.rows.length)} of ${formatCount(found.rowsInAll)} that changed most`
            : ""}
        </span>
      </div>
      <ul class="beside">
        {rows.slice(0, shown).map((row) => (
          <Row
            key={`${row.suite} ${row.questionId} ${row.trial}`}
            row={row}
            left={left.run}
            right={right.run}
            names={distinct}
          />
        ))}
      </ul>
      {rows.length > shown ? (
        <button type="button" onClick={() => setShown(shown + SHOWN_AT_ONCE)}>
          Show {Math.min(SHOWN_AT_ONCE, rows.length - shown)} more
        </button>
      ) : null}
    </div>
  );
}

/** Two runs, or two models of one, side by side: which answers changed, which verdicts flipped, word by word. */
export function BesideScreen({ left, right }: { readonly left: Side; readonly right: Side }): VNode {
  const [runs, setRuns] = useState<readonly RunRow[]>([]);
  const connection = useEvents("events", { runs: (value) => setRuns(value as readonly RunRow[]) });
  const found = useAsked<SideBySide>(`beside/${left.run}/${left.model}/${right.run}/${right.model}`);
  const go = (sides: { readonly left: Side; readonly right: Side }) => {
    window.location.hash = linkTo({ screen: "beside", ...sides });
  };
  return (
    <section>
      <h1 class="section-title" tabIndex={-1}>
        Side by side
      </h1>
      <ConnectionRemark connection={connection} />
      <div class="choosers">
        <Chooser label="Left" runs={runs} side={left} onChoose={(side) => go({ left: side, right })} />
        <Chooser label="Right" runs={runs} side={right} onChoose={(side) => go({ left, right: side })} />
      </div>
      {found.state === "asking" ? <p class="quiet">Reading both…</p> : null}
      {found.state === "failed" ? <p class="problem">{found.message}</p> : null}
      {found.state === "there" ? <Rows found={found.value} left={left} right={right} /> : null}
    </section>
  );
}
