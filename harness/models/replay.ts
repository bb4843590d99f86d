import { DataError, EndpointError } from "../core/errors.js";
import type { CallSubject, Generation, GenerationRequest, Model } from "../core/records.js";
import { untilAborted } from "./abort.js";
import { type CommonModelOptions, commonFields, modelIdentity } from "./identity.js";
import type { RecordedAnswer, RecordedReply, RecordedVerdict } from "./recording-formats.js";
import { chooseRecordedModel, readRecordings, shortName } from "./recordings.js";

/** What a model needs whose replies were recorded. */
export interface ReplayModelOptions extends CommonModelOptions {
  /** Files, or folders of `.jsonl` and `.json` files; absolute or from the working directory. */
  readonly paths: readonly string[];
  /** Model of the files whose answers are meant, where they hold several. */
  readonly model?: string;
}

const key = (...parts: readonly (string | number | undefined)[]) => JSON.stringify(parts);

function sameReplies(left: readonly RecordedReply[], right: readonly RecordedReply[]): boolean {
  return left.length === right.length && left.every((reply, index) => reply.text === right[index]?.text);
}

/** Recordings by what they are about; of two for the same thing the texts must be equal. */
class RecordingIndex {
  private readonly answers = new Map<string, RecordedAnswer>();
  private readonly verdicts = new Map<string, RecordedVerdict>();

  addAnswer(answer: RecordedAnswer): void {
    const { suite, questionId, instruction, trial } = answer;
    const place = questionId === undefined ? key("text", instruction, trial) : key(suite, questionId, trial);
    const known = this.answers.get(place);
    if (known === undefined) this.answers.set(place, answer);
    else if (!sameReplies(known.turns, answer.turns)) refuseSecond(answer, known);
  }

  addVerdict(verdict: RecordedVerdict): void {
    const { suite, questionId, turn, trial, a, b } = verdict;
    const place = key(suite, questionId, turn, trial, a, b);
    const known = this.verdicts.get(place);
    if (known === undefined) this.verdicts.set(place, verdict);
    else if (!sameReplies(known.replies, verdict.replies)) refuseSecond(verdict, known);
  }

  find(request: GenerationRequest): RecordedReply | undefined {
    const { subject } = request;
    const { suite, questionId, turn, trial } = subject;
    if (subject.kind === "judgment") {
      const { a, b, attempt } = subject;
      const verdict =
        this.verdicts.get(key(suite, questionId, turn, trial, a, b)) ??
        this.verdicts.get(key(undefined, questionId, turn, trial, a, b));
      // A recorded judge says the same again when it is asked again.
      return verdict?.replies[Math.min(attempt, verdict.replies.length) - 1];
    }
    const first = request.messages.find((message) => message.role === "user")?.content;
    const answer =
      this.answers.get(key(suite, questionId, trial)) ??
      this.answers.get(key(undefined, questionId, trial)) ??
      this.answers.get(key("text", first, trial));
    return answer?.turns[turn - 1];
  }
}

function refuseSecond(
  second: RecordedAnswer | RecordedVerdict,
  first: RecordedAnswer | RecordedVerdict,
): never {
  throw new DataError(
    `a second, different recording for the same ${second.kind} as in ${shortName(first.file)}:${first.line}`,
    {
      code: "ambiguous-recordings",
      file: second.file,
      line: second.line,
      remedy: "Keep one of the two, or name in the entry's path only the file that is meant.",
    },
  );
}

function describeSubject(subject: CallSubject): string {
  const about = `question ${subject.questionId}, turn ${subject.turn}, trial ${subject.trial}`;
  if (subject.kind === "answer") return `answer to ${about}`;
  const models = subject.b === undefined ? subject.a : `${subject.a} before ${subject.b}`;
  return `verdict on ${about} (${models})`;
}

/**
 * A model or judge whose replies were recorded: assay's own records, simple recordings, FastChat's,
 * Arena-Hard's and AlpacaEval's files. It is asked nothing and costs nothing. What was not recorded is an error `no-recording`, which is final.
 * A recording without a trial number serves trial 1 alone.
 * @throws DataError for files that cannot be read or hold two different replies for one thing.
 */
export function replayModel(options: ReplayModelOptions): Model {
  const recordings = readRecordings(options.paths);
  const model = chooseRecordedModel(recordings.answers, options.model, options.id);
  const index = new RecordingIndex();
  for (const answer of recordings.answers) {
    if (answer.model === undefined || answer.model === model) index.addAnswer(answer);
  }
  for (const verdict of recordings.verdicts) index.addVerdict(verdict);
  const files = options.paths.map(shortName).join(", ");

  const lookUp = async (request: GenerationRequest): Promise<Generation> => {
    const reply = index.find(request);
    if (reply !== undefined) return { ...reply, recorded: true };
    throw new EndpointError(`no recorded ${describeSubject(request.subject)} in ${files}`, {
      code: "no-recording",
      retryable: false,
      remedy: "Add the recording, or use a model that can be asked.",
    });
  };
  return {
    ...commonFields(options),
    identity: modelIdentity(options, { adapter: "replay", model, recordings: recordings.hash }),
    endpoint: `replay:${options.id}`,
    generate: (request, { signal }) => untilAborted(signal, () => lookUp(request)),
  };
}
