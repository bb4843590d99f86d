import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { useBench } from "./command-runner.js";

/** Files that the page shows one after the other, each with its name in its first line. */
function shownFiles(): { readonly section: string; readonly name: string; readonly text: string }[] {
  const page = readFileSync(resolve(import.meta.dirname, "../../docs/judges.md"), "utf8");
  let section = "";
  return [...page.matchAll(/^#+ ([^\n]*)$|^```yaml\n# ([\w.-]+)\n([\s\S]*?)^```/gm)].flatMap(
    ([, heading, name, text = ""]) => {
      if (heading !== undefined) section = heading;
      return name === undefined ? [] : [{ section, name, text }];
    },
  );
}

describe("the examples of docs/judges.md run as they are pasted", () => {
  const bench = useBench();
  const files = shownFiles();
  const configs = files.filter(({ name }) => name === "assay.yaml");

  test("there is one for each kind of judge", () => {
    expect(configs.map(({ section }) => section)).toEqual([
      "A judge that abstains",
      "`rubric`",
      "Jury",
      "A replacement",
      "Reward models",
      "Rankings",
    ]);
  });

  // That of rankings fetches MT-Bench.
  test.each(configs.filter(({ text }) => !text.includes("mt-bench")))(
    "$section",
    async ({ section, text }) => {
      for (const file of files) if (file.section === section) bench.write(file.name, file.text);
      bench.write("assay.yaml", text);
      const { code, stdout, stderr } = await bench.assay("run", "assay.yaml", "--dry-run");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("judgments by");
    },
  );
});
