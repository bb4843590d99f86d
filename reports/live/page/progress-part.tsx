import type { VNode } from "preact";
import { countOf } from "../../../harness/core/count-of.js";
import type { LiveProgress, LiveRun } from "../../../harness/core/live-run.js";
import { formatFixed } from "../../../harness/core/shown-number.js";
import { spanText } from "../../../harness/core/span-text.js";
import { Name } from "../../html/parts.js";
import { formatCount } from "../../view/format.js";

function Title({ line }: { readonly line: LiveProgress }): VNode {
  const { stage, models, judgeModel = "", mode, suite = "" } = line;
  const [first = "", second] = models;
  const about =
    models.length === 0 ? (
      "all pairs"
    ) : (
      <>
        <Name name={first} />
        {second === undefined ? null : (
          <>
            {" against "}
            <Name name={second} />
          </>
        )}
      </>
    );
  return (
    <span class="line-title">
      {stage === "answers" ? null : (
        <>
          <Name name={judgeModel} /> on{" "}
        </>
      )}
      {about}{" "}
      <span class="quiet">
        <Name name={suite} />
        {mode === undefined || mode === "single" ? "" : `, ${mode}`}
      </span>
    </span>
  );
}

function Line({ line }: { readonly line: LiveProgress }): VNode {
  const { planned, done, failed, unreadable, skipped } = line;
  const troubles = [
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(unreadable > 0 ? [`${formatCount(unreadable)} unreadable`] : []),
    ...(skipped > 0 ? [`${formatCount(skipped)} skipped`] : []),
  ];
  return (
    <li class="line">
      <Title line={line} />
      <progress
        max={Math.max(1, planned)}
        value={Math.min(done, planned)}
        aria-label={`${line.stage} of ${line.models.join(" against ") || "all pairs"}`}
      />
      <span class="number">
        {formatCount(done)}/{formatCount(planned)}
      </span>
      {troubles.length === 0 ? null : <span class="doubtful">{troubles.join(", ")}</span>}
    </li>
  );
}

/** Records that are still to come, over the pace: the time left of a stage. */
function timeLeft(lines: readonly LiveProgress[], perSecond: number | null): string {
  const left = lines.reduce((sum, { planned, done }) => sum + Math.max(0, planned - done), 0);
  if (perSecond === null || perSecond === 0 || left === 0) return "";
  return `, about ${spanText(left / perSecond)} left`;
}

function Stage({
  run,
  stage,
}: {
  readonly run: LiveRun;
  readonly stage: "answers" | "judgments";
}): VNode | null {
  const lines = run.progress.filter((line) => line.stage === stage);
  const planned = lines.reduce((sum, line) => sum + line.planned, 0);
  if (planned === 0) return null;
  const done = lines.reduce((sum, line) => sum + line.done, 0);
  const rate = run.status === "running" ? run.perSecond[stage] : null;
  return (
    <div class="part">
      <div class="stage-head">
        <h2>{stage === "answers" ? "Answers" : "Verdicts"}</h2>
        <p class="quiet number">
          {formatCount(done)} of {formatCount(planned)}
          {rate === null ? "" : ` · ${formatFixed(rate, 1)} a second${timeLeft(lines, rate)}`}
        </p>
      </div>
      <ul class="lines">
        {lines.map((line, index) => (
          <Line key={index} line={line} />
        ))}
      </ul>
    </div>
  );
}

/** How far each model and each judge is. */
export function ProgressPart({ run }: { readonly run: LiveRun }): VNode {
  const { bytes, of } = run.counted;
  return (
    <div class="card">
      {bytes < of ? (
        <p class="quiet" role="note">
          Totals fill in: {Math.floor((100 * bytes) / of)}% of {formatCount(Math.round(of / 1e6))} MB counted.
        </p>
      ) : null}
      <Stage run={run} stage="answers" />
      <Stage run={run} stage="judgments" />
      {run.badLines === 0 ? null : (
        <p class="doubtful">
          {countOf(run.badLines, "line is", "lines are", formatCount(run.badLines))} no records of a run and
          left out here.
        </p>
      )}
    </div>
  );
}

/** Why what failed failed. */
export function FailuresPart({ run }: { readonly run: LiveRun }): VNode | null {
  if (run.failures.length === 0) return null;
  return (
    <div class="card">
      <h2>What failed, and why</h2>
      <ul class="failures">
        {run.failures.map(({ stage, model, code, message, remedy, count, final }, index) => (
          <li key={index}>
            <p>
              <strong class="number">{formatCount(count)}</strong> × <code>{code}</code>{" "}
              <span class="quiet">
                {stage} of <Name name={model} />
                {final === true ? ", final" : ""}
              </span>
            </p>
            <p>
              <Name name={message.slice(0, 400)} />
            </p>
            {remedy === undefined ? null : (
              <p class="quiet">
                <Name name={remedy} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
