import { countOf } from "../core/count-of.js";
import { ConfigError } from "../core/errors.js";
import type { NamedPath } from "../core/named-path.js";
import { suggestName } from "../core/spelling.js";

/**
 * Checks what is asked of a file's models, once they are known.
 * @throws ConfigError for a model that the file does not hold, or for one name for several models.
 */
export function checkNamedModels({ path, picked, renamed }: NamedPath, models: readonly string[]): void {
  if (picked !== undefined && !models.includes(picked)) {
    throw new ConfigError(`${path} has no model "${picked}"`, {
      code: "unknown-model",
      remedy: suggestName(picked, models),
    });
  }
  if (renamed === undefined || picked !== undefined || models.length <= 1) return;
  throw new ConfigError(
    `${path} holds ${countOf(models.length, "model")}, which cannot all be called "${renamed}"`,
    {
      code: "several-models",
      remedy: `Name one of them: ${renamed}=${path}#${models[0]}.`,
    },
  );
}
