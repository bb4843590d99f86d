import type { VNode } from "preact";
import { countOf } from "../../../harness/core/count-of.js";
import { formatCount, formatDuration, formatFigure } from "../../view/format.js";
import type { ReadingAnswer, ReadingCheck, ReadingTurn, ReadingVerdict } from "../../view/reading-records.js";
import { displayName } from "../../view/text.js";
import { Name } from "../parts.js";
import { ClampedText } from "./clamped-text.js";
import { VerdictDetails } from "./verdict-list.js";

const FINISH_REMARKS: Readonly<Record<string, string>> = {
  length: "cut off at the token limit",
  "content-filter": "stopped by a content filter",
  "tool-calls": "ended in a tool call",
};

function metaOf(turn: ReadingTurn): string {
  const parts = [`${countOf(turn.length, "character", "characters", formatCount(turn.length))}`];
  if (turn.outputTokens !== undefined)
    parts.push(`${countOf(turn.outputTokens, "token", "tokens", formatCount(turn.outputTokens))}`);
  if (turn.latencyMs !== undefined) parts.push(formatDuration(turn.latencyMs));
  if (turn.source !== undefined) parts.push(turn.source === "cache" ? "from cache" : "recorded");
  return parts.join(" · ");
}

function AnswerText({ turn, written }: { readonly turn: ReadingTurn; readonly written: boolean }): VNode {
  if (turn.text === null) return <p class="quiet">Text left out.</p>;
  if (turn.text.trim() === "") return <p class="quiet">(an empty answer)</p>;
  return <ClampedText text={turn.text} written={written} cut={turn.textCut} />;
}

/** What was counted in the answer, failures first. */
function Checks({ checks }: { readonly checks: readonly ReadingCheck[] }): VNode {
  const sorted = [...checks.filter(({ passed }) => !passed), ...checks.filter(({ passed }) => passed)];
  return (
    <ul class="checks" aria-label="Checks">
      {sorted.map(({ wanted, found, passed }, index) => (
        <li key={index} class={passed ? "passed" : "failed"}>
          <span aria-hidden="true">{passed ? "✓" : "✗"}</span>
          <span class="unseen">{passed ? "passed" : "failed"}: </span> {displayName(wanted)}
          {passed || found === undefined ? null : <span class="quiet"> ({displayName(found)})</span>}
        </li>
      ))}
    </ul>
  );
}

function ratingOf(verdicts: readonly ReadingVerdict[]): string | null {
  const [only, ...others] = verdicts;
  if (only === undefined || others.length > 0 || only.outcome.kind !== "rating") return null;
  const { rating, compared } = only.outcome;
  if (compared !== undefined) return compared.outcome === "right" ? "right" : "wrong";
  return Number.isInteger(rating) ? String(rating) : formatFigure(rating, "points");
}

/** One model's answer to one turn, with the verdicts on it alone. */
export function AnswerCard({
  answer,
  turn,
  verdicts,
  written,
  severalTrials,
  severalProtocols,
}: {
  readonly answer: ReadingAnswer;
  /** From 1. */
  readonly turn: number;
  readonly verdicts: readonly ReadingVerdict[];
  readonly written: boolean;
  readonly severalTrials: boolean;
  readonly severalProtocols: boolean;
}): VNode {
  const given = answer.turns[turn - 1];
  const rating = ratingOf(verdicts);
  const remark = given === undefined ? undefined : FINISH_REMARKS[given.finish];
  return (
    <article class="answer" data-model={answer.model}>
      <header>
        <h5>
          <Name name={answer.model} />
          {severalTrials ? <span class="quiet"> trial {answer.trial}</span> : null}
        </h5>
        {rating === null ? null : (
          <span class="rating" title="Rating of this turn">
            {rating}
          </span>
        )}
      </header>
      {given === undefined ? null : <p class="meta">{metaOf(given)}</p>}
      {remark === undefined ? null : <p class="remark doubtful">{remark}</p>}
      <div class="answer-body">
        {given === undefined ? (
          <p class="doubtful">
            No answer{answer.error === undefined ? "." : `: ${displayName(answer.error)}`}
          </p>
        ) : (
          <>
            {given.reasoning === undefined ? null : (
              <details class="hidden-reasoning">
                <summary>Reasoning of the model (not judged)</summary>
                <ClampedText text={given.reasoning} written={written} cut={given.reasoningCut} />
              </details>
            )}
            <AnswerText turn={given} written={written} />
          </>
        )}
      </div>
      {given?.checks === undefined ? null : <Checks checks={given.checks} />}
      {verdicts.map((verdict, index) => (
        <VerdictDetails
          key={index}
          verdict={verdict}
          title="Judge:"
          written={written}
          severalProtocols={severalProtocols}
        />
      ))}
    </article>
  );
}
