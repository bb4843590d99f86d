/**
 * The config file that `assay init` writes. Prose follows `# `; a line that starts with `#` and no space shows a key
 * that may be switched on by taking the `#` away. With all of them switched on it is still a valid config file.
 */
export const CONFIG_TEMPLATE = `# What \`assay run\` measures, and how. Check it with \`assay doctor\`, see the cost with \`assay run --dry-run\`.
#
# Most keys have a flag and an ASSAY_... variable, too: flags win over variables, variables over this file.
# Lines with "#" and no space after it show further keys. All of them: docs/configuration.md.
# No secrets here: an API key stands in an environment variable, and \`apiKeyEnv\` names that variable.

# ---------------------------------------------------------------- what is asked

# assay-80 and quickstart ship with assay; mt-bench, vicuna-bench, alpaca-eval and alpaca-eval-2 are fetched once;
# a path names a file of your own questions. \`assay list suites\` shows them.
suites: [assay-80]

# Only a part of each suite: its first questions, the first of each category, or questions by id.
#limit: 20
#limitPerCategory: 2
#questions: ["1", "2"]
# Only part I of N, for several machines; \`assay merge\` joins the parts. Usually a flag: --shard 2/8
#shard: 2/8

# Answers per question and model. More than one shows how much a model varies.
#trials: 1

# ---------------------------------------------------------------- who answers

# Where models are asked that name no endpoint of their own. Default: OPENAI_BASE_URL, else OpenAI.
#baseUrl: http://localhost:8000/v1
#apiKeyEnv: OPENAI_API_KEY

models:
  - id: my-model                           # display name, unique; names files and columns
    adapter: openai                        # openai | completions | replay | command | module, or a path to a module
    model: my-org/my-model                 # the name that the endpoint knows
    baseUrl: http://localhost:8000/v1
    #apiKeyEnv: VLLM_API_KEY               # name of the variable that holds the key
    #system: You are a helpful assistant.  # system message before each conversation
    #family: llama                         # judges of the same family are pointed out
    #priceKey: gpt-4.1-mini                # row of the price table; default: the model's name
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
  #- { id: program, adapter: command, command: python3, args: [serve.py] }

# ---------------------------------------------------------------- who judges

# Where judges are asked that name no endpoint of their own. Default: the models' endpoint.
#judgeBaseUrl: https://api.openai.com/v1
#judgeApiKeyEnv: OPENAI_API_KEY

judges:
  - model: gpt-6-luna                      # a dated snapshot where there is one: judges that change cannot be compared
    baseUrl: https://api.openai.com/v1
    apiKeyEnv: OPENAI_API_KEY
    #id: judge                             # display name
    #protocol: assay                       # how it judges: \`assay list judges\`, an alpaca_eval folder, or a module
    #mode: single                          # what it judges, if not what \`mode\` below says
    #structured: true                      # protocol assay: ask for the verdict as JSON
    #compat: true                          # accept whatever the original tool accepts, defects included

# How judges judge that say nothing themselves. Default: what the suite's authors use.
#judgeProtocol: assay

# single: each answer gets a rating. pairwise-baseline: each answer against that of the baseline.
# pairwise-all: every model against every other. Default: what the suite's authors do.
#mode: single
# The baseline: a model above, published answers such as gpt-3.5-turbo for mt-bench, or a file of recorded answers.
#baseline: my-model
# Both orders of each pair, or one drawn by the seed, where the protocol lets you choose.
#orders: both

# How often a verdict that cannot be read is sought.
#judgeAttempts: 2
# Estimate weighted preferences from so many samples, for endpoints without log-probabilities.
#judgeSamples: 8

# ---------------------------------------------------------------- calls and money

# Calls in flight per endpoint: a number, or auto, which finds out what the endpoint bears.
#concurrency: auto
# Requests and tokens per minute and endpoint.
#rpm: 500
#tpm: 200000
# Seconds for one attempt, headers and body.
#timeout: 600
# Retries after a limit or a fault.
#maxRetries: 8
# Hard cap in US dollars over answers, judgments and retries; the run stops with exit code 3 and can be resumed.
#budget: 20
# File with prices that override the bundled ones.
#prices: prices.yaml
# Share replies between runs. Switch it off for endpoints whose model changes under one name.
#cache: true
# Let workers (assay worker) make the calls over a Redis.
#queue: redis://localhost:6379
# Ask through the endpoints' Batch APIs: half the price, up to a day. An entry of models or judges may say so for itself.
#batch: true
# Seconds between two looks at the batches.
#batchPoll: 30
# Percent of answers or verdicts that may be missing before the exit code is 3.
#maxMissing: 0
# Ask again also for what failed for good in an earlier run.
#retryFailed: false
# Seed of everything random in assay itself. What the models sample is up to \`parameters.seed\`.
#seed: 1

# ---------------------------------------------------------------- what comes out

# Run folder; one that exists is resumed. Default: runs/ and the names of suites and models.
#out: runs/my-model

report:
  formats: [html, markdown, png, junit]    # \`assay list reports\` shows them
  #title: My model
  #redact: true                            # leave out all questions and answers

# Limits that decide the exit code: 1 when one is broken.
# metric: score | winRate | lengthControlledWinRate | coverage | missing | positionConsistency | cost
#gates:
  #- { metric: score, min: 6.5 }
  #- { metric: missing, max: 1 }
  #- { metric: score, category: math, min: 5, model: my-model, suite: assay-80 }
  # Not worse than another run, or a committed baseline file, by more than 0.2, as far as 95% confidence can tell.
  #- { metric: score, against: baseline.json, maxRegression: 0.2, confidence: 0.95 }

# What a gate does that the data cannot decide: pass | fail | exit-4 (a code of its own).
#inconclusive: pass
`;
