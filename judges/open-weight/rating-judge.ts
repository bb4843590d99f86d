import { sha256 } from "../../harness/core/hash.js";
import type { Json, Judge, JudgeItem } from "../../harness/core/records.js";
import { demandSingleTurn, promptMessages } from "../configured-judge.js";
import { substitute } from "../substitute.js";
import type { RatingDefinition } from "./formats.js";
import { readMarkedRating } from "./read-fixed-form.js";

/**
 * A judge that rates one single-turn answer on the scale of its format. Roles are taken from the prompt before anything
 * is put in, in a single pass, so that no answer changes the prompt's structure.
 * @throws ConfigError for a prompt that lacks a placeholder or holds one twice.
 */
export function createRatingJudge(definition: RatingDefinition): Judge {
  const { name, parser, parameters, defaultModel } = definition;
  const template = promptMessages(definition, ["instruction", "output"]);
  const { low, high } = parser;
  return {
    name,
    kind: "single",
    protocolPrefix: name,
    identity: {
      judge: name,
      prompt: sha256(definition.prompt),
      parser: { ...parser } as unknown as Readonly<Record<string, Json>>,
    },
    defaultModel,
    parameters,
    scale: () => ({ low, high }),
    turns: "last",
    request: (item: JudgeItem) => {
      demandSingleTurn(item, "single");
      const [output = ""] = item.kind === "single" ? item.answer : [];
      const values = { instruction: item.question.turns[0] ?? "", output };
      return {
        messages: template.map(({ role, content }) => ({ role, content: substitute(content, values) })),
        parameters,
      };
    },
    read: (generation) => readMarkedRating(parser, generation),
  };
}
