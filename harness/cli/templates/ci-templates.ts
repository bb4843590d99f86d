import { MANAGER_COMMANDS, type ManagerCommands, type PackageManager } from "./package-managers.js";

/** A service that runs workflows. */
export type CiService = "github" | "gitlab";

/** Where each service looks for its workflow, from the root of the repository. */
export const CI_FILES: Readonly<Record<CiService, string>> = {
  github: ".github/workflows/assay.yml",
  gitlab: ".gitlab-ci.yml",
};

/** Name of the config file in the templates; other paths take its place. */
const CONFIG = "assay.yaml";

function listed(before: string, lines: readonly string[]): string {
  return lines.map((line) => `${before}${line}`).join("\n");
}

/** What a project needs for its jobs to find assay, as lines of a comment. */
function needsOf({ add, lockfile, needs }: ManagerCommands): string {
  return [
    `#   - assay among the dependencies of package.json, and ${lockfile}: \`${add}\`,`,
    "#     with the file that `npm pack` writes in a checkout of assay; commit it, too",
    ...(needs === undefined ? [] : [`#   - ${needs}`]),
  ].join("\n");
}

/** Steps that install, from a cache whose key is the lockfile. */
function githubInstall({ cache, install, lockfile }: ManagerCommands): string {
  return `      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - uses: actions/cache@v5
        with:
          path: ${cache}
          key: assay-\${{ runner.os }}-\${{ hashFiles('${lockfile}') }}
${listed("      - run: ", install)}`;
}

const github = (manager: ManagerCommands) => `# assay in GitHub Actions:
#   nightly      measures every night and publishes the report to GitHub Pages
#   checkpoint   measures a checkpoint on demand, or the project's models on a pull request; fails when a gate fails
#
# It needs:
${needsOf(manager)}
#   - the secret OPENAI_API_KEY (Settings > Secrets and variables > Actions), and others that assay.yaml names
#   - models that a runner can reach; for a cluster of your own, change \`runs-on\` to a runner there
#   - Pages published from "GitHub Actions" (Settings > Pages), for the report of \`nightly\`
name: assay

on:
  schedule:
    - cron: "17 3 * * *"
  pull_request:
    paths: ["assay.yaml", "baseline.json", "${manager.lockfile}"]
  workflow_dispatch:
    inputs:
      model:
        description: "Checkpoint to measure: NAME, or ID=NAME; empty for the models of assay.yaml"
        default: ""
      base-url:
        description: "Its endpoint, such as https://gpu.example/v1"
        default: ""

permissions:
  contents: read

env:
  CONFIG: assay.yaml

jobs:
  nightly:
    if: github.event_name == 'schedule'
    runs-on: ubuntu-latest
    timeout-minutes: 350
    concurrency:
      group: assay-nightly
    outputs:
      report: \${{ steps.report.outcome }}
    steps:
      - uses: actions/checkout@v6
${githubInstall(manager)}
      - name: Check config, keys and endpoints
        run: ${manager.assay} doctor "$CONFIG"
        env:
          OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
      - name: Measure
        # An endpoint may serve another checkpoint than last night under the same name.
        run: ${manager.assay} run "$CONFIG" --out runs/nightly --no-cache
        env:
          OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
      - name: Keep the run folder
        if: always()
        uses: actions/upload-artifact@v7
        with:
          name: assay-nightly
          path: runs/nightly
          if-no-files-found: ignore
          retention-days: 90
      - name: Hand the report to Pages
        id: report
        if: always() && hashFiles('runs/nightly/report/index.html') != ''
        uses: actions/upload-pages-artifact@v5
        with:
          path: runs/nightly/report

  publish:
    # A night with a failed gate is published, too; one without a report is not.
    if: always() && needs.nightly.outputs.report == 'success'
    needs: nightly
    runs-on: ubuntu-latest
    permissions:
      pages: write
      id-token: write
    environment:
      name: github-pages
      url: \${{ steps.deploy.outputs.page_url }}
    steps:
      - id: deploy
        uses: actions/deploy-pages@v5

  checkpoint:
    # Pull requests from forks get no secrets, so nothing could be asked.
    if: >-
      github.event_name == 'workflow_dispatch' ||
      (github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository)
    runs-on: ubuntu-latest
    timeout-minutes: 350
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: actions/checkout@v6
${githubInstall(manager)}
      - name: Measure, compare, decide
        # 0: every gate passed. 1: one failed. 2: the config is wrong. 3: too much is missing.
        run: ${manager.assay} run "$CONFIG" --out runs/checkpoint
        env:
          OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
          # Variables that are empty change nothing. OpenAI's key does not go to the checkpoint's endpoint.
          ASSAY_MODEL: \${{ inputs.model }}
          ASSAY_BASE_URL: \${{ inputs.base-url }}
          ASSAY_API_KEY_ENV: \${{ inputs.base-url && 'CHECKPOINT_API_KEY' || '' }}
          CHECKPOINT_API_KEY: \${{ secrets.CHECKPOINT_API_KEY }}
      - name: Keep the run folder
        if: always()
        uses: actions/upload-artifact@v7
        with:
          name: assay-checkpoint
          path: runs/checkpoint
          if-no-files-found: ignore
      - name: Comment on the pull request
        if: always() && github.event_name == 'pull_request' && hashFiles('runs/checkpoint/report/comment.md') != ''
        run: gh pr comment "$NUMBER" --body-file runs/checkpoint/report/comment.md --edit-last --create-if-none
        env:
          GH_TOKEN: \${{ github.token }}
          NUMBER: \${{ github.event.number }}
`;

