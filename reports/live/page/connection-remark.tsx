import type { VNode } from "preact";
import type { Connection } from "./live-source.js";

/** Says when the viewer itself does not answer any longer: what is shown is then as old as the last event. */
export function ConnectionRemark({ connection }: { readonly connection: Connection }): VNode | null {
  if (connection !== "lost") return null;
  return (
    <p class="problem" role="alert">
      The viewer does not answer: it was stopped, or this page was opened under an address of an earlier one.
      What is shown is what was known last.
    </p>
  );
}
