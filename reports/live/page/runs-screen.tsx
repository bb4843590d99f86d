import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { countOf } from "../../../harness/core/count-of.js";
import type { RunRow } from "../../../harness/core/live-run.js";
import { Name } from "../../html/parts.js";
import { formatMoment, formatUsd } from "../../view/format.js";
import { displayName } from "../../view/text.js";
import { ConnectionRemark } from "./connection-remark.js";
import { useEvents } from "./live-source.js";
import { linkTo } from "./place.js";
import { StatusMark } from "./status-mark.js";

/** Runs that are shown before somebody asks for more. */
const SHOWN_AT_ONCE = 100;

interface Filter {
  readonly text: string;
  readonly status: string;
  readonly suite: string;
}

function passes(run: RunRow, { text, status, suite }: Filter): boolean {
  if (status !== "" && run.status !== status) return false;
  if (suite !== "" && !run.suites.includes(suite)) return false;
  const said = [run.path, ...run.suites, ...run.models, ...run.judges].join(" ").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}

function Choice({
  label,
  all,
  values,
  onChange,
}: {
  readonly label: string;
  readonly all: string;
  readonly values: readonly string[];
  readonly onChange: (value: string) => void;
}): VNode {
  return (
    <select aria-label={label} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">{all}</option>
      {values.map((value) => (
        <option key={value} value={value}>
          {displayName(value)}
        </option>
      ))}
    </select>
  );
}

function RunCard({
  run,
  isChosen,
  onChoose,
}: {
  readonly run: RunRow;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}): VNode {
  const { id, path, error, suites, models, judges, costUsd, startedAt, figures } = run;
  if (error !== undefined) {
    return (
      <li class="run-card">
        <h2>
          <Name name={path} />
        </h2>
        <p class="doubtful">{displayName(error)}</p>
      </li>
    );
  }
  return (
    <li class="run-card">
      <div class="run-head">
        <h2>
          <a href={linkTo({ screen: "run", run: id })}>
            <Name name={path} />
          </a>
        </h2>
        <StatusMark status={run.status} />
        {run.recordedSamples ? <span class="tag">recorded samples</span> : null}
      </div>
      <p class="quiet">
        {startedAt === null ? "" : formatMoment(startedAt)}
        {" · "}
        {suites.map(displayName).join(", ") || "no suite"}
        {" · "}
        {models.map(displayName).join(", ")}
        {judges.length === 0 ? "" : ` · judged by ${judges.map(displayName).join(", ")}`}
        {" · "}
        {costUsd === null ? "cost unknown" : formatUsd(costUsd)}
      </p>
      {figures.map((figure, index) => (
        <p key={index} class="figures">
          {displayName(figure)}
        </p>
      ))}
      <div class="run-tools">
        <label class="check">
          <input
            type="checkbox"
            checked={isChosen}
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
          Side by side
          <span class="unseen">: {displayName(path)}</span>
        </label>
        {run.hasReport ? (
          <a href={`runs/${id}/report`} target="_blank" rel="noreferrer">
            Report<span class="unseen"> of {displayName(path)}</span>
          </a>
        ) : null}
      </div>
    </li>
  );
}

/** Where two chosen runs lie side by side: the same model of both where there is one; a run by itself shows two models. */
function besideLink(chosen: readonly RunRow[]): string | undefined {
  const [first, second = first] = chosen;
  if (first === undefined || second === undefined) return undefined;
  // Lists are newest first; what was before stands on the left.
  const [left, right] = [second, first];
  if (left === right) {
    if (left.models.length < 2) return undefined;
    return linkTo({ screen: "beside", left: { run: left.id, model: 0 }, right: { run: left.id, model: 1 } });
  }
  const shared = left.models.findIndex((model) => right.models.includes(model));
  const model = Math.max(0, shared);
  const other = shared < 0 ? 0 : right.models.indexOf(left.models[shared] ?? "");
  return linkTo({ screen: "beside", left: { run: left.id, model }, right: { run: right.id, model: other } });
}

/** All runs, with search, filters, and a choice of two. */
export function RunsScreen(): VNode {
  const [runs, setRuns] = useState<readonly RunRow[] | undefined>();
  const [filter, setFilter] = useState<Filter>({ text: "", status: "", suite: "" });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const connection = useEvents("events", { runs: (value) => setRuns(value as readonly RunRow[]) });
  const passing = useMemo(() => (runs ?? []).filter((run) => passes(run, filter)), [runs, filter]);
  const values = (of: (run: RunRow) => readonly string[]) => [...new Set((runs ?? []).flatMap(of))].sort();
  const choose = (id: string, isChosen: boolean) =>
    setChosen((before) => [...before.filter((one) => one !== id), ...(isChosen ? [id] : [])].slice(-2));
  const link = besideLink((runs ?? []).filter(({ id }) => chosen.includes(id)));
  return (
    <section>
      <h1 class="section-title" tabIndex={-1}>
        Runs
      </h1>
      <ConnectionRemark connection={connection} />
      <div class="picks">
        <input
          type="search"
          aria-label="Search runs"
          placeholder="Search: folder, suite, model, judge"
          onInput={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
        />
        <Choice
          label="Status"
          all="Any status"
          values={values(({ status }) => [status])}
          onChange={(status) => setFilter({ ...filter, status })}
        />
        <Choice
          label="Suite"
          all="Any suite"
          values={values(({ suites }) => suites)}
          onChange={(suite) => setFilter({ ...filter, suite })}
        />
        {link === undefined ? (
          <span class="quiet">Choose two runs, or one with two models, to lay them side by side.</span>
        ) : (
          <a class="button" href={link}>
            Lay side by side
          </a>
        )}
      </div>
      <p class="quiet" role="status">
        {runs === undefined
          ? "Looking for runs…"
          : passing.length === runs.length
            ? countOf(runs.length, "run")
            : `${passing.length} of ${countOf(runs.length, "run")}`}
      </p>
      <ul class="run-list">
        {passing.slice(0, shown).map((run) => (
          <RunCard
            key={run.id}
            run={run}
            isChosen={chosen.includes(run.id)}
            onChoose={(isChosen) => choose(run.id, isChosen)}
          />
        ))}
      </ul>
      {passing.length > shown ? (
        <button type="button" onClick={() => setShown(shown + SHOWN_AT_ONCE)}>
          Show {Math.min(SHOWN_AT_ONCE, passing.length - shown)} more
        </button>
      ) : null}
    </section>
  );
}
