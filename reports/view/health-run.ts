import { nounFor } from "../../harness/core/count-of.js";
import type { CallTotals, Manifest, ManifestModel } from "../../harness/core/manifest.js";
import { totalCostUsd } from "../../harness/core/total-cost.js";
import { formatDuration, formatMoment, pointerSegment, showFigure } from "./format.js";
import { healthItem } from "./health-item.js";
import type { HealthItem, Phrase, ShownFigure } from "./records.js";

function counter(object: Readonly<Record<string, number>>, from: string) {
  return (field: string): ShownFigure => showFigure(object[field] ?? 0, "count", `${from}/${field}`);
}

/** `, 2 failed` for each field that is not zero. */
function tail(counts: Readonly<Record<string, number>>, fields: readonly string[], from: string): Phrase {
  const count = counter(counts, from);
  return fields.flatMap(
    (field): Phrase => ((counts[field] ?? 0) > 0 ? [", ", count(field), ` ${field}`] : []),
  );
}

function answersItem(manifest: Manifest, from: string): HealthItem {
  const counts = manifest.answers;
  const count = counter(counts, `${from}/answers`);
  const complete =
    counts.completed === counts.planned && counts.truncated === 0 && counts.empty === 0 && !counts.filtered;
  return healthItem(
    complete ? "good" : "doubt",
    "Answers",
    count("completed"),
    " of ",
    count("planned"),
    ` ${nounFor(counts.planned, "answer")} ${nounFor(counts.completed, "is", "are")} there`,
    ...tail(counts, ["failed", "truncated", "filtered", "empty"], `${from}/answers`),
    counts.truncated > 0 ? ". Truncated answers ran into the token limit and are judged as they stand." : ".",
    counts.filtered
      ? " Filtered answers were broken off by a content filter and are judged as they stand."
      : "",
  );
}

function verdictsItem(manifest: Manifest, from: string): HealthItem {
  const counts = manifest.judgments;
  const count = counter(counts, `${from}/judgments`);
  const { replaced = 0, abstained = 0 } = counts;
  const complete = counts.judged + abstained === counts.planned && counts.unreadable === 0;
  return healthItem(
    complete ? "good" : "doubt",
    "Verdicts",
    count("judged"),
    " of ",
    count("planned"),
    ` ${nounFor(counts.planned, "verdict")} ${nounFor(counts.judged, "was", "were")} given`,
    ...tail(counts, ["abstained", "unreadable", "failed", "skipped"], `${from}/judgments`),
    ...(replaced === 0 ? [] : [", ", count("replaced"), ` of them judged by a replacement for the jury`]),
    complete
      ? "; all are readable."
      : ". What is not there is not averaged in; the bounds of each figure say how much it could matter.",
  );
}

/** What the sentinels of the run's judges say. */
function sentinelItems({ sentinel = [] }: Manifest): readonly HealthItem[] {
  return sentinel.map(({ alarm, newNames, sentence }) =>
    healthItem(alarm === null && newNames.length === 0 ? "good" : "doubt", "Sentinel", { name: sentence }),
  );
}

function statusItem(manifest: Manifest): HealthItem {
  const names: Readonly<Record<Manifest["status"], string>> = {
    complete: "The run finished and is complete.",
    incomplete: "The run finished, but not everything is there; the same command resumes it.",
    interrupted: "The run was interrupted; the same command resumes it.",
    running: "The run had not finished when this report was made.",
  };
  return healthItem(manifest.status === "complete" ? "good" : "doubt", "Status", names[manifest.status]);
}

function sum(
  totals: readonly CallTotals[],
  field: "calls" | "retries" | "cached" | "recorded",
  from: string,
): ShownFigure {
  const value = totals.reduce((all, total) => all + total[field], 0);
  const pointers = totals.map((_, index) => `${from}/totals/${index}/${field}`).join(" + ");
  return { ...showFigure(value, "count", pointers), from: pointers };
}

function effortItem(manifest: Manifest, from: string): HealthItem {
  const calls = sum(manifest.totals, "calls", from);
  const looked: Phrase = (["retries", "cached", "recorded"] as const).flatMap((field): Phrase => {
    const figure = sum(manifest.totals, field, from);
    return figure.value === 0 ? [] : [", ", figure, ` ${field}`];
  });
  const priced = manifest.totals.filter(({ costUsd }) => costUsd !== null);
  const pointers = manifest.totals
    .flatMap((total, index) => (total.costUsd === null ? [] : [`${from}/totals/${index}/costUsd`]))
    .join(" + ");
  const money: Phrase =
    pointers === ""
      ? [", cost unknown (no price on record)"]
      : [
          ", ",
          { ...showFigure(totalCostUsd(priced), "usd", pointers), from: pointers },
          priced.length === manifest.totals.length ? "" : " where a price is known",
        ];
  const took: ShownFigure = {
    value: manifest.durationMs,
    text: formatDuration(manifest.durationMs),
    from: `${from}/durationMs`,
  };
  return healthItem(
    "note",
    "Effort",
    calls,
    ` ${nounFor(calls.value ?? 0, "call")}`,
    ...looked,
    ...money,
    ", ",
    took,
    ".",
  );
}

