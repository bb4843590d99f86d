import { canonicalJson, sha256 } from "../../core/hash.js";

/** Version of Every Eval Ever's schemas that is written. */
export const SCHEMA_VERSION = "0.3.0";

/** A UUID (version 4 in form) that the same content always has. */
export function uuidOf(content: unknown): string {
  const hex = [...sha256(canonicalJson(content)).slice(0, 32)];
  hex[12] = "4";
  hex[16] = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4] ?? "8";
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A time as the schemas want it: seconds since 1970 as a text. */
export function unixSeconds(iso: string): string {
  return String(Math.floor(Date.parse(iso) / 1000));
}

/** A model. What nothing in a run folder tells is said to be unknown. */
export function modelInfo(name: string, id: string): object {
  const [developer = "unknown"] = id.split("/");
  return {
    name,
    id,
    developer,
    additional_details: { deployment_type: "unknown", model_availability: "unknown" },
  };
}
