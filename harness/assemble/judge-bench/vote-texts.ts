import { existsSync } from "node:fs";
import { loadSuite } from "../../../suites/registry.js";
import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { readJsonLines } from "../../core/jsonl.js";
import type { LabelledPair } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import type { Services } from "../../core/services.js";
import { assetFinder, publishedAnswers } from "../../data/asset-finder.js";
import { importFastChatAnswers, readFastChatAnswers } from "../../interop/fastchat/answers.js";
import { votedPairId } from "../../interop/judge-bench/votes.js";
import type { LabelledSet } from "../../pipeline/judge-bench/bench-set.js";

/** The benchmark whose questions MT-Bench's votes are about. */
const SUITE = "mt-bench";

/** Texts of answers by model and question. */
type Texts = Map<string, readonly string[]>;

/** Adds a file's answers under each row's own model, or under one that is given; the first answer of each counts. */
function addAnswers(texts: Texts, file: string, model?: string): void {
  const answers =
    model === undefined
      ? importFastChatAnswers(readJsonLines(file), { file, suite: SUITE })
      : readFastChatAnswers(file, { suite: SUITE, model });
  for (const { model: id, questionId, trial, turns } of answers) {
    const key = compositeKey(id, questionId);
    if (trial === 1 && !texts.has(key))
      texts.set(
        key,
        turns.map(({ text }) => text),
      );
  }
}

async function textsOf(
  models: readonly string[],
  files: readonly string[],
  services: Services,
): Promise<Texts> {
  const texts: Texts = new Map();
  for (const file of files) {
    if (!existsSync(file)) {
      throw new ConfigError(`there is no file ${file} of answers`, {
        code: "file-not-found",
        remedy: "Check the path.",
      });
    }
    addAnswers(texts, file);
  }
  for (const model of models) {
    const published = await publishedAnswers(services)(SUITE, model);
    if (published !== undefined) addAnswers(texts, published, model);
  }
  return texts;
}

/**
 * Votes on MT-Bench with the texts that were voted on: its questions, and the published answers of the models or those of
 * files in FastChat's layout. Pairs of which an answer is not known are left out, which is said.
 * @throws ConfigError, DataError.
 */
export async function withVotedTexts(
  set: LabelledSet,
  files: readonly string[],
  services: Services,
): Promise<{ readonly set: LabelledSet; readonly warnings: readonly Warning[] }> {
  const models = [...new Set(set.pairs.flatMap(({ answersBy = [] }) => answersBy))];
  const texts = await textsOf(models, files, services);
  const { questions } = await loadSuite(SUITE, assetFinder(services));
  const byId = new Map(questions.map((question) => [question.id, question]));
  const votes = new Map((set.votes ?? []).map((vote) => [votedPairId(vote), vote]));
  const lacking = new Set<string>();
  const pairs = set.pairs.flatMap((pair): LabelledPair[] => {
    const vote = votes.get(pair.id);
    const question = byId.get(vote?.questionId ?? "");
    if (vote === undefined || question === undefined) return [];
    const [a, b] = vote.models.map((model) => texts.get(compositeKey(model, vote.questionId)));
    for (const [index, found] of [a, b].entries())
      if (found === undefined) lacking.add(vote.models[index] ?? "");
    if (a === undefined || b === undefined || Math.min(a.length, b.length) < vote.turn) return [];
    const upTo = (given: readonly string[]) => given.slice(0, vote.turn);
    const { category, reference } = question;
    const own = { prompt: upTo(question.turns), a: upTo(a), b: upTo(b), category };
    return [
      {
        ...pair,
        ...own,
        ...presentFields({ reference: reference === undefined ? undefined : upTo(reference) }),
      },
    ];
  });
  const left = set.pairs.length - pairs.length;
  if (left === 0) return { set: { ...set, pairs }, warnings: [] };
  const who = lacking.size === 0 ? "" : `, of ${[...lacking].sort().join(", ")}`;
  const message = `${left} of ${countOf(set.pairs.length, "pair")} of ${set.name} are left out: their question or answers are not here${who} (--answers FILE names a file of FastChat's model_answer)`;
  return { set: { ...set, pairs }, warnings: [{ code: "texts-missing", message, count: left }] };
}
