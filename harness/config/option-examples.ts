/** Entries that `assay init` shows under `models`; a `#` without a space after it marks what may be switched on. */
export const modelExamples = `
  - id: my-model                           # display name, unique; names files and columns
    adapter: openai                        # openai | completions | replay | command | module, or a path to a module
    model: my-org/my-model                 # the name that the endpoint knows
    baseUrl: http://localhost:8000/v1
    #apiKeyEnv: VLLM_API_KEY               # name of the variable that holds the key
    #system: You are a helpful assistant.  # system message before each conversation
    #family: llama                         # judges of the same family are pointed out
    #priceKey: gpt-5-mini                  # row of the price table; default: the model's name
    #batch: false                          # not in batches, whatever \`batch\` below says
    # These override what the suite asks for. \`extra\` goes to the endpoint as it is.
    #parameters: { temperature: 0.7, maxTokens: 1024, topP: 1, seed: 1, stop: ["###"], topLogprobs: 5, extra: {} }
    # Options of the adapter: docs/adapters.md.
    #options: { reasoning: separate }

  # One model behind several endpoints; calls go to the least busy one.
  #- { id: replicated, model: my-org/my-model, baseUrls: ["http://gpu-1:8000/v1", "http://gpu-2:8000/v1"] }
  # A server that only completes text, with the chat template that the model was trained with.
  #- { id: raw, adapter: completions, model: my-org/base, baseUrl: "http://localhost:8001/v1", template: chatml }
  # Recorded answers: assay's own, FastChat's or AlpacaEval's files.
  #- { id: recorded, adapter: replay, path: answers/recorded.jsonl }
  #- { id: recorded-too, adapter: replay, paths: [answers/part-1.jsonl, answers/part-2.jsonl] }
  # A program of yours that speaks JSON lines.
  #- { id: program, adapter: command, command: python3, args: [serve.py] }`;

/** The entry that `assay init` shows under `judges`. */
export const judgeExamples = `
  - model: gpt-6-luna                      # a dated snapshot where there is one: judges that change cannot be compared
    baseUrl: https://api.openai.com/v1
    apiKeyEnv: OPENAI_API_KEY
    #id: judge                             # display name
    #protocol: assay                       # how it judges: \`assay list judges\`, an alpaca_eval folder, or a module
    #mode: single                          # what it judges, if not what \`mode\` below says
    #structured: true                      # protocol assay: ask for the verdict as JSON
    #calls: each                           # protocol rubric: a call for each criterion (default: all in one)
    #abstain: true                         # protocol assay: the judge may say that it cannot decide
    #compat: true                          # accept whatever the original tool accepts, defects included
    #family: gpt                           # for \`familyGuard\` below
    #replacement: gpt-5-mini               # judges what this judge fails on, for a \`jury\`

  # A reward model in the place of a judge model, in a pairwise mode: docs/judges.md#reward-models.
  #- model: Skywork/Skywork-Reward-V2-Qwen3-8B
    #mode: pairwise-all
    #reward: { endpoint: "http://localhost:8000", shape: vllm-classify }`;

/** Entries that `assay init` shows under `gates`. */
export const gateExamples = `
  # metric: score | winRate | lengthControlledWinRate | coverage | missing | positionConsistency | cost
  #- { metric: score, min: 6.5 }
  #- { metric: missing, max: 1 }
  #- { metric: score, category: math, min: 5, model: my-model, suite: assay-80 }
  # The win rate that people's votes correct.
  #- { metric: winRate, min: 45, corrected: true }
  # Not worse than another run, or a committed baseline file, by more than 0.2, as far as 95% confidence can tell.
  #- { metric: score, against: baseline.json, maxRegression: 0.2, confidence: 0.95 }`;
