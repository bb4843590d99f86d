import { compositeKey } from "../core/composite-key.js";
import type { ContaminationScan } from "../core/contamination.js";
import { ConfigError, DataError } from "../core/errors.js";
import { namedPath } from "../core/named-path.js";
import { presentFields } from "../core/present-fields.js";
import { suggestName } from "../core/spelling.js";
import { statedBeside } from "../core/stated-figure.js";
import type { FoundFiles } from "../interop/results/found-files.js";
import { harnessFile } from "../interop/results/harness-files.js";
import {
  type Measured,
  type MeasuredPair,
  measuredAsStated,
  measuredByRecords,
  measuredByVotes,
} from "../pipeline/changes/measured.js";
import { comparedModels, directPair, isSameProtocol } from "../pipeline/compare/question-values.js";
import { asBaselineKeeps, baselineModels } from "../pipeline/gates/baseline.js";
import { withVotes } from "../pipeline/people/votes-of-board.js";
import { readRunVerdicts } from "../pipeline/scores/score-run.js";
import type { Verdicts } from "../pipeline/scores/verdicts.js";
import { isRunFolder, readManifest } from "../store/run-folder.js";
import { isBaselineFile, readBaseline } from "./baselines.js";
import type { SourceOptions } from "./compare-sources.js";

/** How sources are read. Without a finder of assets, judgment files of other tools are not. */
export type MeasuredOptions = Omit<SourceOptions, "finder"> & Partial<Pick<SourceOptions, "finder">>;

/** What a run folder or file says of models: quantities by records and as stated. */
export interface MeasuredSource {
  readonly path: string;
  readonly kind: "run" | "baseline" | "table" | "file";
  /** In the order of the run or file; opponents that are not measured stand last. */
  readonly models: readonly string[];
  readonly measured: readonly Measured[];
  /** The scan of a corpus that a run folder keeps. */
  readonly contamination?: ContaminationScan;
  /** What a reader must know of it. */
  readonly notices?: readonly string[];
  /** Two models as they were judged against each other directly. */
  direct(base: string, candidate: string): readonly MeasuredPair[];
}

function ofVerdicts(
  path: string,
  kind: MeasuredSource["kind"],
  verdicts: Verdicts,
  { peopleVotes }: Pick<SourceOptions, "peopleVotes">,
): MeasuredSource {
  const inputs = peopleVotes === undefined ? verdicts.inputs : withVotes(verdicts.inputs, peopleVotes);
  const byRecords = inputs.flatMap((input) =>
    comparedModels(input, verdicts.suites.get(input.head.suite)).map((values) =>
      measuredByRecords(values, path, input.head.judge),
    ),
  );
  const recorded = new Set(byRecords.map(({ suite, model }) => compositeKey(suite, model)));
  const stated = statedBeside(verdicts.figures ?? [], (suite, model) =>
    recorded.has(compositeKey(suite, model)),
  ).map(measuredAsStated);
  const order = kind === "run" ? readManifest(path).models.map(({ id }) => id) : [];
  const found = [...new Set([...byRecords, ...stated].map(({ model }) => model))];
  return {
    path,
    kind,
    models: [...order.filter((id) => found.includes(id)), ...found.filter((id) => !order.includes(id))],
    measured: [...byRecords, ...stated],
    ...presentFields({ contamination: verdicts.contamination }),
    direct: (base, candidate) =>
      inputs.flatMap((input) => {
        const pair = directPair(input, base, candidate, verdicts.suites.get(input.head.suite));
        if (pair === undefined) return [];
        const { judge } = input.head;
        return [
          {
            base: measuredByRecords(pair.base, path, judge),
            candidate: measuredByRecords(pair.candidate, path, judge),
          },
        ];
      }),
  };
}