const gitlab = (manager: ManagerCommands) => `# assay in GitLab CI:
#   assay-nightly      measures in scheduled pipelines; \`pages\` publishes its report to GitLab Pages
#   assay-checkpoint   measures a checkpoint on demand, or the project's models on a merge request; fails when a gate fails
#
# It needs:
${needsOf(manager)}
#   - the masked variable OPENAI_API_KEY (Settings > CI/CD > Variables), and others that assay.yaml names
#   - models that the runner can reach
#   - a nightly schedule (Build > Pipeline schedules)
#
# A checkpoint: Build > Pipelines > New pipeline, with the variables ASSAY_MODEL (NAME, or ID=NAME) and ASSAY_BASE_URL,
# and with ASSAY_API_KEY_ENV naming the variable with its key, so that OpenAI's key does not go there.

stages: [measure, publish]

variables:
  CONFIG: assay.yaml

workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_PIPELINE_SOURCE == "web" || $CI_PIPELINE_SOURCE == "api" || $CI_PIPELINE_SOURCE == "trigger"

.assay:
  stage: measure
  image: node:24-slim
  timeout: 6 hours
  cache:
    key:
      files: [${manager.lockfile}]
    paths: [${manager.cache}/]
  before_script:
${listed("    - ", manager.install)}
  artifacts:
    when: always
    paths: [runs/]
    expose_as: assay report
    reports:
      junit: runs/*/report/junit.xml
    expire_in: 90 days

assay-nightly:
  extends: .assay
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
  script:
    - ${manager.assay} doctor "$CONFIG"
    # An endpoint may serve another checkpoint than last night under the same name.
    - ${manager.assay} run "$CONFIG" --out runs/nightly --no-cache

assay-checkpoint:
  extends: .assay
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      changes: [assay.yaml, baseline.json, ${manager.lockfile}]
    - if: $CI_PIPELINE_SOURCE == "web" || $CI_PIPELINE_SOURCE == "api" || $CI_PIPELINE_SOURCE == "trigger"
  script:
    # 0: every gate passed. 1: one failed. 2: the config is wrong. 3: too much is missing.
    - ${manager.assay} run "$CONFIG" --out runs/checkpoint

pages:
  stage: publish
  image: node:24-slim
  # A failed gate is worth publishing, too.
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
      when: always
  needs: [assay-nightly]
  script:
    - test -f runs/nightly/report/index.html
    - rm -rf public && cp -r runs/nightly/report public
  artifacts:
    paths: [public]
`;

const TEMPLATES: Readonly<Record<CiService, (manager: ManagerCommands) => string>> = { github, gitlab };

/**
 * The workflow for a service: a nightly suite, a checkpoint gate, the report published to Pages.
 * @param configPath Config file from the root of the repository: letters, digits and `._/-`, so that it needs no quotes
 * in YAML or in a shell.
 * @param manager Who installs the project's packages.
 */
export function ciTemplate(
  service: CiService,
  configPath: string = CONFIG,
  manager: PackageManager = "npm",
): string {
  return TEMPLATES[service](MANAGER_COMMANDS[manager]).replaceAll(CONFIG, () => configPath);
}
