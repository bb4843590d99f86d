import type { Manifest, ManifestProtocol } from "../core/manifest.js";
import type { Answer, Judgment } from "../core/records.js";
import { Accounting } from "./accounting.js";
import { askedBy } from "./asked.js";
import {
  prettyJson,
  readSentinelJudgments,
  readSuites,
  runPaths,
  writeFileAtomically,
} from "./run-folder.js";
import { SecondDraws } from "./second-draws.js";
import { type RecordVisitor, type Standing, visitRecords } from "./visit-records.js";

/** How a run ended, for its manifest. */
export interface RunEnd {
  readonly status: Manifest["status"];
  /** ISO 8601; null for a run that goes on. */
  readonly finishedAt: string | null;
  readonly elapsedMs: number;
}

/** Counts the records of a run for its manifest. */
export class ManifestCount implements RecordVisitor {
  readonly needs = "replies";
  private readonly accounting = new Accounting();
  private readonly protocols: ReadonlyMap<string, ManifestProtocol>;
  private readonly seconds: SecondDraws;

  constructor(private readonly manifest: Manifest) {
    this.protocols = new Map(manifest.protocols.map((protocol) => [protocol.id, protocol]));
    this.seconds = new SecondDraws(manifest.protocols, manifest.seed);
  }

  answer(answer: Answer, isAsked: boolean): void {
    this.accounting.addAnswer(answer, isAsked);
  }

  judgment(judgment: Judgment, standing: Standing): void {
    const protocol = this.protocols.get(judgment.protocol);
    const judgeModel = protocol?.judgeModel ?? "(a judge of an earlier configuration)";
    this.accounting.addJudgment(judgment, judgeModel, standing === "counts", protocol?.replacement?.protocol);
    this.seconds.judgment(judgment, standing);
  }

  /** Counts calls and names of verdicts that no board holds: those on a sentinel's anchors. */
  addUnplaced(judgments: Iterable<Judgment>): void {
    for (const judgment of judgments) this.judgment(judgment, "not-asked");
  }

  /** The manifest with what was counted. */
  close(end: RunEnd): Manifest {
    const { manifest, accounting } = this;
    // What a second judge is asked is known only from what the first one said.
    const protocols = manifest.protocols.map((protocol) => {
      const count = this.seconds.count(protocol.id);
      return count === undefined ? protocol : { ...protocol, planned: count.due };
    });
    const before = manifest.protocols.reduce((sum, { planned }) => sum + planned, 0);
    const due = protocols.reduce((sum, { planned }) => sum + planned, 0) - before;
    return {
      ...manifest,
      status: end.status,
      finishedAt: end.finishedAt,
      durationMs: manifest.durationMs + Math.round(end.elapsedMs),
      models: manifest.models.map((model) => accounting.withNames(model, "answers")),
      judgeModels: manifest.judgeModels.map((model) => accounting.withNames(model, "judgments")),
      totals: accounting.callTotals(),
      failures: accounting.failures(),
      answers: { planned: manifest.answers.planned, ...accounting.answerCounts() },
      protocols,
      judgments: {
        // Counts of an earlier configuration, such as those that its replacement filled, do not stay.
        planned: manifest.judgments.planned + due,
        ...accounting.judgmentCounts(),
      },
    };
  }
}

/** Counts the records of a run into its manifest. @throws DataError for damaged files. */
export function closeManifest(run: string, manifest: Manifest, end: RunEnd): Manifest {
  const count = new ManifestCount(manifest);
  count.addUnplaced(readSentinelJudgments(run));
  visitRecords(run, askedBy(manifest, readSuites(run)), [count]);
  return count.close(end);
}

/** Writes `run.json`. */
export async function writeManifest(run: string, manifest: Manifest): Promise<void> {
  await writeFileAtomically(runPaths.manifest(run), prettyJson(manifest));
}
