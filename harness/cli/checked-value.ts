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
  const complaint = issue === undefined ? undefined : complaintOf(issue, valueAt(value, issue.path));
  throw new ConfigError(`${shown}: ${complaint?.message ?? "is not valid"}`, {
    code: "invalid-value",
    remedy: `${complaint?.remedy === undefined ? "" : `${complaint.remedy} `}See \`${help}\`.`,
  });
}

/** What stands at a path of a value: of several words, the one that is wrong. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (Array.isArray(part) && typeof key === "number" ? part[key] : part),
    value,
  );
}
