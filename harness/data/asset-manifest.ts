import { ARENA_HARD_FILES } from "./arena-hard-assets.js";
import { type Asset, type AssetFacts, asset } from "./asset.js";

/** Questions, references and prompts as FastChat keeps them. */
const FASTCHAT =
  "https://raw.githubusercontent.com/lm-sys/FastChat/587d5cfa1609a43d192cedb8441cac3c17db105d/fastchat/llm_judge/data";

/** The Space from which FastChat's `download_mt_bench_pregenerated.py` takes the published answers. */
const MT_BENCH_SPACE =
  "https://huggingface.co/spaces/lmsys/mt-bench/resolve/89039fbb04009aa54b2ce88a294402fe9d756913/data";

/** Prompts, configurations, outputs and leaderboards as alpaca_eval keeps them. */
const ALPACA_EVAL =
  "https://raw.githubusercontent.com/tatsu-lab/alpaca_eval/cd543a149df89434d8a54582c0151c0b945c3d20";

/** Where alpaca_eval itself downloads its baseline and its calibration from. */
const ALPACA_EVAL_DATASET =
  "https://huggingface.co/datasets/tatsu-lab/alpaca_eval/resolve/2edc6fad8be6b14ea7230aabfd08188da6b8b814";

/** Pairs with objective labels as JudgeBench keeps them. */
const JUDGEBENCH =
  "https://raw.githubusercontent.com/ScalerLab/JudgeBench/e2c52c284e735e139b3daa61c206ee208f36c461/data";

function fromFastChat(...facts: AssetFacts): Asset {
  return asset(facts, `${FASTCHAT}/${facts[1].replace("mt_bench/judge_prompts", "judge_prompts")}`);
}

function mtBenchAnswers(model: string, sizeBytes: number, sha256: string): Asset {
  const path = `mt_bench/model_answer/${model}.jsonl`;
  const purpose = `MT-Bench: published answers of ${model}`;
  return asset([`mt-bench/answers/${model}`, path, sizeBytes, sha256, purpose], `${MT_BENCH_SPACE}/${path}`);
}

/** `source` is the path in the alpaca_eval repository, where it differs from the mirror's. */
function fromAlpacaEval(source: string, ...facts: AssetFacts): Asset {
  return asset(facts, `${ALPACA_EVAL}/${source}`, "CC-BY-NC-4.0");
}

function alpacaConfiguration(file: string, sizeBytes: number, sha256: string, purpose: string): Asset {
  const path = `alpaca_eval/evaluators_configs/${file}`;
  const id = `alpaca-eval/judges/${file.replace(/\.(yaml|txt)$/, "")}`;
  return asset([id, path, sizeBytes, sha256, purpose], `${ALPACA_EVAL}/src/${path}`);
}

const MT_BENCH: readonly Asset[] = [
  fromFastChat(
    "mt-bench/questions",
    "mt_bench/question.jsonl",
    48929,
    "119565adbab82227089cefdb44c8d7e2cf04dc0a0ec233634c82e7d4e2a944f7",
    "MT-Bench: the 80 two-turn questions",
  ),
  fromFastChat(
    "mt-bench/reference-answers",
    "mt_bench/reference_answer/gpt-4.jsonl",
    51109,
    "f957a5bc977badb66885ec970e6cd08527845780313f0995764260e5777b9b3f",
    "MT-Bench: GPT-4's reference answers to reasoning, math and coding",
  ),
  fromFastChat(
    "mt-bench/judge-prompts",
    "mt_bench/judge_prompts.jsonl",
    10449,
    "fd283293406d024f44c174b094ef48031d0687a4682fd3a56b29b138f80281b6",
    "MT-Bench: the judge's prompts, single and pairwise",
  ),
  mtBenchAnswers("alpaca-13b", 66179, "80f4a8bf4665839d33fa0ea7f4b58824abf88d5a0edc9e7cc68a362fca88ef98"),
  mtBenchAnswers("claude-v1", 174683, "884c109de34721859bf7ffa0f7e525dfbc9fb0d99c1ee7c5488bfb2eb8f8c62c"),
  mtBenchAnswers("gpt-3.5-turbo", 158274, "c3c097c21f91e4b44a554d82e5d47516daf7e8240e13b2eca79d211afc1fdfd6"),
  mtBenchAnswers("gpt-4", 199046, "f65cdce00aa8567e9add118cabd34c2866291ed8f5c1d568f8da9a81d231d3e7"),
  mtBenchAnswers("llama-13b", 130031, "b96b9f1e0a7e4e669fecfecda1c33908fdc4c095e38346e84352ea254c0b2cbc"),
  mtBenchAnswers(
    "vicuna-13b-v1.3",
    187075,
    "0a9bb7f7505d096e32b8a81f89b322cc09bb76d896484150844ce0787cc4caf5",
  ),
];

