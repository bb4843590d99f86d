import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readConfigFile } from "../../harness/config/read-config.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

function write(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

const good = `suites: [mt-bench]
models:
  - id: ckpt-1200
    adapter: openai
    model: my-org/my-model
    baseUrl: http://localhost:8000/v1
    apiKeyEnv: VLLM_API_KEY
    parameters: { maxTokens: 1024 }
judges:
  - id: gpt-4.1
    model: gpt-4.1-2025-04-14
mode: single
gates:
  - { metric: score, min: 6.5 }
  - { metric: score, against: runs/main, maxRegression: 0.2, confidence: 0.95 }
report: { formats: [html, markdown, junit, png] }
`;

describe("config files", () => {
  test("the documented example is valid, as YAML, as JSON and as a module", async () => {
    const yaml = await readConfigFile(write("assay.yaml", good));
    expect(yaml).toMatchObject({
      suites: ["mt-bench"],
      models: [{ id: "ckpt-1200", parameters: { maxTokens: 1024 } }],
      gates: [{ min: 6.5 }, { maxRegression: 0.2 }],
    });
    expect(await readConfigFile(write("assay.json", JSON.stringify(yaml)))).toEqual(yaml);
    expect(await readConfigFile(write("assay.mjs", `export default ${JSON.stringify(yaml)};`))).toEqual(yaml);
  });

  const wrong: readonly (readonly [string, string, RegExp, RegExp])[] = [
    [
      "an unknown key",
      good.replace("mode:", "moed:"),
      /assay\.yaml:12: unknown key "moed"/,
      /Did you mean "mode"/,
    ],
    [
      "an unknown key of a model",
      good.replace("baseUrl", "baseURL"),
      /assay\.yaml:6: unknown key "models\[0\]\.baseURL"/,
      /"baseUrl"/,
    ],
    [
      "a list where a name or an entry stands",
      good.replace("mode:", "secondJudge: [big, small]\nmode:"),
      /assay\.yaml:12: secondJudge: must be a text or an object with keys/,
      /configuration\.md/,
    ],
    [
      "a wrong value",
      good.replace("mode: single", "mode: singel"),
      /assay\.yaml:12: mode: cannot be "singel"/,
      /Did you mean "single"/,
    ],
    [
      "a wrong type",
      good.replace("maxTokens: 1024", "maxTokens: lots"),
      /assay\.yaml:8: models\[0\]\.parameters\.maxTokens/,
      /./,
    ],
    ["broken YAML", "suites: [mt-bench\nmodels: x\n", /assay\.yaml:\d: not valid YAML/, /./],
    ["a key given twice", "mode: single\nmode: single\n", /assay\.yaml:2: not valid YAML/, /./],
    ["a list at the top", "- a\n", /the file/, /./],
  ];
  test.each(wrong)("%s is refused with its line and the remedy", async (_name, text, message, remedy) => {
    await expect(readConfigFile(write("assay.yaml", text))).rejects.toMatchObject({
      name: "ConfigError",
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });

  const secrets = [
    ["a key under its own name", "models:\n  - model: a\n    apiKey: hunter2hunter2\n"],
    [
      "a key under options",
      "models:\n  - model: a\n    options: { headers: { Authorization: hunter2hunter2 } }\n",
    ],
    ["a key in place of a variable's name", "apiKeyEnv: sk-hunter2hunter2hunter2\n"],
    ["a key inside another text", "models:\n  - model: a\n    system: use Bearer hunter2hunter2hunter2\n"],
  ] as const;
  test.each(secrets)("%s is refused and never repeated", async (_name, text) => {
    const error = await readConfigFile(write("assay.yaml", text)).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: "secret-in-config" });
    expect(String(error)).not.toContain("hunter2");
    expect(String(error)).toMatch(/assay\.yaml:\d/);
  });

  test("an alias bomb ends as an error, not as a full memory", async () => {
    const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [name, of] of ["ba", "cb", "dc", "ed", "fe", "gf", "hg", "ih"])
      lines.push(`${name}: &${name} [${Array(9).fill(`*${of}`).join(", ")}]`);
    await expect(readConfigFile(write("assay.yaml", lines.join("\n")))).rejects.toMatchObject({
      name: "ConfigError",
    });
  });

  test("a file that is not there", async () => {
    await expect(readConfigFile("no/such/assay.yaml")).rejects.toMatchObject({ code: "config-not-found" });
  });
});
