import { statSync } from "node:fs";
import type { LiveSequence, SequenceLook } from "../core/live-run.js";
import type { SequenceAim, SequenceLookLine } from "../core/sequence.js";
import { runPaths } from "../store/run-folder.js";
import { sequenceLooks } from "../store/sequence-file.js";

/** Looks that a drawing shows; of more, every so-manyth and the last. */
const MOST_LOOKS = 200;

function thinned(looks: readonly SequenceLook[]): readonly SequenceLook[] {
  const step = Math.ceil(looks.length / MOST_LOOKS);
  return looks.filter((_, index) => (looks.length - 1 - index) % step === 0);
}

/** One aim with its looks; those without an interval yet say nothing. */
function sequenceOf(aim: SequenceAim, lines: readonly SequenceLookLine[]): LiveSequence {
  const looks = lines.flatMap(({ n, estimate, low, high }) =>
    low === null || high === null ? [] : [{ questions: n, estimate, low, high }],
  );
  return {
    label: aim.name,
    models: aim.against === undefined ? [aim.model] : [aim.model, aim.against],
    level: aim.level,
    limit: aim.limit ?? null,
    isDifference: aim.against !== undefined,
    horizon: aim.horizon,
    outcome: lines.findLast(({ outcome }) => outcome !== undefined)?.outcome ?? null,
    looks: thinned(looks),
  };
}

/** Confidence sequences of a run's folder, read again only where their file has changed. */
export class RunSequences {
  private stamp = "";
  private latest: readonly LiveSequence[] = [];

  /** @param run Path of the run folder. */
  constructor(private readonly run: string) {}

  /** The sequences as they stand; none in a run that decides nothing as it goes. */
  read(): readonly LiveSequence[] {
    const found = statSync(runPaths.sequence(this.run), { throwIfNoEntry: false });
    const stamp = found === undefined ? "" : `${found.mtimeMs} ${found.size}`;
    if (stamp === this.stamp) return this.latest;
    try {
      const known = found?.isFile() === true ? sequenceLooks(this.run) : undefined;
      this.latest = (known?.plan.aims ?? []).map((aim, index) =>
        sequenceOf(aim, known?.looks.filter((look) => look.aim === index) ?? []),
      );
      this.stamp = stamp;
    } catch {
      // A damaged line: what was known stays, and commands that compute by it say what is wrong.
    }
    return this.latest;
  }
}
