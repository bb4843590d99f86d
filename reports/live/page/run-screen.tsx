import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { countOf } from "../../../harness/core/count-of.js";
import type { LiveRun, NewestRecord } from "../../../harness/core/live-run.js";
import { announce } from "../../html/page/announce.js";
import { Name } from "../../html/parts.js";
import { formatCount, formatMoment, formatUsd } from "../../view/format.js";
import { ConnectionRemark } from "./connection-remark.js";
import { useEvents } from "./live-source.js";
import { NewestPart } from "./newest-part.js";
import { linkTo } from "./place.js";
import { FailuresPart, ProgressPart } from "./progress-part.js";
import { SequencePart } from "./sequence-part.js";
import { StatusMark } from "./status-mark.js";
import { STATUS, statusSentence, timeOfDay } from "./words.js";

/** Newest records that the page keeps. */
const KEPT = 200;

/** A record is known by where it stands: the same one may be told twice, after a connection was lost. */
const keyOf = ({ file, offset }: NewestRecord) => `${file} ${offset}`;

function joined(known: readonly NewestRecord[], come: readonly NewestRecord[]): readonly NewestRecord[] {
  const keys = new Set(known.map(keyOf));
  return [...known, ...come.filter((record) => !keys.has(keyOf(record)))].slice(-KEPT);
}

function costText({ spentUsd, budgetUsd, unpricedCalls }: LiveRun): string {
  if (spentUsd === 0 && unpricedCalls > 0) return "unknown";
  const spent = `${unpricedCalls > 0 ? "at least " : ""}${formatUsd(spentUsd)}`;
  return budgetUsd === null ? spent : `${spent} of ${formatUsd(budgetUsd)}`;
}

function Facts({ run }: { readonly run: LiveRun }): VNode {
  const { startedAt, finishedAt, newestAt, inputTokens, outputTokens, unpricedCalls } = run;
  const facts: readonly (readonly [string, string])[] = [
    ["Started", formatMoment(startedAt)],
    ...(run.status !== "running" && finishedAt !== null
      ? ([["Ended", formatMoment(finishedAt)]] as const)
      : []),
    [run.budgetUsd === null ? "Cost" : "Cost, of the budget", costText(run)],
    ["Tokens in, out", `${formatCount(inputTokens)}, ${formatCount(outputTokens)}`],
    ["Newest record", newestAt === null ? "none yet" : `${timeOfDay(newestAt)} UTC`],
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {run.budgetUsd === null ? null : (
        <progress
          class="budget"
          max={run.budgetUsd}
          value={Math.min(run.spentUsd, run.budgetUsd)}
          aria-label="Spent of the budget"
        />
      )}
      {unpricedCalls === 0 ? null : (
        <p class="quiet">
          {countOf(unpricedCalls, "call has", "calls have", formatCount(unpricedCalls))} no known price.
        </p>
      )}
    </>
  );
}

/** Says aloud how the run stands when that changes, not whenever a figure does. */
function useAnnouncements(run: LiveRun | undefined): void {
  const before = useRef<string | undefined>(undefined);
  const status = run?.status;
  useEffect(() => {
    if (before.current !== undefined && status !== undefined) announce(`The run is ${STATUS[status].word}`);
    before.current = status;
  }, [status]);
}

/** One run, as it goes on. */
export function RunScreen({ run: id }: { readonly run: string }): VNode {
  const [run, setRun] = useState<LiveRun | undefined>();
  const [records, setRecords] = useState<readonly NewestRecord[]>([]);
  const connection = useEvents(`runs/${id}/events`, {
    run: (value) => setRun(value as LiveRun),
    records: (value) => setRecords((known) => joined(known, value as readonly NewestRecord[])),
  });
  useAnnouncements(run);
  if (run === undefined) {
    return (
      <section>
        <h1 class="section-title" tabIndex={-1}>
          Run
        </h1>
        <ConnectionRemark connection={connection} />
        <p class="quiet">
          {connection === "lost" ? "This run is not among those that the viewer lists." : "Reading the run…"}
        </p>
      </section>
    );
  }
  const beside = { screen: "beside", left: { run: id, model: 0 }, right: { run: id, model: 1 } } as const;
  return (
    <section>
      <div class="run-head">
        <h1 class="section-title" tabIndex={-1}>
          <Name name={run.path} />
        </h1>
        <StatusMark status={run.status} />
        {run.recordedSamples ? <span class="tag">recorded samples</span> : null}
        {run.hasReport ? (
          <a class="button" href={`runs/${id}/report`} target="_blank" rel="noreferrer">
            Open the report
          </a>
        ) : null}
        {run.models.length > 1 ? (
          <a class="button" href={linkTo(beside)}>
            Models side by side
          </a>
        ) : null}
      </div>
      <ConnectionRemark connection={connection} />
      {run.error === undefined ? null : (
        <p class="problem">
          <Name name={run.error} />
        </p>
      )}
      <p class={STATUS[run.status].mark === "doubt" ? "doubtful" : "quiet"}>{statusSentence(run)}</p>
      <Facts run={run} />
      <ProgressPart run={run} />
      <SequencePart sequences={run.sequences} />
      <FailuresPart run={run} />
      <NewestPart run={id} records={records} />
    </section>
  );
}
