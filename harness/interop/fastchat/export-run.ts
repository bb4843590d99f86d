import { join } from "node:path";
import { compositeKey } from "../../core/composite-key.js";
import type { Manifest } from "../../core/manifest.js";
import type { Warning } from "../../core/records.js";
import { countingRecords } from "../../store/counting-records.js";
import { readManifest, readSuites } from "../../store/run-folder.js";
import { exportFastChat, writeFastChatFiles } from "./export.js";

/**
 * FastChat knows a judge by its model and averages whatever stands under one name: a second protocol of a judge model
 * goes by its own id, so that figures of different protocols stay apart.
 */
export function judgeNamesOf({ protocols }: Manifest): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    protocols.map(({ id, suite, mode, judgeModel }) => {
      const key = compositeKey(suite, mode === "single", judgeModel);
      const name = taken.has(key) ? id : judgeModel;
      taken.add(key);
      return [id, name];
    }),
  );
}

/**
 * Writes a run in the layout that FastChat's `llm_judge` reads: one folder per suite, `data/BENCH/`, below `out`.
 * @returns Files written and what has no place in them.
 */
export async function exportRunToFastChat(
  run: string,
  out: string,
): Promise<{ files: string[]; warnings: readonly Warning[] }> {
  const manifest = readManifest(run);
  const judgeNames = judgeNamesOf(manifest);
  const suites = readSuites(run);
  const { answers, judgments } = countingRecords(run);
  const files: string[] = [];
  const warnings: Warning[] = [];
  for (const suite of suites) {
    const content = exportFastChat({
      questions: suite.questions,
      answers: answers.filter((answer) => answer.suite === suite.id),
      judgments: judgments.filter((judgment) => judgment.suite === suite.id),
      judgeModelOf: (protocol) => judgeNames.get(protocol) ?? protocol,
    });
    const folder = join(out, suite.id.replace(/[^A-Za-z0-9]+/g, "_"));
    await writeFastChatFiles(folder, content.files);
    files.push(...content.files.map((file) => join(folder, file.path)));
    warnings.push(...content.omitted);
  }
  return { files, warnings };
}
