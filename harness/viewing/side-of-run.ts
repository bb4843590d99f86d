import type { Clock } from "../core/clock.js";
import { compositeKey } from "../core/composite-key.js";
import { countOf } from "../core/count-of.js";
import { AssayError } from "../core/errors.js";
import type { RecordPlace, SeenVerdict } from "../core/live-run.js";
import type { Manifest, ManifestProtocol } from "../core/manifest.js";
import type { Answer, Judgment, VerdictPlace } from "../core/records.js";
import { fingerprintOf } from "../store/fingerprint.js";
import { isAnswer, isJudgment } from "../store/record-shape.js";
import { answerPlace } from "../store/resume.js";
import { runPaths } from "../store/run-folder.js";
import { LineReader } from "./lines.js";
import type { RecordFile, RunFiles } from "./run-files.js";

/** Records of one model that are laid beside another's at most. */
const MOST_RECORDS = 200_000;
/** Bytes that are read before others have a turn. */
const READ_AT_ONCE = 1 << 20;

/** An answer as it is laid beside another: what it said, in eight bytes. */
export interface SideAnswer {
  readonly place: RecordPlace;
  readonly suite: string;
  readonly questionId: string;
  readonly category: string;
  readonly trial: number;
  readonly taskId: string;
  /** Equal for equal texts; of a failure, of its code. */
  readonly said: string;
}

/** A verdict as it is laid beside another. */
export interface SideVerdict extends Omit<VerdictPlace, "a" | "b" | "order"> {
  readonly seen: SeenVerdict;
  readonly protocol: string;
  readonly suite: string;
  readonly against: string | undefined;
  readonly order: 1 | 2 | undefined;
}

/** One model of one run: the last record of each place, texts left out. */
export interface SideOfRun {
  readonly answers: ReadonlyMap<string, SideAnswer>;
  readonly verdicts: readonly SideVerdict[];
}

function sideAnswer(answer: Answer, place: RecordPlace): SideAnswer {
  const { suite, questionId, category, trial, taskId, status, turns } = answer;
  const texts = status === "failed" ? [answer.error.code] : turns.map(({ text }) => text);
  const said = texts.map((text) => fingerprintOf(text)).join(" ");
  return { place, suite, questionId, category, trial, taskId, said: `${status} ${said}` };
}

/** A judgment seen from a model; undefined for one that holds no verdict. */
function seenVerdict(judgment: Judgment, model: string, place: RecordPlace): SeenVerdict | undefined {
  if (judgment.status !== "judged") return undefined;
  const { verdict, b } = judgment;
  const kind = b === undefined ? "rating" : "preference";
  if (verdict.kind === "rating") return { ...place, kind, value: verdict.rating };
  if (verdict.kind !== "preference") return { ...place, kind, value: null };
  return { ...place, kind, value: b === model ? verdict.weightB : 1 - verdict.weightB };
}

/** Reads the records of one model. @throws AssayError `too-many-records`. */
export class SideReader {
  private readonly reader = new LineReader();
  private readonly answers = new Map<string, SideAnswer>();
  private readonly verdicts = new Map<string, SideVerdict | undefined>();

  constructor(
    private readonly files: RunFiles,
    private readonly manifest: Manifest,
    private readonly model: string,
    private readonly clock: Clock,
  ) {}

  /** Reads all there is. */
  async read(): Promise<SideOfRun> {
    const { run } = this.files;
    await this.readFile(this.files.numbered(runPaths.answers(run, this.model), "answers"), (value, place) => {
      if (isAnswer(value) && value.model === this.model) this.takeAnswer(value, place);
    });
    for (const protocol of this.manifest.protocols) {
      for (const subject of protocol.subjects) {
        const [a = "", b] = subject;
        if (!subject.includes(this.model)) continue;
        const file = this.files.numbered(runPaths.judgments(run, protocol.id, a, b), "judgments");
        await this.readFile(file, (value, place) => {
          if (isJudgment(value)) this.takeJudgment(value, protocol, place);
        });
      }
    }
    return {
      answers: this.answers,
      verdicts: [...this.verdicts.values()].filter((verdict) => verdict !== undefined),
    };
  }

  private takeAnswer(answer: Answer, place: RecordPlace): void {
    const { suite, model, questionId, trial } = answer;
    this.answers.set(answerPlace(suite, model, questionId, trial), sideAnswer(answer, place));
    this.checkSize();
  }

  private takeJudgment(judgment: Judgment, { id }: ManifestProtocol, place: RecordPlace): void {
    const { model } = this;
    const { suite, questionId, category, trial, turn, a, b, order, protocol, repeat } = judgment;
    if (protocol !== id || (a !== model && b !== model) || repeat !== undefined) return;
    const answer = this.answers.get(answerPlace(suite, model, questionId, trial));
    const given = judgment.answers[a === model ? 0 : 1];
    const isStale = answer !== undefined && answer.taskId !== given;
    const seen = isStale ? undefined : seenVerdict(judgment, model, place);
    const against = b === undefined ? undefined : a === model ? b : a;
    const key = compositeKey(id, suite, questionId, trial, turn, a, b);
    const kept = { protocol, suite, questionId, category, trial, turn, against, order };
    this.verdicts.set(key, seen === undefined ? undefined : { ...kept, seen });
    this.checkSize();
  }

  private checkSize(): void {
    if (this.answers.size + this.verdicts.size <= MOST_RECORDS) return;
    throw new AssayError(
      `${this.model} has more than ${countOf(MOST_RECORDS, "record")} here, which are too many to lay side by side on a page`,
      { code: "too-many-records", remedy: "Use `assay compare` for their figures." },
    );
  }

  private async readFile(
    file: RecordFile,
    onRecord: (value: unknown, place: RecordPlace) => void,
  ): Promise<void> {
    for (let from = 0; ; ) {
      const range = { from, until: Number.POSITIVE_INFINITY, mostBytes: READ_AT_ONCE };
      const read = await this.reader.readFrom(file.path, range, (text, offset) => {
        if (text !== undefined) onRecord(parsed(text), { file: file.index, offset });
      });
      if (read === undefined || !read.more) return;
      from = read.next;
      await this.clock.turn();
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
