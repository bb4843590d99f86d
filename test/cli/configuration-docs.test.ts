import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { options } from "../../harness/config/options.js";
import { validateConfig } from "../../harness/config/read-config.js";
import { validKeysAt } from "../../harness/config/schema.js";
import { packageFile } from "../../harness/core/package-files.js";
import { readPrices } from "../../harness/pipeline/dispatch/price-file.js";
import { withOptionTables } from "./options-tables.js";

const path = packageFile("docs", "configuration.md");
const page = readFileSync(path, "utf8");

describe("docs/configuration.md", () => {
  test("has the tables that the options give; `npx vitest run -u` writes them", async () => {
    await expect(withOptionTables(page, options)).toMatchFileSnapshot(path);
  });

  test("has a row for every key of an entry, and none for a key that does not exist", () => {
    const entries = page.slice(page.indexOf("## Models and judges"), page.indexOf("## Price file"));
    const documented = entries
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, key]) => key));
    const known = ["models", "judges", "gates"].flatMap((key) => validKeysAt([key, 0]) ?? []);
    expect([...new Set(documented)].sort()).toEqual([...new Set(known)].sort());
    for (const key of validKeysAt(["models", 0, "parameters"]) ?? []) expect(page).toContain(`\`${key}\``);
  });

  test("shows configurations and prices that are valid", async () => {
    const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
      ([, text = ""]) => parse(text) as unknown,
    );
    expect(blocks).toHaveLength(3);
    const [whole, gates, prices] = blocks;
    await expect(validateConfig(whole, "example")).resolves.toBeDefined();
    await expect(validateConfig(gates, "gates")).resolves.toBeDefined();
    expect(readPrices(prices, "prices").models.get("gpt-6-luna")).toEqual({
      inputPerMillion: 0.1,
      outputPerMillion: 0.5,
      cachedInputPerMillion: 0.01,
    });
  });
});
