import { expect, it } from "vitest";
import { idleWarnings } from "../../harness/assemble/idle-settings.js";
import { resolveConfig } from "../../harness/config/resolve.js";

const said = (more: object) =>
  idleWarnings(resolveConfig([{ suites: ["assay-80"], ...more }])).map(({ message }) => message);

it("says which settings do nothing because the one that reads them is off", () => {
  expect(said({})).toEqual([]);
  expect(said({ design: "pocock", looks: 3, stopWhen: "decided" })).toEqual([]);
  expect(said({ futility: true, precision: 3 })).toEqual([]);
  expect(said({ policy: "p.yaml", policyBase: "m" })).toEqual([]);
  expect(said({ design: "pocock", ahead: 4 })).toEqual([
    "--design, --ahead do nothing without --stop-when decided or --precision",
  ]);
  expect(said({ policyBase: "m" })).toEqual(["--policy-base does nothing without --policy"]);
});
