/** Values by placeholder name. */
export type PlaceholderValues = Readonly<Record<string, string>>;

/**
 * Fills the placeholders `{name}` of a template in a single pass: what is put in is never looked at again, so that an
 * answer which contains `{answer_b}` stays text. Braces around anything but a known name stay as they are.
 */
export function substitute(template: string, values: PlaceholderValues): string {
  return template.replace(/\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

/** As {@link substitute}, for templates of Python's `str.format`, where `{{` and `}}` stand for single braces. */
export function substitutePythonFormat(template: string, values: PlaceholderValues): string {
  return template.replace(/\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string | undefined) => {
    if (name === undefined) return whole.slice(0, 1);
    return Object.hasOwn(values, name) ? (values[name] ?? whole) : whole;
  });
}

/** Names of the placeholders of a template, in order of first appearance, with how often each occurs. */
export function placeholdersOf(template: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [, name = ""] of template.matchAll(/\{([A-Za-z_][A-Za-z0-9_]*)\}/g)) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/**
 * What alpaca_eval's `make_prompts` (`utils.py`) does instead: one replacement after the other, each of the first
 * occurrence in whatever stands there by then. An instruction that contains `{output_1}` takes the output in its
 * place, and an output_1 that contains `{output_2}` likewise.
 */
export function substituteInTurn(template: string, values: PlaceholderValues): string {
  let text = template;
  for (const name of placeholdersOf(template).keys()) {
    const value = values[name];
    const at = text.indexOf(`{${name}}`);
    if (value === undefined || at < 0) continue;
    text = text.slice(0, at) + value + text.slice(at + name.length + 2);
  }
  return text;
}
