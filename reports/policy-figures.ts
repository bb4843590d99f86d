import type { PolicyLine, PolicyResult } from "../harness/core/policy.js";
import { worstFirst } from "./gate-figures.js";

/** Whom a policy was decided for: `ckpt against base`. */
export function policyTitle({ base, candidate }: PolicyResult): string {
  return base === null ? candidate : `${candidate} against ${base}`;
}

/** A policy's lines, failures first, then what is not decided; those that decide before those that are tracked. */
export function worstLines({ lines }: PolicyResult): readonly PolicyLine[] {
  const isTracked = ({ tier }: PolicyLine) => Number(tier === "advisory");
  return [...worstFirst(lines)].sort((x, y) => isTracked(x) - isTracked(y));
}
