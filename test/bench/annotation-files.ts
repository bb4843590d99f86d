import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** So many annotation files of as many models: the published ones of a mirror, some again under another name. */
export function annotationFiles(mirror: string, folder: string, count: number): string[] {
  const results = join(mirror, "alpaca_eval", "results");
  const published = readdirSync(results)
    .filter((model) => model !== "gpt4_1106_preview")
    .map((model) => join(results, model, "weighted_alpaca_eval_gpt4_turbo", "annotations.json"))
    .filter((path) => existsSync(path));
  return Array.from({ length: count }, (_, index) => {
    const path = join(folder, `annotations-${index}.json`);
    const text = readFileSync(published[index % published.length] ?? "", "utf8");
    writeFileSync(path, text.replace(/"generator_2":"[^"]*"/g, `"generator_2":"model ${index}"`));
    return path;
  });
}
