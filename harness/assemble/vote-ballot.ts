import { basename, resolve } from "node:path";
import type { PageBallot, PageItem } from "../../reports/vote/ballot-data.js";
import type { Ballot, BallotItem } from "../core/ballot.js";
import { countOf } from "../core/count-of.js";
import { ConfigError } from "../core/errors.js";
import { contentId } from "../core/hash.js";
import { toolVersion } from "../core/package-files.js";
import { presentFields } from "../core/present-fields.js";
import { seededRandom } from "../core/random.js";
import type { Answer, Warning } from "../core/records.js";
import { suggestName } from "../core/spelling.js";
import { drawPairs } from "../pipeline/votes/draw-pairs.js";
import { askedBy } from "../store/asked.js";
import { writeBallot } from "../store/ballots.js";
import { countingRecords } from "../store/counting-records.js";
import { readManifest, readSuites } from "../store/run-folder.js";
import { type VotePair, votePairs } from "./vote-pairs.js";

/** Which pairs of a run are asked. */
export interface BallotRequest {
  /** Pairs to draw. */
  readonly pairs: number;
  /** Share of them that is shown twice. */
  readonly repeats: number;
  /** Default: the run's. */
  readonly seed?: number;
  readonly design: Ballot["design"];
  /** Pairs with this model, or among these. */
  readonly models: readonly string[];
}

/** A ballot, and what is worth a word about it. */
export interface DrawnBallot {
  readonly ballot: Ballot;
  /** All that the voters' page needs besides where votes go. */
  readonly page: Omit<PageBallot, "toServer">;
  readonly notes: readonly Warning[];
}

const NOTHING_TO_GO_BY: Warning = {
  code: "nothing-to-go-by",
  message: "no verdict tells these pairs apart, so that --active draws them all alike",
};

function refuseUnknownModels(models: readonly string[], answers: readonly Answer[]): void {
  const known = [...new Set(answers.map(({ model }) => model))];
  const wrong = models.find((model) => !known.includes(model));
  if (wrong === undefined) return;
  throw new ConfigError(`the run has no answers of "${wrong.slice(0, 100)}"`, {
    code: "unknown-model",
    remedy: suggestName(wrong, known),
  });
}

const textsOf = ({ turns }: Answer) => turns.map(({ text }) => text);

/** Whether an answer says the name of one of the run's models: then it is not blind. */
function namesModel(answer: Answer, names: readonly string[]): boolean {
  const text = textsOf(answer).join("\n").toLowerCase();
  return names.some((name) => text.includes(name));
}

function notesOn(drawn: readonly VotePair[], unanswered: number, models: readonly string[]): Warning[] {
  const notes: Warning[] = [];
  if (unanswered > 0) {
    notes.push({
      code: "pairs-unanswered",
      message: `${countOf(unanswered, "pair")} cannot be voted on, because an answer is missing or failed`,
      count: unanswered,
    });
  }
  const names = models.map((model) => model.toLowerCase()).filter((model) => model.length >= 4);
  const named = drawn.filter(({ answers }) => answers.some((answer) => namesModel(answer, names)));
  if (named.length > 0) {
    const questions = [...new Set(named.map(({ question }) => question.id))];
    notes.push({
      code: "model-named-in-answer",
      message: `${countOf(named.length, "drawn pair has", "drawn pairs have")} an answer that names a model, so that voters may guess whose it is (questions ${questions.slice(0, 5).join(", ")}${questions.length > 5 ? ", …" : ""})`,
      count: named.length,
    });
  }
  const equal = drawn.filter(({ answers: [x, y] }) => textsOf(x).join("\0") === textsOf(y).join("\0"));
  if (equal.length > 0) {
    notes.push({
      code: "equal-answers",
      message: `${countOf(equal.length, "drawn pair holds", "drawn pairs hold")} the same answer twice`,
      count: equal.length,
    });
  }
  return notes;
}

function pageItem({ item, category, turns, models }: BallotItem, { question, answers }: VotePair): PageItem {
  const [first, second] = answers[0].model === models[0] ? answers : [answers[1], answers[0]];
  return {
    item,
    category,
    turns,
    asked: question.turns,
    ...presentFields({ system: question.system, reference: question.reference }),
    texts: [textsOf(first), textsOf(second)],
  };
}

/**
 * Draws pairs of a run's answers to be voted on, and keeps in the run's folder which they are. The same request over
 * the same answers draws the same ballot.
 * @throws ConfigError for a folder that is no run, an unknown model, or a run without a pair to vote on; DataError.
 */
export async function drawBallot(run: string, request: BallotRequest): Promise<DrawnBallot> {
  const manifest = readManifest(run);
  const suites = readSuites(run);
  const records = countingRecords(run, askedBy(manifest, suites));
  refuseUnknownModels(request.models, records.answers);
  const { pairs, unanswered } = votePairs({ manifest, suites, ...records }, request.models);
  if (pairs.length === 0) {
    throw new ConfigError(`${run} has no pair of answers to vote on`, {
      code: "nothing-to-vote-on",
      remedy:
        unanswered > 0
          ? "Answers are missing: finish the run first with `assay run`."
          : "A vote needs answers of two models to the same questions: add a model, or import answers of one.",
    });
  }
  const { seed = manifest.seed, design, repeats } = request;
  const drawn = drawPairs(pairs, { count: request.pairs, seed, design });
  const random = seededRandom(`${seed}/sides`);
  const items = drawn.map(({ unit, probability }, place): BallotItem => {
    const { suite, question, answers, turns } = unit;
    const [first, second] = random.integer(2) === 1 ? [answers[1], answers[0]] : answers;
    return {
      item: place + 1,
      suite,
      questionId: question.id,
      category: question.category,
      trial: first.trial,
      turns,
      models: [first.model, second.model],
      answers: [first.taskId, second.taskId],
      inclusionProbability: probability,
    };
  });
  const said = { seed, design, population: pairs.length, repeats, items };
  // Answers' texts too: a ballot shows what it was drawn from, and no other text under the same id.
  const id = contentId([said, drawn.map(({ unit }) => unit.answers.map(textsOf))]);
  const ballot: Ballot = { schema: "assay.ballot/1", id, run: basename(resolve(run)), ...said };
  await writeBallot(run, ballot);
  const titles = suites
    .filter((suite) => items.some((item) => item.suite === suite.id))
    .map(({ title }) => title);
  const models = [...new Set(pairs.flatMap(({ answers }) => answers.map(({ model }) => model)))];
  return {
    ballot,
    page: {
      id,
      version: toolVersion(),
      title: titles.join(", "),
      repeats,
      items: items.map((item, place) => pageItem(item, (drawn[place] as (typeof drawn)[number]).unit)),
    },
    notes: [
      ...(design === "active" && new Set(pairs.map(({ interest }) => interest)).size === 1
        ? [NOTHING_TO_GO_BY]
        : []),
      ...notesOn(
        drawn.map(({ unit }) => unit),
        unanswered,
        models,
      ),
    ],
  };
}
