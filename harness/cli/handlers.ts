import type { CommandName, Given } from "./declarations/commands.js";
import type { Terminal } from "./terminal.js";

/** Carries out a command; resolves to the exit code. Throws AssayErrors for what the user must correct. */
export type Handler<Name extends CommandName> = (given: Given<Name>, terminal: Terminal) => Promise<number>;

/** The code of each command, loaded only when it runs. */
export const handlers: { readonly [Name in CommandName]: () => Promise<Handler<Name>> } = {
  quickstart: async () => (await import("./commands/quickstart.js")).quickstart,
  init: async () => (await import("./commands/init.js")).init,
  run: async () => (await import("./commands/run.js")).run,
  answer: async () => (await import("./commands/run.js")).answer,
  judge: async () => (await import("./commands/judge.js")).judge,
  plan: async () => (await import("./commands/plan.js")).plan,
  score: async () => (await import("./commands/score.js")).score,
  report: async () => (await import("./commands/report.js")).report,
  compare: async () => (await import("./commands/compare.js")).compare,
  card: async () => (await import("./commands/card.js")).card,
  baseline: async () => (await import("./commands/baseline.js")).baseline,
  agreement: async () => (await import("./commands/agreement.js")).agreement,
  bridge: async () => (await import("./commands/bridge.js")).bridge,
  rank: async () => (await import("./commands/rank.js")).rank,
  correct: async () => (await import("./commands/correct.js")).correct,
  audit: async () => (await import("./commands/audit.js")).audit,
  "judge-bench": async () => (await import("./commands/judge-bench.js")).judgeBenchCommand,
  contamination: async () => (await import("./commands/contamination.js")).contamination,
  runs: async () => (await import("./commands/runs.js")).runs,
  open: async () => (await import("./commands/open.js")).open,
  view: async () => (await import("./commands/view.js")).view,
  vote: async () => (await import("./commands/vote.js")).vote,
  data: async () => (await import("./commands/data.js")).data,
  list: async () => (await import("./commands/list.js")).list,
  doctor: async () => (await import("./commands/doctor.js")).doctor,
  cache: async () => (await import("./commands/cache.js")).cache,
  merge: async () => (await import("./commands/merge.js")).merge,
  worker: async () => (await import("./commands/worker.js")).worker,
  batch: async () => (await import("./commands/batch.js")).batch,
  export: async () => (await import("./commands/exchange.js")).exportRun,
  import: async () => (await import("./commands/exchange.js")).importRun,
  completion: async () => (await import("./commands/completion.js")).completion,
};
