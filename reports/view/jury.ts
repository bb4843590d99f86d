import type { Board } from "../../harness/core/board.js";
import { countOf } from "../../harness/core/count-of.js";
import { type FigureFormat, pointerSegment, showFigure } from "./format.js";
import type { JuryView, PartView, Phrase, ShownFigure } from "./records.js";

const BY = { mean: "the mean", median: "the median", majority: "the majority" } as const;

/** What a jury's board says of its judges; null for the board of one judge. `models` in the order of its rows. */
export function juryView(
  board: Board,
  models: readonly string[],
  format: FigureFormat,
  from: string,
): JuryView | null {
  const { jury } = board;
  if (jury === undefined) return null;
  const at = `${from}/jury`;
  const figure = (name: "effectiveJudges" | "alpha" | "kappa" | "correlation"): ShownFigure =>
    showFigure(jury[name], "plain", `${at}/${name}`, jury.reason ?? undefined);
  const judgeOf = new Map(jury.members.map(({ protocol, judge }) => [protocol, judge]));
  const abstained = jury.members.flatMap(
    (member, index): Phrase =>
      member.abstained === 0
        ? []
        : [
            "; ",
            { name: member.judge },
            " abstained on ",
            showFigure(member.abstained, "count", `${at}/members/${index}/abstained`),
          ],
  );
  const text: Phrase = [
    `${BY[jury.method]} of ${countOf(jury.members.length, "judge")}`.replace(/^t/, "T"),
    ", worth at least ",
    figure("effectiveJudges"),
    " with errors of their own (correlation ",
    figure("correlation"),
    "). Krippendorff's α ",
    figure("alpha"),
    ", mean κ ",
    figure("kappa"),
    " on ",
    showFigure(jury.items, "count", `${at}/items`),
    " items",
    ...abstained,
    ". The judges are fixed and the questions sampled: intervals say nothing of other judges.",
  ];
  const leftOut = jury.leftOut.map(
    (entry, index): PartView => ({
      name: `without ${judgeOf.get(entry.protocol) ?? entry.protocol}`,
      models: models.map((model) => {
        const place = `${at}/leftOut/${index}/models/${pointerSegment(model)}`;
        const none = showFigure(null, format, place);
        const shown = showFigure(entry.models[model], format, place);
        return { model, figure: shown, standardError: none, interval: null, n: none, doubtful: 0 };
      }),
    }),
  );
  return {
    text,
    leftOut,
    splits: jury.splits.map(({ questionId, turn, a, b, verdicts }, index) => ({
      questionId,
      turn,
      models: b === undefined ? [a] : [a, b],
      verdicts: Object.entries(verdicts).map(([protocol, value]) => ({
        judge: judgeOf.get(protocol) ?? protocol,
        figure: showFigure(value, "plain", `${at}/splits/${index}/verdicts/${pointerSegment(protocol)}`),
      })),
    })),
  };
}
