/** Replaces secrets in a text. */
export type Redactor = (text: string) => string;

/** With a digit somewhere, so that long hyphenated words stay. */
const KEY_LIKE = /\b(?:sk-|pk-|rk-|gsk_|xai-|hf_)(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}/g;
const SHOWN = "[redacted]";

/**
 * A function that replaces the given secrets, and whatever looks like a key of a well-known form, wherever an endpoint
 * or a program repeats them. Secrets shorter than four characters are no secrets and stay.
 */
export function createRedactor(secrets: Iterable<string | undefined>): Redactor {
  const known = [...new Set(secrets)]
    .filter((secret): secret is string => secret !== undefined && secret.length >= 4)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .sort((x, y) => y.length - x.length);
  return (text) => {
    let shown = text;
    for (const secret of known) shown = shown.replaceAll(secret, SHOWN);
    return shown.replace(KEY_LIKE, SHOWN);
  };
}

/** Values of environment variables whose names say that they are secrets. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i.test(name) && value !== undefined && value.length >= 8
      ? [value]
      : [],
  );
}
