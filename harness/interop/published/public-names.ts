import { ConfigError } from "../../core/errors.js";
import type { ManifestModel } from "../../core/manifest.js";
import type { ScoringOptions } from "../../pipeline/scores/score-run.js";

/** How a publisher stands to the models that were measured. */
export type Relationship = "first_party" | "third_party" | "collaborative" | "other";

/** What a publisher says besides the run folder. */
export interface PublishOptions {
  readonly scoring?: ScoringOptions | undefined;
  /** `NAME=ORG/MODEL`: what a model of the run is called where models are published. */
  readonly modelIds?: readonly string[] | undefined;
  /** `SUITE=ORG/DATASET:TASK`: the published data set and task that a suite is. */
  readonly datasets?: readonly string[] | undefined;
  /** Where the results can be read. */
  readonly source?: string | undefined;
  readonly organization?: string | undefined;
  readonly relationship?: Relationship | undefined;
}

const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;

/** Names as `NAME=VALUE` by name. @throws ConfigError `usage` naming the flag. */
export function namedValues(
  flag: string,
  texts: readonly string[] | undefined,
  {
    known,
    valid,
    example,
  }: { readonly known: readonly string[]; readonly valid: RegExp; readonly example: string },
): ReadonlyMap<string, string> {
  return new Map(
    (texts ?? []).map((text) => {
      const at = text.indexOf("=");
      const [name, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
      if (at < 1 || !valid.test(value))
        throw new ConfigError(`--${flag} cannot be read from ${JSON.stringify(text)}`, {
          code: "usage",
          remedy: `Write it as ${example}.`,
        });
      if (!known.includes(name))
        throw new ConfigError(`--${flag}: the run holds no ${JSON.stringify(name)}`, {
          code: "usage",
          remedy: `It holds ${known.join(", ")}.`,
        });
      return [name, value] as const;
    }),
  );
}

/** `--model-id` by model. @throws ConfigError `usage`. */
export function modelIdsOf(
  models: readonly string[],
  { modelIds }: PublishOptions,
): ReadonlyMap<string, string> {
  const example = "--model-id ckpt-1200=my-org/my-model";
  return namedValues("model-id", modelIds, { known: models, valid: REPOSITORY, example });
}

/** A model as `ORG/MODEL`, as far as that is known; the organisation is `unknown` where nothing says it. */
export function publicModelId(
  id: string,
  model: ManifestModel | undefined,
  given: ReadonlyMap<string, string> = new Map(),
): { readonly id: string; readonly isKnown: boolean } {
  const named = given.get(id);
  if (named !== undefined) return { id: named, isKnown: true };
  for (const name of [model?.identity.model, id])
    if (typeof name === "string" && REPOSITORY.test(name)) return { id: name, isKnown: true };
  const { identity } = model ?? {};
  const name = typeof identity?.model === "string" ? identity.model : id;
  return { id: `unknown/${name}`, isKnown: false };
}
