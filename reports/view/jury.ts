import type { Board } from "../../harness/core/board.js";
import { countOf, nounFor } from "../../harness/core/count-of.js";
import type { JuryFigures, JuryMethod } from "../../harness/core/jury.js";
import { type FigureFormat, pointerSegment, showFigure } from "./format.js";
import type { JuryView, PartView, Phrase, ShownFigure } from "./records.js";

const BY: Readonly<Record<JuryMethod, string>> = {
  mean: "the mean",
  median: "the median",
  majority: "the majority",
  weighted: "the weighted mean",
  learned: "the verdict, weighted by how often each was right,",
};

/** What judges weigh, and what that was learned from. */
function weightsPhrase(jury: JuryFigures, at: string): Phrase {
  const isWeighed = jury.members.some(({ weight }) => weight !== undefined);
  if (!isWeighed) return [];
  const members = jury.members.flatMap(({ judge, weight, accuracy, labels }, index): Phrase => {
    const from = `${at}/members/${index}`;
    const shown = showFigure(weight, "plain", `${from}/weight`);
    const right =
      accuracy === undefined
        ? []
        : [
            " (right on ",
            showFigure(accuracy, "plain", `${from}/accuracy`),
            ` of ${countOf(labels ?? 0, "vote")})`,
          ];
    return [index === 0 ? " Weights: " : ", ", { name: judge }, " ", shown, ...right];
  });
  const { learned } = jury;
  if (learned === undefined) return [...members, "."];
  return [
    ...members,
    `, learned from votes on ${countOf(learned.labels, "comparison")} of ${countOf(learned.questions, "question")}; with weights that did not see the vote the jury is right on `,
    showFigure(learned.accuracy, "plain", `${at}/learned/accuracy`),
    ".",
  ];
}

/** How much of what is read as a judge's verdict is that of its replacement. */
function replacementPhrase({ members }: JuryFigures, at: string): Phrase {
  return members.flatMap(({ judge, replacement }, index): Phrase => {
    if (replacement === undefined) return [];
    const place = `${at}/members/${index}/replacement/verdicts`;
    const { verdicts } = replacement;
    const given = [showFigure(verdicts, "count", place), ` ${nounFor(verdicts, "verdict")}`];
    return [" ", { name: replacement.judge }, " gave ", ...given, " in the place of ", { name: judge }, "."];
  });
}

/** Who was left out for which model. */
function guardPhrase({ guarded }: JuryFigures, at: string): Phrase {
  if (guarded === undefined) return [];
  if (guarded.length === 0) return [" No judge is of the family of a model that it judged."];
  const each = guarded.flatMap(
    ({ judge, model, family, items }, index): Phrase => [
      index === 0 ? " Left out under the family guard: " : "; ",
      { name: judge },
      " on ",
      { name: model },
      ...(family === undefined ? [] : [" (family ", { name: family }, ")"]),
      ", ",
      showFigure(items, "count", `${at}/guarded/${index}/items`),
      ` ${nounFor(items, "item")}`,
    ],
  );
  return [...each, "."];
}

/** That a model without a relative's verdicts stands on another level, and what is shown beside it. */
function levelPhrase({ levelled, members }: JuryFigures, at: string): Phrase {
  if (levelled === undefined) return [];
  const { offsets, reason } = levelled;
  const why = " A model that fewer judges rate stands on their level, not on that of all";
  if (offsets === null) return [`${why}; ${reason ?? "their levels are not known"}.`];
  const each = members.flatMap(({ judge, protocol }, index): Phrase => {
    const offset = offsets[protocol];
    const place = `${at}/levelled/offsets/${pointerSegment(protocol)}`;
    return [index === 0 ? "" : ", ", { name: judge }, " ", showFigure(offset, "delta-points", place)];
  });
  return [
    `${why}: the scores at one level take off how far each judge rates above the mean (`,
    ...each,
    ").",
  ];
}

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
  const silent = (field: "abstained" | "failed"): Phrase =>
    jury.members.flatMap((member, index): Phrase => {
      if (member[field] === 0) return [];
      const shown = showFigure(member[field], "count", `${at}/members/${index}/${field}`);
      return ["; ", { name: member.judge }, ` ${field} on `, shown];
    });
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
    ...silent("abstained"),
    ...silent("failed"),
    ".",
    ...replacementPhrase(jury, at),
    ...weightsPhrase(jury, at),
    ...guardPhrase(jury, at),
    ...levelPhrase(jury, at),
    " The judges are fixed and the questions sampled: intervals say nothing of other judges.",
  ];
  const partOf = (
    name: string,
    figures: JuryFigures["leftOut"][number]["models"],
    place: string,
  ): PartView => ({
    name,
    models: models.map((model) => {
      const own = `${place}/models/${pointerSegment(model)}`;
      const none = showFigure(null, format, own);
      const shown = showFigure(figures[model], format, own);
      return { model, figure: shown, standardError: none, interval: null, n: none, doubtful: 0 };
    }),
  });
  const levelled = jury.levelled?.models ?? null;
  const leftOut = [
    ...(levelled === null ? [] : [partOf("judges at one level", levelled, `${at}/levelled`)]),
    ...jury.leftOut.map((entry, index) =>
      partOf(
        `without ${judgeOf.get(entry.protocol) ?? entry.protocol}`,
        entry.models,
        `${at}/leftOut/${index}`,
      ),
    ),
  ];
  return {
    text,
    title:
      levelled === null ? "The jury without each judge" : "The jury at one level, and without each judge",
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
