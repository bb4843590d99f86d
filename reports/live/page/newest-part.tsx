import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { NewestRecord } from "../../../harness/core/live-run.js";
import { Name } from "../../html/parts.js";
import { displayText } from "../../view/text.js";
import { openRecord } from "./record-dialog.js";
import { isTrouble, outcomeWords, timeOfDay } from "./words.js";

/** Records that are shown. */
const SHOWN = 40;

type Kind = "all" | "answers" | "judgments" | "trouble";

const KINDS: readonly (readonly [Kind, string])[] = [
  ["all", "All"],
  ["answers", "Answers"],
  ["judgments", "Verdicts"],
  ["trouble", "Failed or unreadable"],
];

function isOf(kind: Kind, record: NewestRecord): boolean {
  if (kind === "all") return true;
  return kind === "trouble" ? isTrouble(record) : record.stage === kind;
}

function RecordLine({ run, record }: { readonly run: string; readonly record: NewestRecord }): VNode {
  const { at, questionId, models, turn, judgeModel, text } = record;
  return (
    <li>
      <button
        type="button"
        class="record"
        data-at={at}
        data-question={questionId}
        onClick={() => openRecord(run, record)}
      >
        <span class="quiet number">{timeOfDay(at)}</span>
        <span>
          <Name name={questionId} />
          {turn === undefined ? "" : ` turn ${turn}`}
          {" · "}
          {judgeModel === undefined ? null : (
            <>
              <Name name={judgeModel} />
              {" on "}
            </>
          )}
          <Name name={models.join(", ")} />
        </span>
        <strong class={isTrouble(record) ? "doubtful" : ""}>
          <Name name={outcomeWords(record).slice(0, 120)} />
        </strong>
        <span class="record-text quiet" dir="auto">
          {displayText(text)}
        </span>
      </button>
    </li>
  );
}

/** The newest answers and verdicts, newest first; held still on request, so that they can be read. */
export function NewestPart({
  run,
  records,
}: {
  readonly run: string;
  readonly records: readonly NewestRecord[];
}): VNode {
  const [kind, setKind] = useState<Kind>("all");
  const [held, setHeld] = useState<readonly NewestRecord[] | undefined>();
  const shown = (held ?? records).filter((record) => isOf(kind, record)).slice(-SHOWN);
  return (
    <div class="card">
      <div class="stage-head">
        <h2>Newest answers and verdicts</h2>
        <div class="actions">
          <select aria-label="Which records" onChange={(event) => setKind(event.currentTarget.value as Kind)}>
            {KINDS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <button
            type="button"
            aria-pressed={held !== undefined}
            onClick={() => setHeld(held === undefined ? records : undefined)}
          >
            Hold still
          </button>
        </div>
      </div>
      {shown.length === 0 ? <p class="quiet">Nothing yet.</p> : null}
      <ol class="records">
        {[...shown].reverse().map((record) => (
          <RecordLine key={`${record.file} ${record.offset}`} run={run} record={record} />
        ))}
      </ol>
    </div>
  );
}
