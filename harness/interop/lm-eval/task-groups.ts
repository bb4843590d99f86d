import { canonicalJson } from "../../core/hash.js";
import { finite } from "../results/checked.js";
import type { LmEvalResults } from "./results-schema.js";

/** Groups within groups that are followed. */
const MOST_DEPTH = 20;

/** Tasks below a group, however deep, and the groups between. */
interface Below {
  readonly tasks: readonly string[];
  readonly groups: readonly string[];
}

function childrenOf({ group_subtasks }: LmEvalResults, group: string): readonly string[] {
  const children = group_subtasks?.[group];
  return Array.isArray(children) ? children.filter((child) => typeof child === "string") : [];
}

function below(results: LmEvalResults, group: string, depth = 0): Below {
  const children = depth < MOST_DEPTH ? childrenOf(results, group) : [];
  const found = children.map((child) => ({ child, within: below(results, child, depth + 1) }));
  const isTask = ({ within }: (typeof found)[number]) => within.tasks.length === 0;
  return {
    tasks: [...new Set(found.flatMap((one) => (isTask(one) ? [one.child] : one.within.tasks)))],
    groups: found.flatMap((one) => (isTask(one) ? [] : [one.child, ...one.within.groups])),
  };
}

/** What two tasks must have in common to be parts of one measurement: metrics, version, examples before a question. */
function measurementOf(results: LmEvalResults, task: string): string {
  const entry = results.results[task] ?? {};
  const metrics = Object.keys(entry).filter((key) => key.includes(",") && !key.includes("_stderr,"));
  return canonicalJson({
    metrics: metrics.sort(),
    version: String(results.versions?.[task] ?? ""),
    nShot: String(results["n-shot"]?.[task] ?? ""),
  });
}

function statesFigures(results: LmEvalResults, group: string): boolean {
  const entry = results.groups?.[group] ?? results.results[group] ?? {};
  return Object.entries(entry).some(([key, value]) => key.includes(",") && finite(value) !== undefined);
}

/** A group that is one suite, whose tasks are its categories. */
export interface SuiteGroup {
  readonly group: string;
  /** In the order of the alphabet. */
  readonly tasks: readonly string[];
}

/**
 * Which groups are one suite, such as MMLU with its 57 subjects: the outermost ones that state figures of their own and
 * whose tasks all have the same metrics, version and number of examples. A group of different benchmarks is none.
 * @returns by task, and by each group between
 */
export function suiteGroups(results: LmEvalResults): ReadonlyMap<string, SuiteGroup> {
  const groups = Object.keys(results.group_subtasks ?? {}).flatMap((group) => {
    const { tasks, groups: between } = below(results, group);
    const kinds = new Set(tasks.map((task) => measurementOf(results, task)));
    const isWhole = tasks.length > 1 && kinds.size === 1 && tasks.every((task) => task in results.results);
    return isWhole && statesFigures(results, group) ? [{ group, tasks: [...tasks].sort(), between }] : [];
  });
  const byPart = new Map<string, SuiteGroup>();
  // The largest come first, so that a group within one of them finds its tasks taken.
  for (const { group, tasks, between } of groups.sort((x, y) => y.tasks.length - x.tasks.length)) {
    if (byPart.has(group) || tasks.some((task) => byPart.has(task))) continue;
    for (const part of [...tasks, ...between]) byPart.set(part, { group, tasks });
  }
  return byPart;
}

/** A task's name as a category of its group: `anatomy` for `mmlu_anatomy` in `mmlu`. */
export function categoryIn(group: string, task: string): string {
  const own = task.startsWith(group) ? task.slice(group.length).replace(/^[_\-:./]+/, "") : task;
  return own === "" ? task : own;
}