function renamedTo(source: MeasuredSource, name: string, text: string): MeasuredSource {
  const [only = "", second] = source.models;
  if (second !== undefined)
    throw new ConfigError(`${text} gives one name to a source of several models`, {
      code: "model-not-chosen",
      remedy: `Choose one: ${source.models
        .slice(0, 20)
        .map((id) => `${name}=${source.path}#${id}`)
        .join(" or ")}`,
    });
  const named = (one: Measured): Measured => ({ ...one, model: name });
  return {
    ...source,
    models: only === "" ? [] : [name],
    measured: source.measured.map(named),
    direct: () => [],
  };
}

function pickedOf(source: MeasuredSource, picked: string): MeasuredSource {
  if (!source.models.includes(picked))
    throw new ConfigError(`${source.path} has no model "${picked}"`, {
      code: "unknown-model",
      remedy: suggestName(picked, source.models),
    });
  return {
    ...source,
    models: [picked],
    measured: source.measured.filter(({ model }) => model === picked),
  };
}

/** How a file that states figures is read; undefined for every other one, whose own reader says what is wrong with it. */
function figuresIn(path: string): FoundFiles | undefined {
  try {
    const { format, kind } = harnessFile(path, true) ?? {};
    return format === "figures" && kind !== undefined
      ? { documents: [], lines: [], [kind]: [path] }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a source has figures as others state them and no records: a table, or a run folder that holds nothing else. */
export function statesFiguresAlone(text: string): boolean {
  const { path } = namedPath(text);
  return isRunFolder(path) ? readManifest(path).protocols.length === 0 : figuresIn(path) !== undefined;
}

async function readTable(path: string, files: FoundFiles): Promise<MeasuredSource> {
  const { readFigures } = await import("../interop/figures/read-figures.js");
  const { figures, warnings } = await readFigures(files, {});
  if (figures.length === 0)
    throw new DataError("states no figure", {
      code: "no-figures",
      file: path,
      remedy: "A table has a column `model` and one of numbers for each suite (docs/interchange.md).",
    });
  const measured = figures.map(measuredAsStated);
  const models = [...new Set(measured.map(({ model }) => model))];
  const notices = warnings.map(({ message }) => message);
  return { path, kind: "table", models, measured, notices, direct: () => [] };
}

async function readWhole(path: string, options: MeasuredOptions): Promise<MeasuredSource> {
  if (isRunFolder(path)) return ofVerdicts(path, "run", readRunVerdicts(path, options.scoring), options);
  if (isBaselineFile(path)) {
    const measured = baselineModels(readBaseline(path)).map((values) => measuredByRecords(values, path));
    const models = [...new Set(measured.map(({ model }) => model))];
    return { path, kind: "baseline", models, measured, direct: () => [] };
  }
  const stated = figuresIn(path);
  if (stated !== undefined) return readTable(path, stated);
  const { finder } = options;
  if (finder === undefined)
    throw new ConfigError(`${path} is neither a run folder nor a baseline file nor a table of figures`, {
      code: "unknown-base",
      remedy: "Name a run folder, PATH#MODEL, or a file of `assay baseline write`.",
    });
  const { readFileVerdicts } = await import("../interop/score-files.js");
  const verdicts = await readFileVerdicts([path], { ...options, finder, lengthControl: false });
  return ofVerdicts(path, "file", verdicts, options);
}

/**
 * Reads what a run folder, baseline, judgment file or table of published figures measures: `PATH`, `PATH#MODEL`,
 * `NAME=PATH` or `NAME=PATH#MODEL`.
 * @throws ConfigError, DataError.
 */
export async function readMeasuredSource(text: string, options: MeasuredOptions): Promise<MeasuredSource> {
  const { path, picked, renamed } = namedPath(text);
  const whole = await readWhole(path, options);
  const chosen = picked === undefined ? whole : pickedOf(whole, picked);
  return renamed === undefined ? chosen : renamedTo(chosen, renamed, text);
}

/** A model with everything that sources measure of it. */
export interface Checkpoint {
  /** How it is called: its display id, with its source where two have one id. */
  readonly name: string;
  readonly model: string;
  readonly sources: readonly MeasuredSource[];
}

/** What a checkpoint was measured on. */
function measuredOf({ model, name, sources }: Checkpoint): Measured[] {
  return sources.flatMap(({ measured }) =>
    measured.filter((one) => one.model === model).map((one) => ({ ...one, model: name })),
  );
}

function isSameQuantity(one: Measured, other: Measured): boolean {
  if (one.by.kind === "records" && other.by.kind === "records")
    return (
      one.suite === other.suite &&
      one.metric === other.metric &&
      one.judge === other.judge &&
      isSameProtocol(one.by.values, other.by.values)
    );
  if (one.by.kind !== "stated" || other.by.kind !== "stated") return false;
  return (
    one.suite === other.suite &&
    one.part === other.part &&
    one.metric === other.metric &&
    one.unit === other.unit
  );
}

/** As {@link isSameQuantity}, whoever the judge is called: a baseline file does not say it. */
function isComparable(one: Measured, other: Measured): boolean {
  return isSameQuantity({ ...one, ...judgeOf(other) }, other);
}

function judgeOf({ judge }: Measured): Pick<Measured, "judge"> {
  return judge === undefined ? {} : { judge };
}

function nameOfPath(path: string): string {
  return (
    path
      .replace(/[\\/]+$/, "")
      .split(/[\\/]/)
      .at(-1) ?? path
  );
}

/**
 * The checkpoints that sources measure, in their order. A model that two sources name is one checkpoint where they measured
 * different things of it, and two where both measured the same.
 */
export function checkpointsOf(sources: readonly MeasuredSource[]): Checkpoint[] {
  const byId = new Map<string, { model: string; sources: MeasuredSource[] }[]>();
  const ordered: { model: string; sources: MeasuredSource[] }[] = [];
  for (const source of sources) {
    for (const model of source.models) {
      const own = source.measured.filter((one) => one.model === model);
      const known = byId.get(model) ?? [];
      const free = known.find((one) =>
        measuredOf({ ...one, name: model }).every((two) => own.every((mine) => !isSameQuantity(two, mine))),
      );
      if (free !== undefined) {
        free.sources.push(source);
        continue;
      }
      const checkpoint = { model, sources: [source] };
      byId.set(model, [...known, checkpoint]);
      ordered.push(checkpoint);
    }
  }
  return ordered.map((one) => {
    const isAlone = (byId.get(one.model)?.length ?? 0) < 2;
    const place = nameOfPath(one.sources[0]?.path ?? "");
    return { ...one, name: isAlone ? one.model : `${one.model} (${place})` };
  });
}

/** A baseline file keeps six decimals; what is compared with it has to keep as many. */
function rounded(pair: MeasuredPair, files: ReadonlySet<string>): MeasuredPair {
  const { base, candidate } = pair;
  const isKept = [base, candidate].some((one) => one !== undefined && files.has(one.source));
  const kept = (one: Measured | undefined): Measured | undefined =>
    one?.by.kind === "records"
      ? { ...one, by: { kind: "records", values: asBaselineKeeps(one.by.values) } }
      : one;
  if (!isKept) return pair;
  const [before, after] = [kept(base), kept(candidate)];
  return { ...(before && { base: before }), ...(after && { candidate: after }) };
}

function withName(one: Measured | undefined, name: string): Measured | undefined {
  return one === undefined ? undefined : { ...one, model: name };
}

/**
 * Everything that is measured of either of two checkpoints, paired where both measured the same: a pair that was judged
 * directly as it was judged, the rest by suite, protocol and metric. Figures of one suite that were measured in different
 * ways stand in one pair too, so that it can be said why they are not compared.
 */
export function measuredPairs(base: Checkpoint | undefined, candidate: Checkpoint): MeasuredPair[] {
  const before = base === undefined ? [] : measuredOf(base);
  const files = new Set(
    [...(base?.sources ?? []), ...candidate.sources]
      .filter(({ kind }) => kind === "baseline")
      .map(({ path }) => path),
  );
  const shared =
    base === undefined ? [] : candidate.sources.filter((source) => base.sources.includes(source));
  const direct = shared.flatMap((source) =>
    source.direct(base?.model ?? "", candidate.model).map((pair): MeasuredPair => {
      const [first, second] = [
        withName(pair.base, base?.name ?? ""),
        withName(pair.candidate, candidate.name),
      ];
      return { ...(first && { base: first }), ...(second && { candidate: second }) };
    }),
  );
  const isDirect = (one: Measured) =>
    direct.some((pair) => pair.candidate && isSameQuantity(pair.candidate, one));
  const left = new Set(before.filter((one) => !isDirect(one)));
  const alone: Measured[] = [];
  const pairs: MeasuredPair[] = [...direct];
  const take = (mine: Measured, found: Measured | undefined) => {
    if (found === undefined) alone.push(mine);
    else {
      left.delete(found);
      pairs.push(rounded({ base: found, candidate: mine }, files));
    }
  };
  for (const mine of measuredOf(candidate).filter((one) => !isDirect(one)))
    take(
      mine,
      [...left].find((one) => isSameQuantity(one, mine)) ?? [...left].find((one) => isComparable(one, mine)),
    );
  for (const mine of alone.splice(0)) {
    const other = [...left].find((one) => one.suite === mine.suite && one.metric === mine.metric);
    if (other === undefined) pairs.push({ candidate: mine });
    else take(mine, other);
  }
  return [...pairs, ...votedPairs(pairs, base), ...[...left].map((one): MeasuredPair => ({ base: one }))];
}

/**
 * What people say of the two, where they voted on their comparisons: once for a suite, however many boards it has. Votes are
 * choices, so verdicts on pairs help them before ratings do.
 */
function votedPairs(pairs: readonly MeasuredPair[], base: Checkpoint | undefined): MeasuredPair[] {
  if (base === undefined) return [];
  const voted = pairs.flatMap(({ candidate }) => {
    if (candidate?.by.kind !== "records") return [];
    const { values } = candidate.by;
    const votes = values.votedAgainst?.(base.model);
    if (votes === undefined) return [];
    return [
      { candidate: measuredByVotes(candidate, votes, base.name), isOfPairs: values.metric === "winRate" },
    ];
  });
  voted.sort((one, other) => Number(other.isOfPairs) - Number(one.isOfPairs));
  const isFirst = ({ candidate: { suite } }: (typeof voted)[number], at: number) =>
    voted.findIndex(({ candidate }) => candidate.suite === suite) === at;
  return voted.filter(isFirst).map(({ candidate }) => ({ candidate }));
}

/** A checkpoint by its name or its model's id. @throws ConfigError `unknown-model` with the nearest name. */
export function checkpointNamed(name: string, checkpoints: readonly Checkpoint[], flag: string): Checkpoint {
  const found = checkpoints.filter((one) => one.name === name || one.model === name);
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  throw new ConfigError(
    only === undefined
      ? `${flag} "${name}" is none of the models here`
      : `${flag} "${name}" names several models here`,
    {
      code: "unknown-model",
      remedy: suggestName(
        name,
        (only === undefined ? checkpoints : found).map((one) => one.name),
      ),
    },
  );
}
