import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../core/errors.js";
import type { JudgeCard } from "../core/judge-card.js";
import { joinCards } from "../core/judge-card.js";
import type { ManifestProtocol } from "../core/manifest.js";
import { JUDGE_CARD, readJudgeCard, readRunCard, updateJudgeCard } from "../store/judge-card-file.js";

/**
 * What is known of judges outside of run folders: the card that is named, else `judge-card.json` of the working directory.
 * @throws ConfigError for a named file that is not there; DataError for one that is no judge card.
 */
export function knownJudges(named: string | undefined): JudgeCard | undefined {
  if (named !== undefined && !existsSync(named)) {
    throw new ConfigError(`there is no judge card ${named}`, {
      code: "judge-card-missing",
      remedy: "Fix the path, or write it with `assay judge-bench … --card FILE`.",
    });
  }
  return readJudgeCard(named ?? JUDGE_CARD);
}

/** Keeps in a run folder what was known of its judges, so that it is scored alike on another machine. */
export async function keepRunCard(
  run: string,
  protocols: readonly ManifestProtocol[],
  card: JudgeCard | undefined,
): Promise<void> {
  const models = new Set(protocols.flatMap(({ id, judgeModel }) => [id, judgeModel]));
  const judges = Object.fromEntries(
    Object.entries(card?.judges ?? {}).filter(
      ([key, entry]) => models.has(key) || models.has(entry.judgeModel),
    ),
  );
  if (Object.keys(judges).length === 0) return;
  const own: JudgeCard = { schema: "assay.judge-card/1", judges };
  const before = readRunCard(run);
  const joined = joinCards(before === undefined ? [own] : [before, own]);
  if (JSON.stringify(before) === JSON.stringify(joined)) return;
  await updateJudgeCard(join(run, JUDGE_CARD), own);
}
