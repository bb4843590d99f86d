import type { RunConfig } from "../../config/resolve.js";
import { defaultRunFolder } from "../load-config.js";
import type { Check } from "./check.js";
import { checkCharts, checkFolder } from "./machine-checks.js";

/** Run folder, and whether charts can be drawn. */
export async function checkOutput(config: RunConfig): Promise<Check[]> {
  const folder = config.out ?? defaultRunFolder(config);
  const check = await checkFolder({ area: "output", subject: "run folder" }, folder, "--out");
  return [check, ...(await checkCharts(config.report.formats))];
}
