import { readSentinel, type SentinelSet, type SentinelVerdict } from "../../store/sentinel-file.js";
import type { PlannedProtocol } from "../plan.js";
import { BASE_ROUNDS, roundsOf } from "./history.js";

/** What a run is told of its sentinel. */
export interface SentinelSettings {
  /** Anchors to freeze for a protocol that has none yet. */
  readonly anchors: number;
  /** The file that runs share. */
  readonly file: string;
}

/** Rounds that a run owes a set: what the first rounds lack, at least one. */
export function roundsDue(set: SentinelSet, verdicts: readonly SentinelVerdict[], run: string): number {
  const others = roundsOf(set, verdicts).filter((one) => one.run !== run).length;
  return Math.max(1, BASE_ROUNDS - others);
}

/** Calls of a sentinel for one protocol, before they are made. */
interface SentinelCalls {
  readonly anchors: number;
  readonly rounds: number;
}

/** What a run's sentinel will ask for, by protocol id; a run that goes on may have asked for some of it already. */
export function sentinelCalls(
  protocols: readonly PlannedProtocol[],
  settings: SentinelSettings,
): Map<string, SentinelCalls> {
  const { sets, verdicts } = readSentinel(settings.file);
  return new Map(
    protocols
      .filter(({ judge, judgeModel }) => judge.callFree !== true && judgeModel.identity.adapter !== "replay")
      .map(({ protocol, planned: own, second }) => {
        // What a second judge is asked on is drawn later: of at most what the first one judges.
        const planned =
          second === undefined
            ? own
            : (protocols.find((one) => one.protocol.id === second.first)?.planned ?? own);
        const set = sets.find((one) => one.protocol === protocol.id);
        const anchors = set?.anchors.length ?? Math.min(settings.anchors, planned);
        const rounds = set === undefined ? BASE_ROUNDS : roundsDue(set, verdicts, "");
        return [protocol.id, { anchors, rounds }] as const;
      }),
  );
}
