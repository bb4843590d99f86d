/** Exit codes that scripts may rely on. */
export const exitCodes = {
  /** Done, and every gate passed. */
  done: 0,
  gateFailed: 1,
  /** Usage or configuration error; nothing was called. */
  usage: 2,
  /** More answers or verdicts are missing than allowed, or the budget was reached; the same command resumes. */
  incomplete: 3,
  /** Gate inconclusive, where the policy asks for a code of its own. */
  inconclusive: 4,
  /** The run folder vanished or was moved while the run went on; nothing more was asked for. */
  folderGone: 5,
  interrupted: 130,
  terminated: 143,
  /** An error that assay did not foresee (sysexits EX_SOFTWARE). */
  unexpected: 70,
} as const;

/** What each code means, for people. */
export const exitCodeMeanings: readonly (readonly [number, string])[] = [
  [exitCodes.done, "done, and every gate passed"],
  [exitCodes.gateFailed, "a gate failed"],
  [exitCodes.usage, "usage or configuration error; nothing was called"],
  [
    exitCodes.incomplete,
    "finished incomplete: more is missing than allowed, or the budget was reached; the same command resumes",
  ],
  [exitCodes.inconclusive, "gate inconclusive, where the policy asks for a code of its own"],
  [exitCodes.interrupted, "stopped by SIGINT, after what was obtained was kept"],
  [exitCodes.terminated, "stopped by SIGTERM, after what was obtained was kept"],
];
