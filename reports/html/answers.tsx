import type { VNode } from "preact";
import { formatCount } from "../view/format.js";
import type { ReportView } from "../view/records.js";

/** Place for the reader of answers, which the page's script fills when it comes into view. */
export function AnswersSection({ view }: { readonly view: ReportView }): VNode | null {
  if (view.reading.length === 0) return null;
  return (
    <section id="answers" aria-labelledby="answers-title">
      <h2 class="section-title" id="answers-title">
        Answers
      </h2>
      {view.redacted ? (
        <p class="notice">
          <strong>Redacted.</strong> This report leaves out the texts of answers, references and judges.
          Verdicts remain.
        </p>
      ) : null}
      <div id="reader" class="js-only" aria-busy="true">
        <p class="quiet">Unpacking {formatCount(view.reading.length)} questions…</p>
      </div>
      <noscript>
        <p>
          Reading the answers of {formatCount(view.reading.length)} questions needs JavaScript; everything
          above and below is complete without it. The script is part of this file and asks the network for
          nothing.
        </p>
      </noscript>
    </section>
  );
}
