import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadPrices } from "../../harness/assemble/prices.js";
import { readConfigFile } from "../../harness/config/read-config.js";
import { readPolicy } from "../../harness/config/read-policy.js";
import { repeatedKey } from "../../harness/core/json-keys.js";
import { readFigures } from "../../harness/interop/figures/read-figures.js";
import { readPeoplesWords } from "../../harness/interop/preference-votes.js";
import { readRecordings } from "../../harness/models/recordings.js";
import { parseBaseline } from "../../harness/pipeline/gates/baseline.js";
import { readJudgeCard } from "../../harness/store/judge-card-file.js";
import { readManifest } from "../../harness/store/run-folder.js";
import { loadUserSuite } from "../../suites/user-suite.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

// JSON.parse takes the last of two values in silence: whoever reads the file sees the first one decide.

test.each([
  ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', undefined],
  ['{"a":1,"b":2,"a":3}', "a"],
  ['{"a":1,"\\u0061" : 2}', "a"],
  ['[1,{"x":[{"y":{"z":"{\\"q\\":1,\\"q\\":2}","w":"\\\\"},"k":0,"k":1}]}]', "k"],
  ['["a",":","a",{"":0}]', undefined],
  ['{"__proto__":1,"__proto__":2}', "__proto__"],
])("the repeated key of %s is %s", (json, key) => {
  expect(repeatedKey(json)).toBe(key);
});

test("a string of many megabytes is passed over", () => {
  expect(repeatedKey(`{"a":"${'\\"x:{'.repeat(3_000_000)}","b":1,"b":2}`)).toBe("b");
});

const figures = (documents: string[], lines: string[] = []) =>
  readFigures({ documents, lines } as unknown as Parameters<typeof readFigures>[0], {});
const vote = '"question_id":1,"model_a":"x","model_b":"y","judge":"p","turn":1';

const files: readonly [string, string, (file: string, text: string) => unknown, RegExp][] = [
  ["config.yaml", "models: []\nmodels: []\n", readConfigFile, /config\.yaml:2: .*unique/],
  ["config.json", '{"models":[],\n"models":[]}', readConfigFile, /config\.json:2: .*unique/],
  ["policy.yaml", "suites:\n  s: {min: 1, min: 2}\n", readPolicy, /policy\.yaml:2: .*unique/],
  [
    "prices.yaml",
    "m: {input: 1, output: 2}\nm: {input: 0, output: 0}\n",
    loadPrices,
    /prices\.yaml:2: .*unique/,
  ],
  ["prices.json", '{"m":{"input":1,"output":2,"input":0}}', loadPrices, /prices\.json:1: .*unique/],
  [
    "baseline.json",
    '{"schema":"assay.baseline/1","model":"a","model":"b","boards":[]}',
    (file, text) => parseBaseline(text, file),
    /baseline\.json: the key "model" is given twice/,
  ],
  [
    "judge-card.json",
    '{"schema":"x","schema":"assay.judge-card/1"}',
    readJudgeCard,
    /key "schema" is given twice/,
  ],
  [
    "votes.jsonl",
    `{${vote},"winner":"model_a"}\n{${vote},"winner":"model_a","winner":"model_b"}\n`,
    readPeoplesWords,
    /votes\.jsonl:2: the key "winner" is given twice/,
  ],
  [
    "votes.json",
    `[{${vote},"winner":"model_a","winner":"model_b"}]`,
    readPeoplesWords,
    /key "winner" is given twice/,
  ],
  [
    "votes.csv",
    "question_id,model_a,model_b,judge,winner,winner\n1,x,y,p,model_a,model_b\n",
    readPeoplesWords,
    /votes\.csv:1: there are two columns "winner"/,
  ],
  [
    "figures.csv",
    "suite,model,value,value\ns,m,0.1,0.9\n",
    (file) => figures([file]),
    /figures\.csv:1: there are two columns "value"/,
  ],
  ["wide.csv", "model,mmlu,mmlu\nm,10,90\n", (file) => figures([file]), /there are two columns "mmlu"/],
  [
    "figures.json",
    '[{"suite":"s","model":"m","value":0.1,"value":0.9}]',
    (file) => figures([file]),
    /key "value" is given twice/,
  ],
  [
    "figures.jsonl",
    '{"suite":"s","model":"m","value":0.1,"value":0.9}\n',
    (file) => figures([], [file]),
    /figures\.jsonl:1: the key "value" is given twice/,
  ],
  [
    "suite.jsonl",
    '{"id":"q","category":"c","turns":["a"],"turns":["b"]}\n',
    loadUserSuite,
    /suite\.jsonl:1: the key "turns" is given twice/,
  ],
  [
    "suite.json",
    '[{"id":"q","id":"r","category":"c","turns":["a"]}]',
    loadUserSuite,
    /key "id" is given twice/,
  ],
  ["suite.yaml", "questions:\n  - {id: q, id: r, turns: [a]}\n", loadUserSuite, /suite\.yaml:2: .*unique/],
  [
    "answers.jsonl",
    '{"question_id":1,"model":"m","answer":"a","answer":"b"}\n',
    (file) => readRecordings([file]),
    /answers\.jsonl:1: the key "answer" is given twice/,
  ],
  [
    "answers.json",
    '[{"instruction":"i","output":"a","output":"b","generator":"m"}]',
    (file) => readRecordings([file]),
    /key "output" is given twice/,
  ],
  [
    "run.json",
    '{"schema":"assay.run/1","schema":"assay.run/1"}',
    (file) => readManifest(join(file, "..")),
    /run\.json: the key "schema" is given twice/,
  ],
];

test.each(files)(
  "%s with something given twice is refused, not read by its last value",
  async (name, text, read, message) => {
    const folder = join(temporaryFolder(), "files");
    mkdirSync(folder);
    const file = join(folder, name);
    writeFileSync(file, text);
    await expect((async () => read(file, text))()).rejects.toThrow(message);
  },
);
