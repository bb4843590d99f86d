import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { runOptions } from "../../harness/cli/run-options.js";
import { validateConfig } from "../../harness/config/read-config.js";
import { configDefaults, configFromEnvironment } from "../../harness/config/resolve.js";
import { configSchema, validKeysAt } from "../../harness/config/schema.js";
import { packageFile } from "../../harness/core/package-files.js";
import { readPrices } from "../../harness/pipeline/dispatch/price-file.js";

const page = readFileSync(packageFile("docs", "configuration.md"), "utf8");
/** Cells of every table row. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inner = ""]) => inner);
}

const keysInTables = rows.flatMap(([first = ""]) => quoted(first));

describe("docs/configuration.md", () => {
  test("has a row for every key of the config file, and none for a key that does not exist", () => {
    const known = [
      ...Object.keys(configSchema.shape).filter((key) => key !== "report"),
      ...(validKeysAt(["report"]) ?? []).map((key) => `report.${key}`),
      ...(validKeysAt(["models", 0]) ?? []),
      ...(validKeysAt(["judges", 0]) ?? []),
      ...(validKeysAt(["gates", 0]) ?? []),
    ];
    const isVariable = (key: string) => /^[A-Z_]+$/.test(key);
    expect([...new Set(keysInTables.filter((key) => !isVariable(key)))].sort()).toEqual(
      [...new Set(known)].sort(),
    );
    for (const key of validKeysAt(["models", 0, "parameters"]) ?? []) expect(page).toContain(`\`${key}\``);
  });

  test("has a row for every flag of run", () => {
    const documented = rows
      .flatMap((cells) => quoted(cells[1] ?? ""))
      .filter((text) => text.startsWith("--"));
    const flags = [...Object.keys(runOptions), "no-cache"].map((flag) => `--${flag}`);
    expect([...new Set(documented)].sort()).toEqual(flags.sort());
  });

  test("names variables that are read, each beside the key that it sets", () => {
    const variables = rows.flatMap(([key = "", , variable = ""]) =>
      quoted(variable).flatMap((name) =>
        name.startsWith("ASSAY_") ? [[quoted(key)[0] ?? "", name] as const] : [],
      ),
    );
    expect(variables.length).toBeGreaterThan(25);
    for (const [key, name] of variables)
      expect(Object.keys(configFromEnvironment({ [name]: "1" })), name).toEqual([key]);
    // The other way round: a variable for every key that has one.
    const all = Object.fromEntries(variables.map(([, name]) => [name, "1"]));
    const settable = Object.keys(configSchema.shape).filter((key) => {
      const name = `ASSAY_${key
        .replace(/s$/, "")
        .replace(/[A-Z]/g, (letter) => `_${letter}`)
        .toUpperCase()}`;
      const plural = `ASSAY_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
      return Object.keys(configFromEnvironment({ [name]: "1", [plural]: "1" })).length > 0;
    });
    expect(Object.keys(configFromEnvironment(all)).sort()).toEqual(settable.sort());
  });

  test.each(Object.entries(configDefaults))("gives the default of %s as %s", (key, value) => {
    const row = rows.find(([first = ""]) => quoted(first)[0] === key);
    expect(quoted(row?.at(-1) ?? "")).toEqual([String(value)]);
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
