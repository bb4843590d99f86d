/** The same fields, with those that may be undefined optional instead. */
export type PresentFields<Value> = {
  [Key in keyof Value as undefined extends Value[Key] ? never : Key]: Value[Key];
} & {
  [Key in keyof Value as undefined extends Value[Key] ? Key : never]?: Exclude<Value[Key], undefined>;
};

/** Leaves out the fields that are undefined, so that an absent field is absent. */
export function presentFields<Value extends object>(value: Value): PresentFields<Value> {
  const present: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) if (field !== undefined) present[key] = field;
  return present as PresentFields<Value>;
}
