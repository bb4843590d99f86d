import type { BlindRow } from "../../../harness/core/ballot.js";

const PREFIX = "assay-vote";
const DATABASE = "assay-votes";
const ROWS = "rows";

/** Where a browser keeps what its voters said of a ballot. */
export interface VoteStorage {
  /** Every row kept of any voter. */
  readonly rows: readonly BlindRow[];
  /**
   * Keeps a row. Resolves to true once it would outlast the end of the page, and where the browser can say so the end
   * of the browser; to false where nothing can be kept.
   */
  keep(row: BlindRow): Promise<boolean>;
  /** Calls back when another window of this browser keeps a row. */
  onOther(listener: (row: BlindRow) => void): void;
}

function rowKey(row: BlindRow): string {
  return `${PREFIX}/${row.ballot}/${row.vote_id}${"withdrawn" in row ? "/withdrawn" : ""}`;
}

// What stands under these keys was written by this page, and says so by its key.
const asRow = (value: unknown) => value as BlindRow;

function parsed(text: string | null): BlindRow[] {
  try {
    return text === null ? [] : [asRow(JSON.parse(text))];
  } catch {
    return [];
  }
}

function localRows(ballot: string): BlindRow[] {
  try {
    const keys = Object.keys(window.localStorage).filter((key) => key.startsWith(`${PREFIX}/${ballot}/`));
    return keys.flatMap((key) => parsed(window.localStorage.getItem(key)));
  } catch {
    return [];
  }
}

function keepLocally(row: BlindRow): boolean {
  try {
    window.localStorage.setItem(rowKey(row), JSON.stringify(row));
    return true;
  } catch {
    return false;
  }
}

function finished<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Undefined where the browser has no database for this page, as in some private windows. */
async function openDatabase(): Promise<IDBDatabase | undefined> {
  try {
    const request = window.indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(ROWS);
    return await finished(request);
  } catch {
    return undefined;
  }
}

async function databaseRows(database: IDBDatabase | undefined, ballot: string): Promise<BlindRow[]> {
  if (database === undefined) return [];
  try {
    const range = IDBKeyRange.bound(`${PREFIX}/${ballot}/`, `${PREFIX}/${ballot}0`);
    const found = await finished(database.transaction(ROWS).objectStore(ROWS).getAll(range));
    return found.map(asRow);
  } catch {
    return [];
  }
}

/** Strict: done when the disk has it, so that the end of the browser, or of power, costs nothing. */
function keepInDatabase(database: IDBDatabase | undefined, row: BlindRow): Promise<boolean> {
  if (database === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    try {
      const transaction = database.transaction(ROWS, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve(true);
      transaction.onerror = () => resolve(false);
      transaction.onabort = () => resolve(false);
      transaction.objectStore(ROWS).put(row, rowKey(row));
    } catch {
      resolve(false);
    }
  });
}

/**
 * Opens what the browser keeps of a ballot. A row has two places, each of which some browser lacks, forgets or fills:
 * local storage, which is written at once, and a database, which says when the disk has it. Each row has a key of its
 * own, so that two windows never write over each other.
 */
export async function openVoteStorage(ballot: string): Promise<VoteStorage> {
  const database = await openDatabase();
  const known = new Map(
    [...(await databaseRows(database, ballot)), ...localRows(ballot)].map((row) => [rowKey(row), row]),
  );
  return {
    rows: [...known.values()],
    keep: async (row) => {
      const isLocal = keepLocally(row);
      return (await keepInDatabase(database, row)) || isLocal;
    },
    onOther: (listener) => {
      window.addEventListener("storage", ({ key, newValue }) => {
        if (key?.startsWith(`${PREFIX}/${ballot}/`)) for (const row of parsed(newValue)) listener(row);
      });
    },
  };
}
