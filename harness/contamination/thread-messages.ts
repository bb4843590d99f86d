import type { ContaminationMethod } from "../core/contamination.js";
import { DataError, messageOf } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import type { ScanOptions, UnitFacts } from "./corpus-records.js";
import type { FoundParts, FoundPassage } from "./findings.js";
import type { ScanUnit } from "./scan-units.js";
import type { SuiteIndex } from "./suite-index.js";

/** What a thread is started with. */
export interface ThreadData {
  readonly index: SuiteIndex;
  readonly options: Pick<ScanOptions, "fields" | "similarity" | "passages"> & {
    readonly methods: readonly ContaminationMethod[];
  };
  /** Whether every match is wanted, and not only those that are kept. */
  readonly wantsMatches: boolean;
}

/** What a thread is sent: a piece to scan, or that there is none left. */
export type ToThread = ScanUnit | "end";

/** An error on its way between threads, which keeps nothing of an error's class. */
export interface ThrownData {
  readonly message: string;
  readonly isData: boolean;
  readonly code?: string;
  readonly file?: string;
  readonly remedy?: string;
}

/** What a thread sends. */
export type FromThread =
  | { readonly kind: "matches"; readonly unit: number; readonly matches: readonly FoundPassage[] }
  | { readonly kind: "progress"; readonly unit: number; readonly bytes: number }
  | { readonly kind: "done"; readonly unit: number; readonly facts: UnitFacts }
  | { readonly kind: "failed"; readonly unit: number; readonly error: ThrownData }
  | { readonly kind: "found"; readonly found: FoundParts };

/** An error as it can be sent. */
export function thrownAsData(error: unknown): ThrownData {
  if (!(error instanceof DataError)) return { message: messageOf(error), isData: false };
  const { message, code, file, remedy } = error;
  return {
    message: message.slice(`${file}: `.length),
    isData: true,
    ...presentFields({ code, file, remedy }),
  };
}

/** The error that was sent. */
export function thrownFromData({ message, isData, code = "", file = "", remedy }: ThrownData): Error {
  if (!isData) return new Error(message);
  return new DataError(message, { code, file, ...presentFields({ remedy }) });
}

/** A copy of plain data whose typed arrays every thread reads at the same place, instead of having a copy of its own. */
export function sharedCopy<Value>(value: Value): Value {
  const copy = (one: unknown): unknown => {
    if (one === null || typeof one !== "object" || one instanceof Set) return one;
    if (one instanceof Int32Array) {
      const shared = new Int32Array(new SharedArrayBuffer(one.byteLength));
      shared.set(one);
      return shared;
    }
    if (one instanceof Uint8Array) {
      const shared = new Uint8Array(new SharedArrayBuffer(one.byteLength));
      shared.set(one);
      return shared;
    }
    if (Array.isArray(one)) return one.map(copy);
    return Object.fromEntries(Object.entries(one).map(([key, member]) => [key, copy(member)]));
  };
  return copy(value) as Value;
}
