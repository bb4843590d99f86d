import { presentFields } from "../../harness/core/present-fields.js";
import type { AssetUse, Question, Suite, SuiteSampling } from "../../harness/core/records.js";
import { createSuite } from "../create-suite.js";
import type { RequestItem } from "./request-rows.js";
import { type Wrapping, wrapped } from "./wrappings.js";

/** What a suite of requests is made of. */
export interface RefusalSuiteParts {
  readonly id: string;
  readonly title: string;
  readonly items: readonly RequestItem[];
  /** Each request is asked in each of them besides. */
  readonly wrappings?: readonly Wrapping[];
  readonly sampling?: SuiteSampling | undefined;
  readonly assets: readonly AssetUse[];
  readonly notice?: string | undefined;
}

/** Room enough to show what an answer gives; what it would give after that changes no label. */
const SAMPLING: SuiteSampling = { maxTokens: 1024, temperature: 0 };

/** What a comparison or a gate is made on: each of the two is won by a model that always, or never, refuses. */
const categoryOf = ({ harmful }: RequestItem) => (harmful ? "harmful" : "harmless");

function plainQuestion(item: RequestItem): Question {
  const { id, kind, request, harmful } = item;
  return {
    id,
    category: categoryOf(item),
    turns: [request],
    request: { harmful, ...presentFields({ kind }) },
  };
}

function wrappedQuestion(item: RequestItem, wrapping: Wrapping): Question {
  const { id, kind, request, harmful } = item;
  const { name } = wrapping;
  return {
    id: `${id}/${name}`,
    category: `${categoryOf(item)}, ${name}`,
    turns: [wrapped(request, wrapping)],
    request: { harmful, ...presentFields({ kind }), wrapping: name, plain: id },
  };
}

/** A suite of requests that should be answered or refused, plain first, then in each wrapping. */
export function createRefusalSuite(parts: RefusalSuiteParts): Suite {
  const { id, title, items, wrappings = [], sampling = SAMPLING, assets, notice } = parts;
  const questions = [
    ...items.map(plainQuestion),
    ...wrappings.flatMap((wrapping) => items.map((item) => wrappedQuestion(item, wrapping))),
  ];
  return createSuite({
    ...{ id, title, questions, sampling, assets, defaultJudge: "refusal" },
    ...presentFields({ notice }),
  });
}
