import type { VNode } from "preact";
import type { LiveStatus } from "../../../harness/core/live-run.js";
import { STATUS } from "./words.js";

/** The word for how a run stands. */
export function StatusMark({ status }: { readonly status: LiveStatus }): VNode {
  const { word, mark } = STATUS[status];
  return <span class={`status status-${mark}`}>{word}</span>;
}
