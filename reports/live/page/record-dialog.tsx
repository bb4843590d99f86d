import type { VNode } from "preact";
import { render } from "preact";
import type { NewestRecord } from "../../../harness/core/live-run.js";
import type { Answer, Judgment } from "../../../harness/core/records.js";
import { Name } from "../../html/parts.js";
import { RecordTexts, recordAddress, useAsked } from "./record-texts.js";
import { outcomeWords } from "./words.js";

function Whole({ run, record }: { readonly run: string; readonly record: NewestRecord }): VNode {
  const asked = useAsked<Answer | Judgment>(recordAddress(run, record));
  return (
    <>
      <h2 id="record-title">
        <Name name={record.questionId} />: <Name name={outcomeWords(record).slice(0, 200)} />
      </h2>
      <p class="quiet">
        <Name name={record.models.join(", ")} /> · <Name name={record.suite} /> ·{" "}
        <Name name={record.category} />
      </p>
      {asked.state === "asking" ? <p class="quiet">Reading…</p> : null}
      {asked.state === "failed" ? <p class="doubtful">{asked.message}</p> : null}
      {asked.state === "there" ? <RecordTexts record={asked.value} /> : null}
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </>
  );
}

/** Opens a record with all its texts; Escape closes it and focus returns to where it was. */
export function openRecord(run: string, record: NewestRecord): void {
  let dialog = document.querySelector<HTMLDialogElement>("dialog.record-dialog");
  if (dialog === null) {
    dialog = document.createElement("dialog");
    dialog.className = "help record-dialog";
    dialog.setAttribute("aria-labelledby", "record-title");
    document.body.append(dialog);
  }
  render(<Whole key={`${record.file} ${record.offset}`} run={run} record={record} />, dialog);
  if (!dialog.open) dialog.showModal();
}
