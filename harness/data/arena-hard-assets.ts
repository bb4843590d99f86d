import { type Asset, type AssetFacts, asset } from "./asset.js";

/** Questions, answers and settings as Arena-Hard keeps them. */
const ARENA_HARD =
  "https://raw.githubusercontent.com/lmarena/arena-hard-auto/196f6b826783b3da7310e361a805fa36f0be83f3";

/** The last program that judges as v0.1 does: later ones ask no second turn. */
const ARENA_HARD_OLDER =
  "https://raw.githubusercontent.com/lmarena/arena-hard-auto/01109e9930889fde8baada6e86bb74a7e029608b";

function fromArenaHard(source: string, ...facts: AssetFacts): Asset {
  return asset(facts, `${ARENA_HARD}/${source}`);
}

function arenaHardFile(
  version: "v0.1" | "v2.0",
  file: string,
  ...rest: readonly [number, string, string]
): Asset {
  const suite = version === "v2.0" ? "arena-hard-v2" : "arena-hard-v0.1";
  const id =
    file === "question.jsonl" ? "questions" : file.replace("model_answer/", "answers/").replace(".jsonl", "");
  const source = `data/arena-hard-${version}/${file}`;
  return fromArenaHard(source, `${suite}/${id}`, `arena_hard/${version}/${file}`, ...rest);
}

/** Arena-Hard's files. */
export const ARENA_HARD_FILES: readonly Asset[] = [
  arenaHardFile(
    "v0.1",
    "question.jsonl",
    272075,
    "2650242d2883f22b2abd498f273b6a7e02253cce533f5c91a858e1d44aa3002f",
    "Arena-Hard v0.1: the 500 prompts",
  ),
  arenaHardFile(
    "v0.1",
    "model_answer/gpt-4-0314.jsonl",
    1270631,
    "0f6abc84de4600fde987d9db70f838f4ecdbd27a2f1f4058c12aa322a6f791b2",
    "Arena-Hard v0.1: the baseline's answers",
  ),
  arenaHardFile(
    "v0.1",
    "model_answer/gpt-3.5-turbo-0125.jsonl",
    1070610,
    "5cfec14570206ec251c3506d36951db87ca869757be75d6075a20120c3cbb616",
    "Arena-Hard v0.1: published answers of gpt-3.5-turbo-0125",
  ),
  fromArenaHard(
    "config/arena-hard-v0.1.yaml",
    "arena-hard-v0.1/judge-settings",
    "arena_hard/v0.1/arena-hard-v0.1.yaml",
    428,
    "87ac45a188421218349697b5eda95cc77f6e60b6f61495d67d8cfebba3210528",
    "Arena-Hard v0.1: what the judge's message is made of",
  ),
  // The original keeps the sentence as a constant of a program; a mirror's prompts.json may hold it as `follow_up`.
  asset(
    [
      "arena-hard-v0.1/follow-up",
      "arena_hard/v0.1/gen_judgment.py",
      9566,
      "0719ae34a004f1180b8ee3a271989f6cc6125c3d4c717263d57403b596da5333",
      "Arena-Hard v0.1: the sentence that asks for a label once more",
    ],
    `${ARENA_HARD_OLDER}/gen_judgment.py`,
  ),
  arenaHardFile(
    "v2.0",
    "question.jsonl",
    947596,
    "a75cef6623db6b27aec810497b059f0659705d7ff48dcbccc5bd5b130728ac73",
    "Arena-Hard v2.0: 500 hard and 250 creative prompts",
  ),
  arenaHardFile(
    "v2.0",
    "model_answer/o3-mini-2025-01-31.jsonl",
    4184593,
    "c23a7c255eead99f7f86ad48aa1d8ccdb5b3334f2097e0e1e09184df87265e03",
    "Arena-Hard v2.0: answers of the baseline for hard prompts",
  ),
  fromArenaHard(
    "config/arena-hard-v2.0.yaml",
    "arena-hard-v2/judge-settings",
    "arena_hard/v2.0/arena-hard-v2.0.yaml",
    543,
    "ee68e5c6ac98a79720bf11014fc3f7fc3c3e5899153b3b08efe3db0e174215a0",
    "Arena-Hard v2.0: what the judge's message is made of",
  ),
  // The original keeps the prompts as constants of a program; a mirror may hold them as JSON.
  fromArenaHard(
    "utils/judge_utils.py",
    "arena-hard/judge-prompts",
    "arena_hard/prompts.json",
    undefined,
    "cbb093f4fc27408d8447e946392f26f98538b1e3950f574aca91a0f7595167b4",
    "Arena-Hard: the judge's system prompts, for hard and for creative prompts",
  ),
];
