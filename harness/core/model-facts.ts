import type { ModelFacts } from "./records.js";

/** Keys of {@link ModelFacts}. A fact that is added there and not here is a type error. */
const KEYS: { readonly [Key in keyof Required<ModelFacts>]: true } = {
  id: true,
  identity: true,
  endpoint: true,
  priceKey: true,
  family: true,
  parameters: true,
  system: true,
  scoresTexts: true,
};

/** The facts of a model alone, without what calls it: for the manifest, and for a model that stands for another. */
export function modelFacts(model: ModelFacts): ModelFacts {
  const present = Object.keys(KEYS).flatMap((key) => {
    const value = model[key as keyof ModelFacts];
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(present) as unknown as ModelFacts;
}

/**
 * A model that is known and never asked: its answers are there already, or are made by hand.
 * @param why What the error says where it is asked all the same, such as `was asked in a run that only judges`.
 */
export function unaskedModel(facts: ModelFacts, why: string): ModelFacts & { generate(): Promise<never> } {
  return { ...modelFacts(facts), generate: () => Promise.reject(new Error(`${facts.id} ${why}`)) };
}
