import { messageOf } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { Asset } from "../../data/asset.js";
import { type AssetAccess, cacheFolder, selectAssets } from "../../data/asset-access.js";
import { assetAccess } from "../../data/asset-finder.js";
import {
  type AssetStatus,
  type FetchOutcome,
  fetchAssets,
  listAssets,
  verifyAssets,
} from "../../data/locate-asset.js";
import type { Given } from "../declarations/commands.js";
import { openDownloadDisplay } from "../download-progress.js";
import { exitCodes } from "../exit-codes.js";
import { type OpenServices, openServices } from "../open-services.js";
import { showBytes } from "../quantities.js";
import type { Terminal } from "../terminal.js";

const SCHEMA = "assay.data/1";

/** `assay data list|fetch|verify|path [NAMES…]`: benchmark assets. */
export async function data(given: Given<"data">, terminal: Terminal): Promise<number> {
  const { names = [] } = given;
  const open = openServices(terminal);
  try {
    const access = assetAccess(open.services);
    // A wrong name is found before anything is fetched or said.
    const chosen = selectAssets(names, access);
    switch (given.action) {
      case "fetch":
        return await fetchChosen(chosen, access, open, terminal);
      case "verify":
        return await verifyChosen(names, access, terminal);
      case "path":
        return await showPaths(names, access, terminal);
      default:
        return await listChosen(chosen, access, terminal);
    }
  } finally {
    open.release();
  }
}

function facts({ id, path, url, sha256, sizeBytes, licence, purpose }: Asset) {
  return { id, path, url, sha256, sizeBytes: sizeBytes ?? null, licence, purpose };
}

async function listChosen(
  chosen: readonly Asset[],
  access: AssetAccess,
  terminal: Terminal,
): Promise<number> {
  const statuses = await listAssets({ ...access, assets: chosen });
  terminal.document({
    schema: SCHEMA,
    folder: cacheFolder(access),
    assets: statuses.map(({ asset, status, path, origin }) => ({
      ...facts(asset),
      status,
      file: path,
      origin: origin ?? null,
    })),
  });
  const width = Math.max(...chosen.map((asset) => asset.id.length));
  for (const { asset, status } of statuses) {
    const size = asset.sizeBytes === undefined ? "" : showBytes(asset.sizeBytes);
    const state = status === "ready" ? terminal.colors.green("here  ") : "absent";
    terminal.say(
      `${asset.id.padEnd(width)}  ${state}  ${size.padStart(8)}  ${asset.licence.padEnd(12)}  ${asset.purpose}`,
    );
    if (terminal.verbose) terminal.say(terminal.colors.dim(`${" ".repeat(width)}  ${asset.url}`));
  }
  terminal.note(
    `Files are kept in ${cacheFolder(access)}${mirrorNote(access)}; \`assay data fetch\` gets them.`,
  );
  if (chosen.some((asset) => asset.licence === "CC-BY-NC-4.0"))
    terminal.note("CC-BY-NC-4.0: not for commercial use.");
  return exitCodes.done;
}

function mirrorNote({ environment }: AssetAccess): string {
  const mirror = environment.ASSAY_MIRROR?.trim();
  return mirror ? `, and asked for at ASSAY_MIRROR first` : "";
}

async function fetchChosen(
  chosen: readonly Asset[],
  access: AssetAccess,
  open: OpenServices,
  terminal: Terminal,
): Promise<number> {
  const display = openDownloadDisplay(terminal);
  const { stop } = open.services;
  const outcomes: FetchOutcome[] = [];
  try {
    for (const asset of chosen) {
      const outcome = await fetchAssets([asset.id], {
        ...access,
        onProgress: display.onProgress,
        // Half a file is resumed by the next fetch, so the first signal may cut a download off.
        ...presentFields({ signal: stop }),
      });
      display.finish();
      for (const one of outcome) showOutcome(one, terminal);
      outcomes.push(...outcome);
    }
  } catch (error) {
    if (stop?.aborted !== true) throw error;
    terminal.complain(`assay: ${messageOf(error)}; the same command goes on from here`);
  } finally {
    display.finish();
  }
  terminal.document({ schema: SCHEMA, assets: outcomes.map(outcomeDocument) });
  const failed = outcomes.filter((one) => !one.ok).length;
  terminal.say(`${outcomes.length - failed} of ${chosen.length} are here.`);
  return open.signalCode() ?? (failed > 0 ? exitCodes.usage : exitCodes.done);
}

