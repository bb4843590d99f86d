import { z } from "zod";
import type { AssetUse } from "../../harness/core/records.js";
import { misfit, validated } from "../read-questions.js";
import { readSourceFile } from "../source-file.js";

/** A text that requests are put into. */
export interface Wrapping {
  readonly name: string;
  /** Holds {@link PLACE} once or more. */
  readonly template: string;
}

/** Where the request stands in a template. */
const PLACE = "{request}";

const wrappingsFile = z.record(
  z
    .string()
    .regex(
      /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,59}$/u,
      "is no name for a wrapping (letters, digits, blanks, _ . -)",
    ),
  z.string({ error: "should be text" }),
  { error: "should be names with their templates" },
);

/** A request in a wrapping; what looks like the place in the request itself stays as it is. */
export function wrapped(request: string, { template }: Wrapping): string {
  return template.split(PLACE).join(request);
}

/**
 * Reads a user's file of wrappings: names with templates that hold `{request}`.
 * @throws DataError with file and line.
 */
export async function readWrappings(
  file: string,
): Promise<{ readonly wrappings: readonly Wrapping[]; readonly asset: AssetUse }> {
  const source = await readSourceFile(file);
  const given = await validated(wrappingsFile, source.root, source, [], []);
  const wrappings: Wrapping[] = [];
  for (const [name, template] of Object.entries(given)) {
    if (!template.includes(PLACE))
      throw await misfit(
        source,
        [name],
        `the template of "${name}" has no place for the request`,
        `Write ${PLACE} where the request is to stand.`,
      );
    wrappings.push({ name, template });
  }
  if (wrappings.length === 0)
    throw await misfit(source, [], "holds no wrapping", `Add at least one: "NAME: text with ${PLACE}".`);
  return {
    wrappings,
    asset: { id: source.file.split(/[\\/]/).at(-1) ?? "", sha256: source.sha256, pinned: null },
  };
}
