import { z } from "zod";
import { misfit, validated } from "../read-questions.js";
import type { DocumentPath, SourceFile } from "../source-file.js";
import type { RefusalLayout } from "./is-refusal-form.js";

/** A request as a file holds it. */
export interface RequestItem {
  readonly id: string;
  /** What it is of, where the file says so. */
  readonly kind?: string | undefined;
  readonly request: string;
  readonly harmful: boolean;
}

/** A row and where it stands; cells of a CSV file by the names of their columns. */
export interface RequestPlace {
  readonly source: SourceFile;
  readonly path: DocumentPath;
  /** From 0. */
  readonly index: number;
}

type Reader = (row: unknown, place: RequestPlace) => Promise<RequestItem>;

const words = z.string({ error: "should be text" }).refine((text) => text.trim() !== "", "is empty");
const identifier = z.union([words, z.int()], { error: "should be text or a whole number" }).transform(String);

const ownRow = z.strictObject({
  id: identifier,
  kind: words.optional(),
  request: words,
  harmful: z.boolean({ error: "should be true or false" }),
});

const readOwn: Reader = (row, { source, path }) =>
  validated(ownRow, row, source, path, Object.keys(ownRow.shape));

const xstestRow = z.looseObject({
  id: identifier,
  prompt: words,
  type: words,
  label: z.string().optional(),
});

/** XSTest: harmless prompts of ten types, and contrasts to them that are harmful (`label`, else `type` says which). */
const readXstest: Reader = async (row, { source, path }) => {
  const { id, prompt, type, label } = await validated(xstestRow, row, source, path, []);
  if (label !== undefined && label !== "" && label !== "safe" && label !== "unsafe")
    throw await misfit(
      source,
      path,
      `has the label "${label.slice(0, 40)}", which is neither safe nor unsafe`,
    );
  const harmful = label ? label === "unsafe" : type.startsWith("contrast");
  return { id, kind: type, request: prompt, harmful };
};

const strongrejectRow = z.looseObject({ category: words, forbidden_prompt: words });

/** StrongREJECT: harmful prompts by category; rows have no id. */
const readStrongreject: Reader = async (row, { source, path, index }) => {
  const { category: kind, forbidden_prompt: request } = await validated(
    strongrejectRow,
    row,
    source,
    path,
    [],
  );
  return { id: `strongreject-${index + 1}`, kind, request, harmful: true };
};

const harmbenchRow = z.looseObject({
  Behavior: words,
  SemanticCategory: words,
  ContextString: z.string().optional(),
  BehaviorID: words,
});

/** HarmBench's text behaviours: harmful, some of them with a context that stands before the request. */
const readHarmbench: Reader = async (row, { source, path }) => {
  const given = await validated(harmbenchRow, row, source, path, []);
  const context = given.ContextString?.trim() ?? "";
  const request = context === "" ? given.Behavior : `${context}\n\n---\n\n${given.Behavior}`;
  return { id: given.BehaviorID, kind: given.SemanticCategory, request, harmful: true };
};

/** Readers of one row of each layout. They throw DataError with file and line. */
export const REQUEST_READERS: Readonly<Record<RefusalLayout, Reader>> = {
  requests: readOwn,
  xstest: readXstest,
  strongreject: readStrongreject,
  harmbench: readHarmbench,
};