function endpointItems(model: ManifestModel, role: string, from: string): HealthItem[] {
  const names = Object.entries(model.endpointModels);
  const items: HealthItem[] = [];
  if (names.length > 1) {
    const told = names.flatMap(
      ([name], index): Phrase => [
        index === 0 ? "" : ", ",
        { name },
        " (",
        showFigure(model.endpointModels[name], "count", `${from}/endpointModels/${pointerSegment(name)}`),
        ")",
      ],
    );
    items.push(
      healthItem(
        "doubt",
        "Model changed",
        `The endpoint of ${role} `,
        { name: model.id },
        " presented itself under several names: ",
        ...told,
        ". It may have changed in mid-run.",
      ),
    );
  }
  if (model.cutPrompts !== undefined) {
    items.push(
      healthItem(
        "doubt",
        "Prompts cut",
        "The endpoint of ",
        { name: model.id },
        " counted far fewer tokens than the text holds in ",
        showFigure(model.cutPrompts, "count", `${from}/cutPrompts`),
        ` ${nounFor(model.cutPrompts, "call")}: it cut the prompts at its context and answered something else. Serve it with a longer context and ask again.`,
      ),
    );
  }
  if (model.reducedCalls !== undefined) {
    items.push(
      healthItem(
        "doubt",
        "Little room",
        showFigure(model.reducedCalls, "count", `${from}/reducedCalls`),
        ` ${nounFor(model.reducedCalls, "call")} of `,
        { name: model.id },
        " got the room that the prompt left in the context, less than was asked for.",
      ),
    );
  }
  if (model.droppedParameters.length > 0) {
    const dropped = model.droppedParameters.join(", ");
    items.push(
      healthItem(
        "doubt",
        "Parameters refused",
        "The endpoint of ",
        { name: model.id },
        " refused ",
        { name: dropped },
        "; its calls were made without.",
      ),
    );
  }
  return items;
}

function familyItems(manifest: Manifest): HealthItem[] {
  return manifest.judgeModels.flatMap((judge) =>
    manifest.models
      .filter((model) => judge.family !== undefined && model.family === judge.family)
      .map((model) =>
        healthItem(
          "doubt",
          "Same family",
          "Judge ",
          { name: judge.id },
          " and model ",
          { name: model.id },
          " are of the same family (",
          { name: model.family ?? "" },
          "); judges tend to favour their own kind.",
        ),
      ),
  );
}

function assetItems(manifest: Manifest): HealthItem[] {
  const assets = [...manifest.suites, ...manifest.protocols].flatMap((owner) => owner.assets);
  const changed = [...new Set(assets.filter((asset) => asset.pinned === false).map((asset) => asset.id))];
  return changed.map((id) =>
    healthItem(
      "doubt",
      "Asset differs",
      "The file ",
      { name: id },
      " is not the one that assay pins; the figures do not compare with published ones.",
    ),
  );
}

function failureItems(manifest: Manifest, from: string, redact: boolean): HealthItem[] {
  return manifest.failures.map((failure, index) => {
    const of = ` ${nounFor(failure.count, failure.stage === "answers" ? "answer" : "verdict")} of `;
    const why = redact || failure.message === "" ? failure.code : `${failure.code}: ${failure.message}`;
    const remedy: Phrase = failure.remedy === undefined || redact ? [] : [" ", { name: failure.remedy }];
    const count = showFigure(failure.count, "count", `${from}/failures/${index}/count`);
    if (failure.code === "unreadable-verdict") {
      const why: Phrase = redact ? ["."] : [": ", { name: failure.message }];
      return healthItem(
        "doubt",
        "Unreadable",
        count,
        of,
        { name: failure.model },
        " could not be read",
        ...why,
        ...remedy,
      );
    }
    return healthItem(
      "doubt",
      "Failures",
      count,
      of,
      { name: failure.model },
      " failed: ",
      { name: why },
      ...remedy,
    );
  });
}

/** What a manifest tells about its run, in plain words. `from` is its JSON Pointer; `redact` leaves error texts out. */
export function manifestItems(manifest: Manifest, from: string, redact: boolean): readonly HealthItem[] {
  return [
    statusItem(manifest),
    answersItem(manifest, from),
    verdictsItem(manifest, from),
    ...failureItems(manifest, from, redact),
    ...manifest.models.flatMap((model, index) => endpointItems(model, "model", `${from}/models/${index}`)),
    ...manifest.judgeModels.flatMap((model, index) =>
      endpointItems(model, "judge", `${from}/judgeModels/${index}`),
    ),
    ...sentinelItems(manifest),
    ...familyItems(manifest),
    ...assetItems(manifest),
    effortItem(manifest, from),
    healthItem(
      "note",
      "Run",
      `Started ${formatMoment(manifest.startedAt)}, assay ${manifest.tool.version}, seed ${manifest.seed}.`,
    ),
  ];
}
