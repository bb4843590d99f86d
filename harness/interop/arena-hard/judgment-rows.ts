import { labelOfVerdict } from "../../core/arena-hard-labels.js";
import { compositeKey } from "../../core/composite-key.js";
import { timestampOf } from "../../core/fastchat-row.js";
import type { Json } from "../../core/json.js";
import type { ManifestProtocol } from "../../core/manifest.js";
import { presentFields } from "../../core/present-fields.js";
import type { Judgment, OutcomeRule, Question } from "../../core/records.js";
import { outcomeWeight } from "../../pipeline/scores/outcome-rows.js";
import { type ArenaHardLayout, type ArenaHardRecord, judgedCategory } from "./answer-rows.js";

type Judged = Extract<Judgment, { status: "judged" }>;

/** The two games of a question: game 1 shows the baseline first, game 2 the model. */
interface GamePair {
  readonly model: string;
  readonly questionId: string;
  readonly category: string;
  readonly at: string;
  readonly games: [Judged | undefined, Judged | undefined];
}

function textOf({ replies }: Judged): string {
  return replies.map(({ text }) => text).join("\n");
}

/** A label that is none of the five, as an imported file holds it. */
function unknownLabelOf({ request }: Judged): string | undefined {
  const kept = request.parameters.extra?.arenaHardLabel;
  return typeof kept === "string" ? kept : undefined;
}

function gameOf(game: Judged | undefined, layout: ArenaHardLayout): Json {
  if (game === undefined) return null;
  const { messages } = game.request;
  const unknown = unknownLabelOf(game);
  const label = labelOfVerdict(game.verdict);
  if (layout === "v2") {
    const prompt = messages.map(({ role, content }) => ({ role, content }));
    // `show_result.py` stops at a `score` that is none of its labels, and drops a judgment with a null one.
    return {
      score: label,
      ...presentFields({ unknown_label: unknown }),
      judgment: { answer: textOf(game) },
      prompt,
    };
  }
  const user = messages.findLast(({ role }) => role === "user")?.content ?? "";
  return { user_prompt: user, judgment: textOf(game), score: unknown ?? label };
}

/** Pairs the games of each question, trial and repeat; judgments that were skipped or failed leave their game out. */
export function pairGames(judgments: readonly Judgment[], baseline: string): GamePair[] {
  const pairs = new Map<string, GamePair>();
  for (const judgment of judgments) {
    const { a, b, questionId, category, trial, repeat = 1, at } = judgment;
    if (b === undefined) continue;
    const game = a === baseline ? 0 : 1;
    const model = game === 0 ? b : a;
    const key = compositeKey(model, questionId, trial, repeat);
    const pair = pairs.get(key) ?? { model, questionId, category, at, games: [undefined, undefined] };
    pairs.set(key, pair);
    if (judgment.status === "judged") pair.games[game] = judgment;
  }
  return [...pairs.values()];
}

/** A question's judgment in either layout. v0.1 has no place for a first game that failed: such a row keeps null. */
export function judgmentRow(
  pair: GamePair,
  { baseline = "" }: Pick<ManifestProtocol, "baseline">,
  judge: string,
  question: Question | undefined,
  layout: ArenaHardLayout,
): ArenaHardRecord {
  const { model, questionId, category } = pair;
  const [first, second] = pair.games;
  const games = [gameOf(first, layout), gameOf(second, layout)];
  if (layout === "v2")
    return { uid: questionId, category: judgedCategory(question, category), judge, model, baseline, games };
  const isCut = second === undefined && first !== undefined;
  return {
    question_id: questionId,
    model,
    judge,
    games: isCut ? games.slice(0, 1) : games,
    tstamp: timestampOf(pair.at),
  };
}

const WINNERS = { a: "model_a", b: "model_b", tie: "tie" } as const;

/** v0.1's battle rows of a question: model_a is the baseline, a double arrow stands several times. */
export function battleRows(pair: GamePair, baseline: string, rule: OutcomeRule): ArenaHardRecord[] {
  return pair.games.flatMap((game, index) => {
    if (game?.verdict.kind !== "preference") return [];
    const { winner } = game.verdict;
    // Game 1 shows the baseline first, as the row does; game 2 the other way round.
    const turned = winner === "tie" ? winner : winner === "a" ? "b" : "a";
    const won = WINNERS[index === 0 ? winner : turned];
    const row = { question_id: pair.questionId, model_a: baseline, model_b: pair.model, winner: won };
    return Array.from({ length: outcomeWeight(game.verdict, rule) }, () => row);
  });
}
