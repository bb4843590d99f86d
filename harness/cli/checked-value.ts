import { z } from "zod";
import { complaintOf } from "../config/complaints.js";
import type { Kind } from "../config/option-kinds.js";
import { ConfigError } from "../core/errors.js";

/**
 * A value that its kind allows.
 * @param help Command line that says what the flag takes.
 * @throws ConfigError `invalid-value` naming the flag.
 */
export function checkedValue(shown: string, kind: Kind<unknown>, value: unknown, help: string): unknown {
  const { success, error, data } = kind.schema(z).safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const message = issue === undefined ? "is not valid" : complaintOf(issue, value).message;
  throw new ConfigError(`${shown}: ${message}`, {
    code: "invalid-value",
    remedy: `See \`${help}\`.`,
  });
}
