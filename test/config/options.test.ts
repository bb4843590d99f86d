import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configTemplate } from "../../harness/cli/templates/config-template.js";
import { flagName, variableName } from "../../harness/config/option.js";
import { wholeFrom } from "../../harness/config/option-kinds.js";
import { options } from "../../harness/config/options.js";
import { configSchema, configSchemaOf } from "../../harness/config/schema.js";
import { configFromEnvironment, configFromFlags, flagAt, variableAt } from "../../harness/config/settings.js";
import { packageFile } from "../../harness/core/package-files.js";
import { withOptionTables } from "../cli/options-tables.js";

describe("the table of options", () => {
  test("an option is declared once: flags, variables, schema, template and docs follow", () => {
    const warmthOfTone = {
      kind: wholeFrom(3),
      group: "asked",
      help: "how warm an answer must be",
      default: 4,
      example: "5",
    } as const;
    const table = { ...options, warmthOfTone };
    expect(configFromFlags({ warmthOfTone: ["7"] }, table)).toEqual({ warmthOfTone: 7 });
    const environment = { ASSAY_WARMTH_OF_TONE: "8" };
    expect(configFromEnvironment(environment, ["warmthOfTone"], table)).toEqual({ warmthOfTone: 8 });
    expect(flagAt(["warmthOfTone"], table)).toBe("--warmth-of-tone");
    expect(variableAt(["warmthOfTone"], table)).toBe("ASSAY_WARMTH_OF_TONE");
    const schema = configSchemaOf(table);
    expect(schema.safeParse({ warmthOfTone: 3 }).success).toBe(true);
    expect(schema.safeParse({ warmthOfTone: 2 }).success).toBe(false);
    expect(configSchema.safeParse({ warmthOfTone: 3 }).success).toBe(false);
    expect(configTemplate(table)).toContain("# How warm an answer must be. Default: 4.\n#warmthOfTone: 5\n");
    const page = readFileSync(packageFile("docs", "configuration.md"), "utf8");
    expect(withOptionTables(page, table)).toContain(
      "| `warmthOfTone` | `--warmth-of-tone` | `ASSAY_WARMTH_OF_TONE` | how warm an answer must be | `4` |",
    );
  });

  test("no two options share a flag or a variable", () => {
    const flags = Object.entries(options).map(([key, option]) => flagName(key, option));
    const variables = Object.entries(options).flatMap(([key, option]) => variableName(key, option) ?? []);
    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(variables).size).toBe(variables.length);
    expect(variables.length).toBeGreaterThan(40);
  });

  test("the example of every option is valid, and its default too", () => {
    for (const [key, option] of Object.entries(options)) {
      if ("flagOnly" in option) continue;
      const [top = key, inner] = key.split(".");
      const wrap = (value: unknown) => ({ [top]: inner === undefined ? value : { [inner]: value } });
      const values = ["default" in option ? option.default : undefined];
      if ("example" in option)
        values.push(parse(`x:${option.example.startsWith("\n") ? "" : " "}${option.example}`).x);
      for (const value of values)
        expect(configSchema.safeParse(wrap(value ?? undefined)), key).toMatchObject({ success: true });
    }
  });

  test.each([
    ["judgeRepeats", ["1.5"], "--judge-repeats 1.5 is not a whole number, or NAME=N such as math=3"],
    ["judgeRepeats", ["math=2", "math=3"], "--judge-repeats math=2 --judge-repeats math=3 is not"],
    ["judgeRepeats", ["2", "3"], "with each name once"],
    ["judgeRepeats", ["__proto__=2"], "is not a whole number, or NAME=N"],
    ["juryWeights", ["a=1", "a=2"], "is not JUDGE=WEIGHT, the last a number, with each name once"],
    ["juryWeights", ["a=much"], "is not JUDGE=WEIGHT"],
  ])("numbers by name that cannot be read are refused as they were written: %s %j", (key, given, words) => {
    expect(() => configFromFlags({ [key]: given })).toThrow(words);
  });

  test("nested keys are named by their own flag and variable", () => {
    expect(configFromFlags({ "report.formats": ["csv,json", "html"], "report.redact": true })).toEqual({
      report: { formats: ["csv", "json", "html"], redact: true },
    });
    expect(configFromEnvironment({ ASSAY_FORMAT: "csv", ASSAY_REDACT: "no" })).toEqual({
      report: { formats: ["csv"], redact: false },
    });
    expect(flagAt(["report", "formats", 1])).toBe("--format[1]");
    expect(variableAt(["report", "title"])).toBe("ASSAY_TITLE");
  });
});
