import type { Board } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { STYLE_FEATURES, type StyleControlled, type StyleFeature } from "../../core/style-control.js";
import {
  controlledProtocol,
  type FrozenBoardStyle,
  frozenStyleId,
  frozenStyleOf,
  frozenStyleSource,
} from "../../core/style-reference.js";
import {
  type ControlledScore,
  controlStyle,
  type StyleControl,
} from "../../stats/contextual/style-control.js";
import {
  type FrozenStyle,
  STYLE_CONTROL_V2,
  type StyledBattle,
} from "../../stats/contextual/style-options.js";
import type { BoardStyles } from "./board-styles.js";
import { type BoardInput, pairsOf, referenceOf } from "./build-board.js";
import { outcomeBattles, outcomeScoringOf } from "./outcome-rows.js";
import { type PlacedBattle, pairwiseTallies } from "./pairwise-rows.js";
import { preferenceEntries } from "./preference-entries.js";

/** The comparisons of a board, as its own figures count them. */
export function battlesOf({ metric, subjects, rows, frame, outcomes }: BoardInput): readonly PlacedBattle[] {
  const pairs = pairsOf(subjects);
  if (metric === "win-rate") return pairwiseTallies(pairs, rows, frame).battles;
  if (metric === "outcomes")
    return outcomeBattles(pairs, rows, frame, outcomeScoringOf(presentFields({ outcomes })));
  const turns = new Map(frame.slots.map(({ questionId, turn }) => [questionId, turn]));
  const asked = new Map<string, Set<string>>();
  for (const [model, opponent] of pairs) asked.set(model, (asked.get(model) ?? new Set()).add(opponent));
  return Array.from(preferenceEntries(pairs, rows, frame), ([model, { entries }]) =>
    entries.flatMap(({ questionId, trial, opponent, preference }): PlacedBattle[] => {
      // Where models meet each other, a pair's entries are there from either side.
      if (preference === null || model === opponent || asked.get(model)?.has(opponent) !== true) return [];
      const turn = turns.get(questionId) ?? 1;
      return [{ a: model, b: opponent, shareA: preference, cluster: questionId, turn, trial }];
    }),
  ).flat();
}

function placeOf({ cluster, turn, trial, a, b, shareA }: PlacedBattle): string {
  return compositeKey(cluster, turn, trial, a, b, shareA);
}

/** In an order of their own: sums must not depend on the order in which records were appended or merged. */
function inOrder<Placed extends PlacedBattle>(battles: readonly Placed[]): Placed[] {
  const placed = battles.map((battle) => ({ battle, place: placeOf(battle) }));
  placed.sort((x, y) => (x.place < y.place ? -1 : x.place > y.place ? 1 : 0));
  return placed.map(({ battle }) => battle);
}

/** The comparisons of a board with the styles of both answers; those of which one is not known are left out. */
export function styledBattles(input: BoardInput, styles: BoardStyles): StyledBattle[] {
  const styled = battlesOf(input).flatMap((battle) => {
    const { a, b, cluster, trial, turn } = battle;
    const styleA = styles.of(a, cluster, trial, turn);
    const styleB = styles.of(b, cluster, trial, turn);
    return styleA === undefined || styleB === undefined ? [] : [{ ...battle, styleA, styleB }];
  });
  return inOrder(styled);
}

function controlledRow(
  { score, standardError, interval, raw, battles, gains, reason }: ControlledScore,
  { features }: StyleControl,
): StyleControlled {
  const gain = (feature: StyleFeature) => gains[features.findIndex((one) => one.feature === feature)] ?? null;
  return {
    score,
    standardError,
    interval,
    raw,
    moved: score === null || raw === null ? null : score - raw,
    n: battles,
    features: Object.fromEntries(STYLE_FEATURES.map((feature) => [feature, gain(feature)])) as Record<
      StyleFeature,
      number | null
    >,
    ...presentFields({ reason: reason ?? undefined }),
  };
}

function frozenOf({ form, features }: FrozenBoardStyle): FrozenStyle {
  return {
    form,
    features: features.map(({ feature }) => feature),
    means: features.map(({ mean }) => mean),
    deviations: features.map(({ deviation }) => deviation),
    coefficients: features.map(({ coefficient }) => coefficient),
  };
}

/** What must be said where a reference was given and does not fit the board, or not quite. */
export function styleWarnings(board: Board, { styleReference }: BoardInput): Warning[] {
  if (styleReference === undefined || board.style === undefined) return [];
  const found = frozenStyleOf(styleReference, board);
  const name = `${board.suite} × ${board.protocol}${board.baseline === undefined ? "" : ` against ${board.baseline}`}`;
  if (found === undefined) {
    const message = `the style reference holds nothing of ${name}; style was fitted to this board's models together`;
    return [{ code: "style-reference-unused", message }];
  }
  if (found.tokens === board.style.tokens) return [];
  const message = `the style reference of ${name} counted tokens by ${found.tokens}, this board by ${board.style.tokens}`;
  return [{ code: "style-tokens-differ", message }];
}

/** A pairwise board with what its models would win if all answers were alike in style, where the styles are known. */
export function boardWithStyle(board: Board, input: BoardInput): Board {
  const { styles, head } = input;
  if (styles === undefined || board.metric === "rating") return board;
  const battles = styledBattles(input, styles);
  if (battles.length === 0) return board;
  const baseline = referenceOf(head);
  const found = input.styleReference && frozenStyleOf(input.styleReference, board);
  const frozen = found && frozenOf(found);
  const control = controlStyle(battles, {
    // A board of outcomes is Arena-Hard's, and so is its style control.
    ...(board.metric === "outcomes" ? (input.outcomes?.style ?? STYLE_CONTROL_V2) : {}),
    ...presentFields({ baseline, frozen }),
  });
  const scores = new Map(control.models.map((model) => [model.model, model]));
  const models = board.models.map((row) => {
    const own = row.model === baseline ? undefined : scores.get(row.model);
    return own === undefined ? row : { ...row, styleControlled: controlledRow(own, control) };
  });
  const { form, features, rows: n, clusters: questions, kktResidual } = control;
  const reason = control.reason ?? undefined;
  const reference =
    found === undefined ? null : { id: frozenStyleId(found), source: frozenStyleSource(found) };
  const centred = features.some(({ mean }) => mean !== 0);
  const protocol = controlledProtocol(board.protocol, found);
  const style = {
    form,
    centred,
    tokens: styles.tokens,
    reference,
    protocol,
    features,
    n,
    questions,
    kktResidual,
  };
  // Each row is of the kind that it was.
  return { ...board, style: { ...style, ...presentFields({ reason }) }, models } as Board;
}