const VICUNA_BENCH: readonly Asset[] = [
  fromFastChat(
    "vicuna-bench/questions",
    "vicuna_bench/question.jsonl",
    13125,
    "c248c5c98ba45bb0c2aadae2f270e643bd32679c6c306a3b2a503ac4254cdaa5",
    "Vicuna bench: the 80 single-turn questions",
  ),
  fromFastChat(
    "vicuna-bench/reference-answers",
    "vicuna_bench/reference_answer/gpt-4.jsonl",
    11301,
    "f7542dc25a5a869b32197486f5699a14eb5682ab3c7264518402399ec09ab470",
    "Vicuna bench: GPT-4's reference answers to coding and math",
  ),
];

const ALPACA_EVAL_OUTPUTS: readonly Asset[] = [
  fromAlpacaEval(
    "results/text_davinci_003/model_outputs.json",
    "alpaca-eval/outputs/text_davinci_003",
    "alpaca_eval/results/text_davinci_003/model_outputs.json",
    474865,
    "af0bc112f08c88bf589bbfe6fc1036806d0a0f6fec9c4d5a4db860f5afe73b4b",
    "AlpacaEval 1: the 805 instructions and the baseline's outputs",
  ),
  asset(
    [
      "alpaca-eval/outputs/gpt4_1106_preview",
      "alpaca_eval/results/gpt4_1106_preview/model_outputs.json",
      1899765,
      "83db546b872ddebee8965fd05fa48461ee3c32bc695c62fb57f2d214ff741ec4",
      "AlpacaEval 2: the 805 instructions and the baseline's outputs",
    ],
    `${ALPACA_EVAL_DATASET}/alpaca_eval_gpt4_baseline.json`,
    "CC-BY-NC-4.0",
  ),
];

const ALPACA_EVAL_JUDGES: readonly Asset[] = [
  alpacaConfiguration(
    "alpaca_eval_gpt4/alpaca_eval.txt",
    1204,
    "cf4bace43fa6ac71944b9ca2506587ad7c509478a219e98a3950abf9d5b42a98",
    "AlpacaEval 1: the judge's prompt",
  ),
  alpacaConfiguration(
    "alpaca_eval_gpt4/configs.yaml",
    270,
    "676717d3992d559307d63661ef1271132dfd613100f747f6ce8d58a7077c623d",
    "AlpacaEval 1: the judge's configuration",
  ),
  alpacaConfiguration(
    "alpaca_eval_clf_gpt4_turbo/alpaca_eval_clf.txt",
    1398,
    "784227e6dc2832fc08c43d2c8ea3a308e7523780187a1aaad2f85e30bac85f62",
    "AlpacaEval 2: the judge's prompt",
  ),
  alpacaConfiguration(
    "weighted_alpaca_eval_gpt4_turbo/configs.yaml",
    556,
    "fd5c656d9959ffd63b986c8216a81e83e001d17ced5a08defc1c857ce9dd033e",
    "AlpacaEval 2: the judge's configuration",
  ),
  alpacaConfiguration(
    "weighted_alpaca_eval_gpt4.1/configs.yaml",
    552,
    "2a2ee69270d23706df5c5363b9700a8fcde8c84ce7069b8376ebec39019d6f69",
    "AlpacaEval 2 with gpt-4.1 as judge: its configuration",
  ),
];