function outcomeDocument(outcome: FetchOutcome) {
  if (!outcome.ok) {
    const { code, message, remedy } = outcome.error;
    return { id: outcome.asset.id, ok: false, error: { code, message, remedy: remedy ?? null } };
  }
  const { path, sha256, pinned, origin } = outcome.located;
  return { id: outcome.asset.id, ok: true, file: path, sha256, pinned, origin };
}

function showOutcome(outcome: FetchOutcome, terminal: Terminal): void {
  if (!outcome.ok) {
    terminal.complain(`${terminal.colors.red("failed")}  ${outcome.error.message}`);
    if (outcome.error.remedy !== undefined) terminal.complain(`        ${outcome.error.remedy}`);
    return;
  }
  const { asset, located } = outcome;
  const how = { mirror: "in the mirror", cache: "was here", download: "fetched" }[located.origin];
  terminal.say(
    `${terminal.colors.green("ok")}  ${asset.id}  ${located.pinned ? how : `${how}, other bytes than published`}`,
  );
}

const VERIFY_WORDS: Readonly<Record<AssetStatus["status"], string>> = {
  ready: "ok",
  "other-bytes": "other bytes than published (the mirror's own version)",
  damaged: "DAMAGED",
  absent: "absent",
};

async function verifyChosen(
  names: readonly string[],
  access: AssetAccess,
  terminal: Terminal,
): Promise<number> {
  const statuses = await verifyAssets(names, access);
  terminal.document({
    schema: SCHEMA,
    assets: statuses.map(({ asset, status, path, sha256, origin, problem }) => ({
      id: asset.id,
      status,
      file: path,
      sha256: sha256 ?? null,
      origin: origin ?? null,
      problem: problem ?? null,
    })),
  });
  for (const { asset, status, problem } of statuses) {
    terminal.say(`${asset.id}  ${VERIFY_WORDS[status]}`);
    if (problem !== undefined) terminal.complain(problem);
  }
  const damaged = statuses.filter((one) => one.status === "damaged");
  const absent = statuses.filter((one) => one.status === "absent");
  terminal.say(
    `${statuses.length - damaged.length - absent.length} here, ${absent.length} absent, ${damaged.length} damaged`,
  );
  if (damaged.length > 0) terminal.complain(fetchHint(damaged));
  // What nobody asked for by name may be absent.
  const isWrong = damaged.length > 0 || (names.length > 0 && absent.length > 0);
  return isWrong ? exitCodes.usage : exitCodes.done;
}

function fetchHint(statuses: readonly AssetStatus[]): string {
  return `Get them with \`assay data fetch ${statuses.map((one) => one.asset.id).join(" ")}\`.`;
}

function isUsable(status: AssetStatus["status"]): boolean {
  return status === "ready" || status === "other-bytes";
}

/** Without names: the folder of all assets, so that `cd "$(assay data path)"` works. */
async function showPaths(names: readonly string[], access: AssetAccess, terminal: Terminal): Promise<number> {
  if (names.length === 0) {
    terminal.document({ schema: SCHEMA, folder: cacheFolder(access) });
    terminal.say(cacheFolder(access));
    return exitCodes.done;
  }
  const statuses = await verifyAssets(names, access);
  terminal.document({
    schema: SCHEMA,
    assets: statuses.map(({ asset, status, path }) => ({
      id: asset.id,
      status,
      file: isUsable(status) ? path : null,
    })),
  });
  for (const { asset, status, path, problem } of statuses) {
    if (isUsable(status)) terminal.say(path);
    else terminal.complain(problem ?? `${asset.id} is not on this machine`);
  }
  const unusable = statuses.filter((one) => !isUsable(one.status));
  if (unusable.length === 0) return exitCodes.done;
  terminal.complain(fetchHint(unusable));
  return exitCodes.usage;
}
