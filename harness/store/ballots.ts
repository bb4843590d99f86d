import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Ballot } from "../core/ballot.js";
import { DataError } from "../core/errors.js";
import { prettyJson, readJsonFile, writeFileAtomically } from "./run-folder.js";

/** Where drawings of pairs lie in a run folder. */
const ballotPaths = {
  folder: (run: string) => join(run, "votes", "ballots"),
  ballot: (run: string, id: string) => join(run, "votes", "ballots", `${id}.json`),
} as const;

/** Ids are hashes: whatever else a vote names cannot be the name of a file. */
const BALLOT_ID = /^[0-9a-f]{16}$/;

function isBallot(value: unknown): value is Ballot {
  return (
    value !== null &&
    typeof value === "object" &&
    "schema" in value &&
    value.schema === "assay.ballot/1" &&
    "items" in value &&
    Array.isArray(value.items)
  );
}

/** Keeps a ballot; it alone says whose answers a page shows. @throws AssayError `cannot-write`. */
export async function writeBallot(run: string, ballot: Ballot): Promise<void> {
  const file = ballotPaths.ballot(run, ballot.id);
  if (!existsSync(file)) await writeFileAtomically(file, prettyJson(ballot));
}

/** A ballot of a run; undefined when it was not drawn from this run. @throws DataError when it is damaged. */
export function readBallot(run: string, id: string): Ballot | undefined {
  if (!BALLOT_ID.test(id)) return undefined;
  const file = ballotPaths.ballot(run, id);
  if (!existsSync(file)) return undefined;
  const ballot = readJsonFile(file);
  if (isBallot(ballot)) return ballot;
  throw new DataError("is not a ballot that this version can read", {
    code: "broken-ballot",
    file,
    remedy: "Restore it: without it nobody knows which model gave which answer.",
  });
}

/** Ids of a run's ballots, in the order of the alphabet. */
export function ballotIds(run: string): string[] {
  const folder = ballotPaths.folder(run);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .map((name) => name.replace(/\.json$/, ""))
    .filter((id) => BALLOT_ID.test(id))
    .sort();
}

/** The run beside this one that a ballot was drawn from, for the error that names it. */
export function neighbourWithBallot(run: string, id: string): string | undefined {
  if (!BALLOT_ID.test(id)) return undefined;
  const parent = dirname(resolve(run));
  const names = existsSync(parent) ? readdirSync(parent) : [];
  return names.map((name) => join(parent, name)).find((path) => existsSync(ballotPaths.ballot(path, id)));
}