const ALPACA_EVAL_FIGURES: readonly Asset[] = [
  fromAlpacaEval(
    "src/alpaca_eval/leaderboards/data_AlpacaEval/alpaca_eval_gpt4_leaderboard.csv",
    "alpaca-eval/leaderboards/alpaca_eval_gpt4",
    "alpaca_eval/leaderboards/alpaca_eval_gpt4_leaderboard.csv",
    10033,
    "9a86bb8cd16967ab94796ca6e52b63a14ceb59c953194ec064edfe690fb82ed6",
    "AlpacaEval 1: the published leaderboard",
  ),
  fromAlpacaEval(
    "src/alpaca_eval/leaderboards/data_AlpacaEval_2/weighted_alpaca_eval_gpt4_turbo_leaderboard.csv",
    "alpaca-eval/leaderboards/weighted_alpaca_eval_gpt4_turbo",
    "alpaca_eval/leaderboards/weighted_alpaca_eval_gpt4_turbo_leaderboard.csv",
    28339,
    "fe32bf85c2f7429038faa4c9a884d1d131726454ff84a4b810a91c1c7a2aa0e9",
    "AlpacaEval 2: the published leaderboard",
  ),
  fromAlpacaEval(
    "src/alpaca_eval/metrics/weights/weighted_alpaca_eval_gpt4_turbo/length_controlled_v1/baseline_gpt4_1106_preview.csv",
    "alpaca-eval/length-controlled/weights",
    "alpaca_eval/length_controlled_v1/baseline_gpt4_1106_preview.csv",
    15758,
    "3bd6d5a46327020f1b3eea79ac62d537f89a953d44ab0a6da83c954e36a23254",
    "AlpacaEval 2: published coefficients of the length-controlled fits",
  ),
  asset(
    [
      "alpaca-eval/length-controlled/gamed",
      "alpaca_eval/length_controlled_v1/df_gamed.csv",
      undefined,
      "97aeec3f1c7de6dee6fd31fe66f1702623f4614c3efe1c6fc5f4927cd5fd674d",
      "AlpacaEval 2: rows of the gamed baselines that anchor the length-controlled fit",
    ],
    `${ALPACA_EVAL_DATASET}/df_gamed.csv`,
    "CC-BY-NC-4.0",
  ),
  asset(
    [
      "alpaca-eval/length-controlled/difficulty",
      "alpaca_eval/length_controlled_v1/instruction_difficulty.csv",
      undefined,
      "e28d875bb334f75e17acd1e4ed659b261860e3db379cf5de29060301bed0a18b",
      "AlpacaEval 2: difficulty of each instruction for the length-controlled fit",
    ],
    `${ALPACA_EVAL_DATASET}/instruction_difficulty.csv`,
    "CC-BY-NC-4.0",
  ),
];

const JUDGEBENCH_PAIRS: readonly Asset[] = [
  asset(
    [
      "judgebench/pairs/claude-3-5-sonnet-20240620",
      "judgebench/pairs.claude-3-5-sonnet-20240620.jsonl",
      920039,
      "3b70504588e400613bf5744a20a345da8701b7150be9a30c9db0e6f3d7b70a62",
      "JudgeBench: 270 pairs of answers by claude-3-5-sonnet-20240620 with objective labels",
    ],
    `${JUDGEBENCH}/dataset=judgebench,response_model=claude-3-5-sonnet-20240620.jsonl`,
    "not stated",
  ),
];

/** @param source path in the original's repository */
/** One task of AGIEval v1 at the last revision that changed its file. */
function agievalTask(task: string, revision: string, sizeBytes: number, sha256: string): Asset {
  const purpose = `AGIEval v1: the task ${task} with its right answers`;
  return asset(
    [`agieval/${task}`, `agieval/v1/${task}.jsonl`, sizeBytes, sha256, purpose],
    `https://raw.githubusercontent.com/ruixiangcui/AGIEval/${revision}/data/v1/${task}.jsonl`,
    "see publisher",
  );
}

const AGIEVAL: readonly Asset[] = [
  agievalTask(
    "aqua-rat",
    "4d88e6ac70440359ac08eb34c0ebe0866985f9b3",
    141196,
    "cff42e946e6082dacb27285dae19cb4be98408ab760fe43c6c462e543be50572",
  ),
  agievalTask(
    "logiqa-en",
    "666a4895b23b8471f7bf9b18cac7ca8ca4de49f8",
    625504,
    "63d0e8efaca1944e7eac5037903650f92ca9c036155a66b4e95bf2aa06da1702",
  ),
  agievalTask(
    "lsat-ar",
    "4d88e6ac70440359ac08eb34c0ebe0866985f9b3",
    230150,
    "3b3e3fe09a07c695326adb82f38da0d67d5bbaadab41551f198c3102f1ea9dc8",
  ),
  agievalTask(
    "math",
    "4d88e6ac70440359ac08eb34c0ebe0866985f9b3",
    902609,
    "43e783af2025318125a96a970a0df37941124a5c0dabea382a12ce1b04651a11",
  ),
  agievalTask(
    "sat-en",
    "442e251e634599873644833b729c0ea83d77ce57",
    1101726,
    "33fe87b32ff16ae7ba52b27bb398190b082253b3617a3eb9737005262ba12dd4",
  ),
  agievalTask(
    "sat-math",
    "879c5ccd28af0ce82d38a094ee4fdb0663950050",
    280509,
    "9cde4c0522b6196852a5562db6e72bf8817b4802822db0fc10013d1becdab3c3",
  ),
];

/** Every asset that assay knows, grouped by benchmark. None of them ships with assay. */
export const ASSETS: readonly Asset[] = [
  ...MT_BENCH,
  ...VICUNA_BENCH,
  ...ALPACA_EVAL_OUTPUTS,
  ...ALPACA_EVAL_JUDGES,
  ...ALPACA_EVAL_FIGURES,
  ...JUDGEBENCH_PAIRS,
  ...ARENA_HARD_FILES,
  ...AGIEVAL,
];
