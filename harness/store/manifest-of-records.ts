import type { Manifest } from "../core/manifest.js";
import { Accounting } from "./accounting.js";
import { CurrentAnswers } from "./answer-facts.js";
import { askedBy } from "./asked.js";
import {
  prettyJson,
  readAnswers,
  readJudgments,
  readSuites,
  runPaths,
  writeFileAtomically,
} from "./run-folder.js";

/** Counts the records of a run into its manifest. */
export function closeManifest(
  run: string,
  manifest: Manifest,
  end: { readonly status: Manifest["status"]; readonly finishedAt: string; readonly elapsedMs: number },
): Manifest {
  const accounting = new Accounting();
  const judgeModels = new Map(manifest.protocols.map((protocol) => [protocol.id, protocol.judgeModel]));
  const asked = askedBy(manifest, readSuites(run));
  const answers = new CurrentAnswers();
  for (const answer of readAnswers(run)) {
    answers.add(answer);
    accounting.addAnswer(answer, asked.answer(answer));
  }
  for (const judgment of readJudgments(run)) {
    const judgeModel = judgeModels.get(judgment.protocol) ?? "(a judge of an earlier configuration)";
    accounting.addJudgment(judgment, judgeModel, asked.judgment(judgment) && !answers.isStale(judgment));
  }
  return {
    ...manifest,
    status: end.status,
    finishedAt: end.finishedAt,
    durationMs: manifest.durationMs + Math.round(end.elapsedMs),
    models: manifest.models.map((model) => accounting.withNames(model, "answers")),
    judgeModels: manifest.judgeModels.map((model) => accounting.withNames(model, "judgments")),
    totals: accounting.callTotals(),
    failures: accounting.failures(),
    answers: { ...manifest.answers, ...accounting.answerCounts() },
    judgments: { ...manifest.judgments, ...accounting.judgmentCounts() },
  };
}

/** Writes `run.json`. */
export async function writeManifest(run: string, manifest: Manifest): Promise<void> {
  await writeFileAtomically(runPaths.manifest(run), prettyJson(manifest));
}
