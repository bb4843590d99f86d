import { sha256 } from "../../core/hash.js";
import { presentFields } from "../../core/present-fields.js";
import type { Answer, Question, Usage } from "../../core/records.js";
import { conversation, rightAnswers } from "../published/conversation.js";
import type {
  PublishedBoard,
  PublishedItem,
  PublishedModel,
  PublishedRun,
} from "../published/published-run.js";

/** What ties samples to their aggregate file. */
export interface SampleKeys {
  readonly evaluationId: string;
  readonly modelId: string;
  /** The figure whose mean the samples are. */
  readonly evaluationName: string;
  readonly resultId: string;
}

/** From which value on a sample is called correct: the middle of the scale, or the one right value. */
interface Threshold {
  readonly means: string;
  readonly isCorrect: (value: number) => boolean;
}

function thresholdOf({ board }: PublishedBoard): Threshold {
  if (board.metric === "rating" && board.figure === "accuracy")
    return { means: "the right answer", isCorrect: (value) => value >= 100 };
  const { low, high } =
    board.metric === "rating" ? (board.scale ?? { low: 1, high: 10 }) : { low: 0, high: 100 };
  const middle = (low + high) / 2;
  return board.metric === "rating"
    ? {
        means: `a score of at least ${middle}, the middle of its scale`,
        isCorrect: (value) => value >= middle,
      }
    : { means: "preferred to the answer that it was compared with", isCorrect: (value) => value > middle };
}

function interaction(question: Question, answer: Answer | undefined, turn: number): object {
  const messages = conversation(question, answer, turn);
  const isSingle = turn === 1 && question.context === undefined && question.system === undefined;
  const reasoning = answer?.turns[turn - 1]?.reasoning;
  if (isSingle)
    return {
      interaction_type: "single_turn",
      output: {
        raw: messages.slice(1).map(({ content }) => content),
        ...(reasoning === undefined ? {} : { reasoning_trace: [reasoning] }),
      },
    };
  return {
    interaction_type: "multi_turn",
    messages: messages.map((message, turn_idx) => ({
      turn_idx,
      ...message,
      ...(reasoning !== undefined && turn_idx === messages.length - 1 ? { reasoning_trace: reasoning } : {}),
    })),
  };
}

function attribution(
  question: Question,
  answer: Answer | undefined,
  turn: number,
  read: { readonly value: string; readonly method: string },
): object {
  const last = conversation(question, answer, turn).length - 1;
  const isSingle = turn === 1 && question.context === undefined && question.system === undefined;
  return {
    turn_idx: isSingle ? 0 : last,
    source: isSingle ? "output.raw" : `messages[${last}].content`,
    extracted_value: read.value,
    extraction_method: read.method,
    is_terminal: true,
  };
}

/** Tokens of the turns that were judged, where the endpoint counted all of them. */
function tokensOf(answer: Answer | undefined, turn: number): object | undefined {
  const usages = (answer?.turns ?? []).slice(0, turn).map(({ usage }) => usage);
  const known = usages.filter((usage) => usage !== undefined);
  if (known.length === 0 || known.length < usages.length) return undefined;
  const sum = (of: (usage: Usage) => number) => known.reduce((total, usage) => total + of(usage), 0);
  const [input, output] = [sum((usage) => usage.inputTokens), sum((usage) => usage.outputTokens)];
  return { input_tokens: input, output_tokens: output, total_tokens: input + output };
}

function readOf(board: PublishedBoard, model: string, item: PublishedItem, value: number) {
  const judgment = board.judgmentAt(model, item);
  const verdict = judgment?.status === "judged" ? judgment.verdict : undefined;
  const compared = verdict?.kind === "rating" ? verdict.compared : undefined;
  if (compared === undefined) return { value: String(value), method: "llm_judge" };
  return { value: compared.outcome === "unreadable" ? "" : compared.read, method: "answer_key" };
}

/**
 * Rows of `…_samples.jsonl`: one for each place of the board with a usable verdict. Their mean is the figure that they are
 * tied to, as long as every place has as many values as the others.
 */
export function sampleRows(
  board: PublishedBoard,
  { model, items }: PublishedModel,
  run: PublishedRun,
  keys: SampleKeys,
): object[] {
  const questions = new Map(board.suite.questions.map((question) => [question.id, question]));
  const threshold = thresholdOf(board);
  return items.flatMap((item) => {
    const { questionId, category, turn, trial, value } = item;
    const question = questions.get(questionId);
    if (value === undefined || question === undefined) return [];
    const answer = run.answerTo(board.suite.id, model, item);
    const raw = question.turns[turn - 1] ?? "";
    const reference = rightAnswers(question, turn);
    return [
      {
        schema_version: "0.3.0",
        evaluation_id: keys.evaluationId,
        model_id: keys.modelId,
        evaluation_name: keys.evaluationName,
        evaluation_result_id: keys.resultId,
        sample_id: questionId,
        sample_hash: sha256(raw + reference.join("")),
        ...interaction(question, answer, turn),
        input: {
          raw,
          reference,
          ...(question.key?.kind === "choice" ? { choices: question.key.choices } : {}),
        },
        answer_attribution: [attribution(question, answer, turn, readOf(board, model, item, value))],
        evaluation: { score: value, is_correct: threshold.isCorrect(value), num_turns: turn },
        ...presentFields({ token_usage: tokensOf(answer, turn) }),
        metadata: {
          category,
          turn: String(turn),
          trial: String(trial),
          judge_protocol: board.board.protocol,
          is_correct_means: threshold.means,
        },
      },
    ];
  });
}
