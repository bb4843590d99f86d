import { benching } from "./benching.js";
import { correcting } from "./correcting.js";
import type { Declaration, GivenTo } from "./declaration.js";
import { evaluating } from "./evaluating.js";
import { ranking } from "./ranking.js";
import { reading } from "./reading.js";
import { scanning } from "./scanning.js";
import { keeping, starting } from "./starting.js";
import { voting } from "./voting.js";

const { run, answer, judge, plan, doctor, audit, batch, worker, merge } = evaluating;
const { "judge-bench": judgeBench } = benching;
const { score, report, compare, card, baseline, agreement, bridge } = reading;
const { data, list, runs, open, view, completion, cache } = keeping;

const table = {
  ...starting,
  run,
  answer,
  judge,
  plan,
  score,
  report,
  compare,
  card,
  baseline,
  agreement,
  bridge,
  rank: ranking.rank,
  correct: correcting.correct,
  audit,
  "judge-bench": judgeBench,
  contamination: scanning.contamination,
  runs,
  open,
  view,
  vote: voting.vote,
  data,
  list,
  doctor,
  cache,
  merge,
  worker,
  batch,
  export: reading.export,
  import: reading.import,
  completion,
} as const;

/** Name of a command. */
export type CommandName = keyof typeof table;
/** What a command is given. */
export type Given<Name extends CommandName> = GivenTo<(typeof table)[Name]>;
/** All commands by name, in the order of `assay --help`. */
export const declarations: Readonly<Record<CommandName, Declaration>> = table;
/** Names of all commands. */
export const commandNames = Object.keys(table) as CommandName[];

/** Whether a word is the name of a command. */
export function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(declarations, word);
}
