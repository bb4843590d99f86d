import { z } from "zod";
import { presentFields } from "../harness/core/present-fields.js";
import type { AssetFile, AssetUse, Question, Suite } from "../harness/core/records.js";
import { createSuite } from "./create-suite.js";
import { MT_BENCH_SAMPLING } from "./mt-bench-sampling.js";
import { misfit, readQuestions, validated } from "./read-questions.js";
import { readSourceFile, type SourceFile } from "./source-file.js";
import type { SuiteContext } from "./suite-context.js";

const referenceRow = z.object({
  question_id: z.union([z.int(), z.string()]).transform(String),
  choices: z.array(z.object({ turns: z.array(z.string()) })).min(1),
});

function listOf(source: SourceFile): readonly unknown[] {
  return Array.isArray(source.root) ? source.root : [];
}

/** Reference answers of a FastChat `reference_answer/*.jsonl` file by question id. */
async function readReferences(file: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const source = await readSourceFile(file);
  const references = new Map<string, readonly string[]>();
  for (const [index, row] of listOf(source).entries()) {
    const { question_id: id, choices } = await validated(referenceRow, row, source, [index], []);
    if (references.has(id))
      throw await misfit(source, [index], `repeats the reference answer to question ${id}`);
    references.set(id, choices[0]?.turns ?? []);
  }
  return references;
}

function use(id: string, file: AssetFile): AssetUse {
  return { id, sha256: file.sha256, pinned: file.pinned };
}

/**
 * The reference answer that the judge is shown is the suite's (GPT-4's); hints that `question.jsonl` itself carries
 * stay in the metadata, where an export finds them.
 */
function withReference(question: Question, reference: readonly string[] | undefined): Question {
  const { reference: hints, metadata, ...rest } = question;
  const kept = hints === undefined ? metadata : { ...metadata, reference: hints };
  return {
    ...rest,
    ...presentFields({ reference, metadata: kept }),
  };
}

async function loadFastChatBench(
  context: SuiteContext,
  bench: { readonly id: string; readonly title: string },
): Promise<Suite> {
  const ids = [`${bench.id}/questions`, `${bench.id}/reference-answers`] as const;
  const questionFile = await context.locateAsset(ids[0]);
  const referenceFile = await context.locateAsset(ids[1]);
  const source = await readSourceFile(questionFile.path);
  const { questions: read } = await readQuestions(source, listOf(source), []);
  const references = await readReferences(referenceFile.path);
  const questions = read.map(({ question }) => withReference(question, references.get(question.id)));
  return createSuite({
    ...bench,
    questions,
    sampling: MT_BENCH_SAMPLING,
    defaultJudge: "mt-bench",
    defaultMode: "single",
    defaultBaseline: "gpt-3.5-turbo",
    assets: [use(ids[0], questionFile), use(ids[1], referenceFile)],
  });
}

/**
 * MT-Bench (Zheng et al. 2023, arXiv 2306.05685): 80 two-turn questions in eight categories, with GPT-4's reference
 * answers to reasoning, math and coding. The references belong to the suite; the original looks them up under the
 * judge's name.
 */
export function loadMtBench(context: SuiteContext): Promise<Suite> {
  return loadFastChatBench(context, { id: "mt-bench", title: "MT-Bench" });
}

/** The older single-turn bench of FastChat: 80 questions in nine categories, references for coding and math. */
export function loadVicunaBench(context: SuiteContext): Promise<Suite> {
  return loadFastChatBench(context, { id: "vicuna-bench", title: "Vicuna bench" });
}
