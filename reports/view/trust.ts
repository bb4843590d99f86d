import type { Scores } from "../../harness/core/board.js";
import { countOf } from "../../harness/core/count-of.js";
import type { CallTotals, Manifest, ManifestModel, ManifestSuite } from "../../harness/core/manifest.js";
import type { AssetUse, Json } from "../../harness/core/records.js";
import type { SentinelRound } from "../../harness/core/sentinel.js";
import { modeName } from "./boards.js";
import { formatCount, formatDuration, formatFigure, formatMoment, formatUsd } from "./format.js";
import type { FactGroup, ReportInput, TrustView } from "./records.js";

type Fact = FactGroup["facts"][number];

function fact(label: string, value: string | undefined, code = false): Fact[] {
  return value === undefined || value === "" ? [] : [{ label, value, ...(code ? { code } : {}) }];
}

function counted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} (${countOf(count, "call", "calls", formatCount(count))})`)
    .join(", ");
}

function json(value: Json): string {
  return JSON.stringify(value, null, 2);
}

function assetFacts(assets: readonly AssetUse[]): Fact[] {
  return assets.flatMap((asset) => {
    const pin =
      asset.pinned === null ? "own file" : asset.pinned ? "as pinned" : "differs from the pinned file";
    return fact(`Asset ${asset.id}`, `sha256 ${asset.sha256} (${pin})`, true);
  });
}

function runGroup(manifest: Manifest): FactGroup {
  return {
    title: "Run",
    facts: [
      ...fact("assay", manifest.tool.version),
      ...fact("Node.js", `${manifest.tool.node}, ${manifest.tool.platform}`),
      ...fact("Started", formatMoment(manifest.startedAt)),
      ...fact("Finished", manifest.finishedAt === null ? "not yet" : formatMoment(manifest.finishedAt)),
      ...fact("Time taken", formatDuration(manifest.durationMs)),
      ...fact("Status", manifest.status),
      ...fact("Seed", String(manifest.seed)),
      ...fact("Trials", String(manifest.trials)),
      ...fact(
        "Recorded samples",
        manifest.recordedSamples ? "yes: answers or verdicts are recorded, not a model's" : "no",
      ),
    ],
  };
}

function modelGroup(model: ManifestModel, role: string): FactGroup {
  return {
    title: `${role}: ${model.id}`,
    facts: [
      ...fact("Endpoint", model.endpoint, true),
      ...fact("Named itself", counted(model.endpointModels)),
      ...fact("System fingerprints", counted(model.systemFingerprints)),
      ...fact("Family", model.family),
      ...fact("Parameters refused", model.droppedParameters.join(", ")),
      ...fact("Identity", json(model.identity), true),
    ],
  };
}

function roundText(round: SentinelRound): string {
  const { at, isBase, mean, verdicts, lost, eValue, endpointModels, systemFingerprints } = round;
  const names = [...Object.keys(endpointModels), ...Object.keys(systemFingerprints)].join(", ");
  return [
    formatMoment(at),
    mean === null
      ? "no verdict"
      : `mean ${mean.toFixed(3)} over ${countOf(verdicts, "verdict", "verdicts", formatCount(verdicts))}`,
    ...(lost === 0 ? [] : [`${formatCount(lost)} lost`]),
    isBase ? "one of the first rounds" : `e-value ${eValue === null ? "unknown" : eValue.toPrecision(3)}`,
    ...(names === "" ? [] : [names]),
  ].join(", ");
}

/** How much of the input endpoints read from their prompt caches; nothing where none said so. */
function promptCacheText({ inputTokens, cachedInputTokens = 0 }: CallTotals["usage"]): string[] {
  if (cachedInputTokens === 0 || inputTokens === 0) return [];
  return [
    `${formatFigure((100 * cachedInputTokens) / inputTokens, "percent")} of the input from prompt caches`,
  ];
}

function totalsText(total: CallTotals): string {
  const { usage } = total;
  const parts = [
    countOf(total.calls, "call", "calls", formatCount(total.calls)),
    `${formatCount(total.retries)} retries`,
    `${formatCount(total.cached)} from cache`,
    `${formatCount(total.recorded)} recorded`,
    `${formatCount(usage.inputTokens)} input and ${countOf(usage.outputTokens, "output token", "output tokens", formatCount(usage.outputTokens))}`,
    ...promptCacheText(usage),
    total.costUsd === null ? "no price known" : formatUsd(total.costUsd),
  ];
  return parts.join(", ");
}

function questionsAsked({ questions, whole }: ManifestSuite): string {
  return whole === undefined
    ? formatCount(questions)
    : `${formatCount(questions)} of ${formatCount(whole.questions)}`;
}

function manifestGroups(manifest: Manifest): readonly FactGroup[] {
  const suites = manifest.suites.map((suite) => ({
    title: `Suite: ${suite.title}`,
    facts: [
      ...fact("Id", suite.id),
      ...fact("Questions asked", questionsAsked(suite)),
      ...fact("SHA-256 of the questions", suite.hash, true),
      ...assetFacts(suite.assets),
    ],
  }));
  const protocols = manifest.protocols.map((protocol) => ({
    title: `Protocol: ${protocol.id}`,
    facts: [
      ...fact("Judge", `${protocol.judge}, judge model ${protocol.judgeModel}`),
      ...fact("Mode", modeName(protocol.mode)),
      ...fact("Baseline", protocol.baseline),
      ...fact("Turns judged", protocol.turns === "each" ? "each" : "the last"),
      ...fact(
        "Orders",
        protocol.orders === undefined
          ? undefined
          : protocol.orders === "both"
            ? "both"
            : "one, drawn by seed",
      ),
      ...fact("Verdicts planned", formatCount(protocol.planned)),
      ...assetFacts(protocol.assets),
      ...fact("Identity", json(protocol.identity), true),
    ],
  }));
  const sentinels = (manifest.sentinel ?? []).map((history) => ({
    title: `Sentinel: ${history.protocol}`,
    facts: [
      ...fact("File", history.file, true),
      ...fact("Anchors", formatCount(history.anchors)),
      ...fact(
        "Alarm",
        `from an e-value of ${history.threshold} on; at most ${history.falseAlarmPercent}% of all histories without a change ever alarm`,
      ),
      ...history.rounds.flatMap((round, index) => fact(`Round ${index + 1}`, roundText(round))),
    ],
  }));
  const effort: FactGroup = {
    title: "Calls, tokens, money",
    facts: manifest.totals.flatMap((total) => fact(`${total.stage}: ${total.model}`, totalsText(total))),
  };
  return [
    runGroup(manifest),
    ...suites,
    ...manifest.models.map((model) => modelGroup(model, "Model")),
    ...manifest.judgeModels.map((model) => modelGroup(model, "Judge model")),
    ...protocols,
    ...sentinels,
    effort,
  ];
}

function sourcesGroup(scores: Scores): FactGroup {
  return {
    title: "Where the figures come from",
    facts: scores.sources.flatMap((source) =>
      fact(
        source.path,
        `${source.format}, ${countOf(source.records, "record", "records", formatCount(source.records))}`,
      ),
    ),
  };
}

/** What a reviewer needs: manifests in full, sources and warnings. */
export function trustView(input: ReportInput): TrustView {
  const several = input.manifests.length > 1;
  const groups = input.manifests.flatMap((manifest) =>
    manifestGroups(manifest).map((group) =>
      several ? { ...group, title: `${formatMoment(manifest.startedAt)} · ${group.title}` } : group,
    ),
  );
  return {
    groups: [...groups, sourcesGroup(input.scores)].filter((group) => group.facts.length > 0),
    configs: input.manifests.map((manifest) => ({
      title: several ? `Configuration of ${formatMoment(manifest.startedAt)}` : "Configuration",
      json: json(manifest.config),
    })),
    warnings: input.scores.warnings.map((warning) => ({
      code: warning.code,
      message: warning.message,
      count: warning.count ?? null,
    })),
  };
}
