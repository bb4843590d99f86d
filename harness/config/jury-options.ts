import { juryMethods } from "../core/jury.js";
import type { ConfigOption } from "./option.js";
import { numbersByName, oneOf, toggle } from "./option-kinds.js";

/** How several judges are read as one. */
export const juryOptions = {
  jury: {
    kind: oneOf(...juryMethods),
    help: "read the judges of a suite as one, too: a board of their mean, median, majority, or weighted verdicts",
    docs: "read the judges of a suite as one, too ([jury](judges.md#jury)): a board of the mean, median or majority of their verdicts, `weighted` by `juryWeights`, or with weights `learned` from people's votes",
    example: "mean",
  },
  juryWeights: {
    kind: numbersByName("JUDGE=WEIGHT", (z) => z.number().min(0).max(1e6)),
    help: "what each judge weighs under --jury weighted, by its name or its protocol's id",
    docs: "what each judge weighs under `jury: weighted`, by its name or its protocol's id; 0 leaves its verdicts out",
    example: "{ judge-a: 2, judge-b: 1 }",
    noVariable: true,
  },
  familyGuard: {
    kind: toggle,
    help: "no judge of the jury counts on models of its own family",
    docs: "no judge of the jury counts on models of its own family (`family:` of their entries), or on itself",
    otherwise: "`false`",
    example: "true",
  },
} as const satisfies Readonly<Record<string, Omit<ConfigOption, "group">>>;
