import type { RunConfig } from "../config/resolve.js";
import type { JudgeEntry } from "../config/schema.js";
import { secondJudgeOptions } from "../config/second-judge-options.js";
import { ConfigError } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import { namesProtocol } from "./judges.js";

/** Every judge of a configuration, the second one last. */
export function judgesOf({
  judges,
  secondJudge,
}: Pick<RunConfig, "judges" | "secondJudge">): readonly JudgeEntry[] {
  return secondJudge === undefined ? judges : [...judges, secondJudge];
}

/** The second judge's entry for what a first one judges: by the same protocol, unless it says another. */
export function secondEntry(first: JudgeEntry, second: JudgeEntry): JudgeEntry {
  if (namesProtocol(second)) return second;
  const protocol = first.protocol ?? (namesProtocol(first) ? first.model : undefined);
  const { calls, structured, compat, mode } = first;
  return { ...presentFields({ protocol, calls, structured, compat, mode }), ...second };
}

/** Settings of a second judge decide nothing where none is named. */
function refuseLoneSettings({ secondShare, secondMargin }: RunConfig): void {
  const { default: share } = secondJudgeOptions.secondShare;
  const { default: margin } = secondJudgeOptions.secondMargin;
  const flag =
    secondShare !== share ? "--second-share" : secondMargin !== margin ? "--second-margin" : undefined;
  if (flag === undefined) return;
  throw new ConfigError(`${flag} says how a second judge is asked, and none is named`, {
    code: "no-second-judge",
    remedy: `Name it with --second-judge, or leave ${flag} out.`,
  });
}

/**
 * Refuses a second judge where its draws would decide nothing, before anything is called.
 * @throws ConfigError `no-second-judge`, `second-judge-alone`, `second-judge-and-jury`, `second-judge-and-queue`,
 * `second-judge-and-stop`.
 */
export function refuseSecondJudge(config: RunConfig): void {
  const { secondJudge, judges, queue, stopWhen, precision, jury } = config;
  if (secondJudge === undefined) {
    refuseLoneSettings(config);
    return;
  }
  if (judges.length !== 1)
    throw new ConfigError(
      judges.length === 0
        ? "a second judge is named, and no first one"
        : "a second judge follows one first judge, and several are named",
      {
        code: "second-judge-alone",
        remedy: "Name the cheap judge with --judge and the strong one with --second-judge, one each.",
      },
    );
  if (jury !== undefined)
    throw new ConfigError(
      "a jury reads judges that judge everything, and a second judge is asked on some of it",
      {
        code: "second-judge-and-jury",
        remedy: "Name both judges under `judges:` for a jury, or leave --jury out.",
      },
    );
  if (queue !== undefined)
    throw new ConfigError(
      "a second judge and --queue do not go together yet: workers get their questions beforehand",
      {
        code: "second-judge-and-queue",
        remedy:
          "Leave out --queue, or judge afterwards with `assay judge RUN --judge NAME --second-judge NAME`.",
      },
    );
  if (stopWhen === "decided" || precision !== undefined)
    throw new ConfigError(
      "a run that may stop early decides on the verdicts of one judge, not on figures corrected by a second",
      {
        code: "second-judge-and-stop",
        remedy: "Leave out --stop-when and --precision, or --second-judge.",
      },
    );
}
