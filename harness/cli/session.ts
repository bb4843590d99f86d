import { evaluate } from "../assemble/evaluate.js";
import type { Evaluation } from "../assemble/evaluation.js";
import type { Warning } from "../core/records.js";
import type { Services } from "../core/services.js";
import type { Execution } from "../pipeline/execution.js";
import type { RunResult } from "../pipeline/run.js";
import { openEventLog } from "./event-log.js";
import { type OpenServices, openServices } from "./open-services.js";
import { openProgress } from "./progress.js";
import { finishRun } from "./run-end.js";
import type { Terminal } from "./terminal.js";

/** What a session prepares, whatever it is. */
export interface Prepared {
  readonly warnings: readonly Warning[];
  close(): Promise<void>;
}

/**
 * The frame of every command that may call models: opens the outside world and its signals, prepares, says what must be
 * said beforehand, carries out, and closes, however that ends.
 * @returns The exit code; that of a signal goes before the work's own.
 */
export async function inSession<Work extends Prepared>(
  terminal: Terminal,
  prepare: (services: Services) => Promise<Work>,
  carryOut: (prepared: Work, open: Pick<OpenServices, "services" | "letSignalsEnd">) => Promise<number>,
): Promise<number> {
  const open = openServices(terminal);
  try {
    const prepared = await prepare(open.services);
    try {
      for (const warning of prepared.warnings) terminal.note(`note: ${warning.message}`);
      const code = await carryOut(prepared, open);
      return open.signalCode() ?? code;
    } finally {
      await prepared.close();
    }
  } finally {
    open.release();
  }
}

/** Stages that a command carries out. */
export interface Stages {
  readonly answers: boolean;
  readonly judgments: boolean;
}

/** What one command does otherwise than another that evaluates. */
export interface EvaluationSession {
  /** Run folder. */
  readonly run: string;
  readonly stages: Stages;
  readonly prepare: (services: Services) => Promise<Evaluation>;
  /** Refuses what the prepared evaluation shows to be a mistake, also in a dry run. */
  readonly check?: (evaluation: Evaluation) => void;
  /** Shows the plan and calls nothing. */
  readonly dryRun?: boolean | undefined;
  /** File that gets every event as a JSON line. */
  readonly logFile?: string | undefined;
  /** Judges are added to those that the folder has. */
  readonly keepProtocols?: boolean;
  readonly execution?: Execution;
  /** No endpoint is called, so there is no progress to show. */
  readonly isOffline?: boolean;
  /** Said and done before the first record, when it is no dry run. */
  readonly begin?: () => void;
  /** Default: {@link finishRun}. */
  readonly finish?: (result: RunResult, evaluation: Evaluation) => Promise<number>;
}

async function evaluateWithProgress(
  evaluation: Evaluation,
  session: EvaluationSession,
  { services, letSignalsEnd }: Pick<OpenServices, "services" | "letSignalsEnd">,
  terminal: Terminal,
): Promise<RunResult> {
  const { run, stages, execution, keepProtocols = false } = session;
  const log = openEventLog(session.logFile, (message) => terminal.complain(`warning: ${message}`));
  // Notes are made all the same.
  const progress = openProgress(session.isOffline === true ? { ...terminal, quiet: true } : terminal);
  try {
    return await evaluate(
      evaluation,
      {
        run,
        stages,
        keepProtocols,
        keepRecords: stages.judgments,
        ...(execution === undefined ? {} : { execution }),
        listener: (event) => {
          if (event.type === "scoring") letSignalsEnd();
          log(event);
          progress.onEvent(event);
        },
        onDispatcher: (dispatcher) => progress.follow(() => dispatcher.progress),
      },
      services,
    );
  } finally {
    progress.finish();
  }
}

/**
 * Evaluates: prepares, says what must be said beforehand, shows the plan of a dry run or carries it out, and says how it
 * ended.
 * @returns The exit code.
 */
export function evaluateInSession(session: EvaluationSession, terminal: Terminal): Promise<number> {
  return inSession(terminal, session.prepare, async (evaluation, open) => {
    session.check?.(evaluation);
    if (session.dryRun === true) {
      const { showPlan } = await import("./dry-run.js");
      return showPlan(evaluation, terminal);
    }
    session.begin?.();
    const result = await evaluateWithProgress(evaluation, session, open, terminal);
    if (session.finish !== undefined) return session.finish(result, evaluation);
    return finishRun(result, evaluation, session.stages, terminal);
  });
}
