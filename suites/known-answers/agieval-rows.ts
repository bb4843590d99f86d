import { z } from "zod";
import { presentFields } from "../../harness/core/present-fields.js";
import { validated } from "../read-questions.js";
import { withoutLetters } from "./choice-letters.js";
import { keyBy, numberedId, type RowReader, wrongRow } from "./row-reader.js";

const agievalRow = z.looseObject({
  passage: z.string().nullish(),
  question: z.string(),
  options: z.array(z.string()).min(2, "has fewer than two choices").nullish(),
  label: z.union([z.string(), z.array(z.string())]).nullish(),
  answer: z.union([z.string(), z.number()]).nullish(),
});

/**
 * Reads a row of AGIEval v1: choices whose texts begin with their letters, and one letter or several as the key; or, in
 * cloze tasks, the text of the answer. One or two published rows hold no question beside their passage.
 */
export const readAgievalRow: RowReader = async (row, place) => {
  const { passage, question, options, label, answer } = await validated(
    agievalRow,
    row,
    place.source,
    place.path,
    [],
  );
  const common = {
    id: numberedId(place),
    category: place.category,
    question: question.trim(),
    ...presentFields({ passage: passage?.trim() || undefined }),
  };
  if (options) {
    const letters = Array.isArray(label) ? label.join("") : (label ?? "");
    return { ...common, key: await keyBy(letters, withoutLetters(options), place) };
  }
  const text = answer ?? (Array.isArray(label) ? label[0] : label);
  if (text === undefined || text === null || String(text).trim() === "")
    throw await wrongRow(place, "has neither options nor an answer");
  return { ...common, key: { kind: "text", accepted: [String(text).trim()] } };
};
