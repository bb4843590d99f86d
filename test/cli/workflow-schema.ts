import { z } from "zod";

/**
 * The parts of GitHub's and GitLab's formats that our workflows use, strict: a misspelt key fails. After
 * docs.github.com/actions (workflow syntax, metadata syntax) and docs.gitlab.com/ci/yaml.
 */
const text = z.string().min(1);
const environment = z.record(text, z.union([z.string(), z.number(), z.boolean()]));
/** Actions by a major version tag: `owner/name@v4`. */
const action = z.string().regex(/^[\w.-]+\/[\w./-]+@v\d+$/);

const common = {
  id: text.optional(),
  name: text.optional(),
  if: text.optional(),
  env: environment.optional(),
};
const usesStep = z.strictObject({ ...common, uses: action, with: environment.optional() });
const runStep = z.strictObject({
  ...common,
  run: text,
  shell: z.enum(["bash", "pwsh", "sh"]).optional(),
  "working-directory": text.optional(),
});
const step = z.union([usesStep, runStep]);
const permissions = z.record(
  z.enum(["actions", "contents", "id-token", "pages", "pull-requests"]),
  z.enum(["read", "write", "none"]),
);

const githubJob = z.strictObject({
  name: text.optional(),
  if: text.optional(),
  needs: z.union([text, z.array(text)]).optional(),
  "runs-on": text,
  "timeout-minutes": z.number().int().max(360).optional(),
  permissions: z.partialRecord(permissions.keyType, permissions.valueType).optional(),
  concurrency: z.strictObject({ group: text, "cancel-in-progress": z.boolean().optional() }).optional(),
  environment: z.strictObject({ name: text, url: text.optional() }).optional(),
  outputs: environment.optional(),
  env: environment.optional(),
  steps: z.array(step).min(1),
});

/** `.github/workflows/*.yml`. */
export const githubWorkflow = z.strictObject({
  name: text,
  on: z.strictObject({
    schedule: z.array(z.strictObject({ cron: z.string().regex(/^(\S+ ){4}\S+$/) })),
    pull_request: z.strictObject({ paths: z.array(text) }),
    workflow_dispatch: z.strictObject({
      inputs: z.record(text, z.strictObject({ description: text, default: z.string() })),
    }),
  }),
  permissions: z.partialRecord(permissions.keyType, permissions.valueType),
  env: environment,
  jobs: z.record(text, githubJob),
});

/** `action.yml` of a composite action, whose `run` steps must name their shell. */
export const compositeAction = z.strictObject({
  name: text,
  description: text,
  branding: z.strictObject({ icon: text, color: text }),
  inputs: z.record(text, z.strictObject({ description: text, default: z.string() })),
  outputs: z.record(text, z.strictObject({ description: text, value: text })),
  runs: z.strictObject({
    using: z.literal("composite"),
    steps: z.array(z.union([usesStep, runStep.required({ shell: true })])).min(1),
  }),
});

const rule = z.strictObject({
  if: text,
  changes: z.array(text).optional(),
  when: z.enum(["always", "never", "on_success", "manual"]).optional(),
});
const gitlabJob = z.strictObject({
  stage: text.optional(),
  extends: text.optional(),
  image: text.optional(),
  timeout: text.optional(),
  cache: z
    .strictObject({ key: z.strictObject({ files: z.array(text).max(2) }), paths: z.array(text) })
    .optional(),
  before_script: z.array(text).optional(),
  script: z.array(text).min(1).optional(),
  rules: z.array(rule).optional(),
  needs: z.array(text).optional(),
  artifacts: z
    .strictObject({
      when: z.enum(["always", "on_success", "on_failure"]).optional(),
      paths: z.array(text),
      // GitLab takes letters, digits, `-_ ` here.
      expose_as: z
        .string()
        .regex(/^[\w -]+$/)
        .optional(),
      reports: z.strictObject({ junit: text }).optional(),
      expire_in: text.optional(),
    })
    .optional(),
});

/** `.gitlab-ci.yml`: global keywords, and every other key a job. */
export const gitlabPipeline = z
  .object({
    stages: z.array(text),
    variables: environment,
    workflow: z.strictObject({ rules: z.array(rule) }),
  })
  .catchall(gitlabJob);
