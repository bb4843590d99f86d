import { packageFile } from "../harness/core/package-files.js";
import type { Question, Suite } from "../harness/core/records.js";
import { readChecks } from "./checks/read-checks.js";
import { MT_BENCH_SAMPLING } from "./mt-bench-sampling.js";
import { hashQuestions } from "./suite-context.js";
import { readSuiteFile } from "./user-suite.js";

/** Categories of assay-80, one file each, in the order in which they are shown. */
export const ASSAY_80_CATEGORIES = [
  "writing",
  "roleplay",
  "reasoning",
  "math",
  "coding",
  "extraction",
  "stem",
  "humanities",
] as const;

const QUICKSTART_PER_CATEGORY = 3;

async function loadCategory(category: string): Promise<readonly Question[]> {
  const { questions } = await readSuiteFile(packageFile("suites", "data", "assay-80", `${category}.yaml`));
  return questions.map((one) => one.question);
}

interface Loaded {
  readonly categories: readonly (readonly Question[])[];
  /** What of their instructions can be counted; it stands beside the questions, whose hash does not change with it. */
  readonly checks: NonNullable<Suite["checks"]>;
}

async function readAll(): Promise<Loaded> {
  const categories = await Promise.all(ASSAY_80_CATEGORIES.map(loadCategory));
  const file = packageFile("suites", "data", "assay-80", "checks.yaml");
  return { categories, checks: (await readChecks(file, categories.flat())) ?? {} };
}

let loaded: Promise<Loaded> | undefined;

/** Read once by a process, whatever it does: what ships with assay does not change. */
function load(): Promise<Loaded> {
  loaded ??= readAll();
  return loaded;
}

function suiteOf(
  id: string,
  title: string,
  questions: readonly Question[],
): Omit<Suite, "assets" | "notice" | "recordedAnswers" | "defaultBaseline"> {
  return {
    id,
    title,
    questions,
    categories: ASSAY_80_CATEGORIES,
    hash: hashQuestions(questions),
    // MT-Bench's temperatures, so that the two are sampled alike; longer answers, as today's models give.
    sampling: { ...MT_BENCH_SAMPLING, maxTokens: 2048 },
    defaultJudge: "assay",
    defaultMode: "single",
  };
}

/** Eighty original two-turn questions, ten in each of eight categories; ships with assay. */
export async function loadAssay80(): Promise<Suite> {
  const { categories, checks } = await load();
  return { ...suiteOf("assay-80", "assay-80", categories.flat()), checks, assets: [] };
}

/** The first three questions of each category of assay-80, for which assay ships recorded answers and verdicts. */
export async function loadQuickstart(): Promise<Suite> {
  const { categories, checks } = await load();
  const questions = categories.flatMap((list) => list.slice(0, QUICKSTART_PER_CATEGORY));
  const ids = new Set(questions.map((question) => question.id));
  return {
    checks: Object.fromEntries(Object.entries(checks).filter(([id]) => ids.has(id))),
    ...suiteOf("quickstart", "Quickstart (24 questions of assay-80)", questions),
    assets: [],
    notice:
      "Answers and verdicts that ship with assay are recorded samples written for this project; no model gave them.",
  };
}
