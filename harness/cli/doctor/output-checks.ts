import { existsSync } from "node:fs";
import { reportRegistry } from "../../../reports/registry.js";
import type { RunConfig } from "../../config/resolve.js";
import { defaultRunFolder } from "../load-config.js";
import { type Check, failedWith, type Subject } from "./check.js";
import { checkCharts, checkFolder } from "./machine-checks.js";

/** Run folder, report formats, and what gates compare with. */
export async function checkOutput(config: RunConfig): Promise<Check[]> {
  const folder = config.out ?? defaultRunFolder(config);
  const checks = [await checkFolder({ area: "output", subject: "run folder" }, folder, "--out")];
  const about: Subject = { area: "output", subject: "report" };
  for (const format of config.report.formats) {
    try {
      reportRegistry.get(format);
    } catch (error) {
      checks.push(failedWith(about, error));
    }
  }
  for (const { against } of config.gates) {
    if (against === undefined || existsSync(against)) continue;
    checks.push({
      area: "output",
      subject: "gate",
      outcome: "failed",
      code: "gate-baseline-missing",
      message: `a gate compares with ${against}, which is not there`,
      remedy: "Make it by a run of the baseline, or mend the path under `gates:`.",
    });
  }
  return [...checks, ...(await checkCharts(config.report.formats))];
}
