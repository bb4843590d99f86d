import type { Named } from "../../core/registry.js";
import type { Given } from "../declarations/commands.js";
import { registries } from "../registries.js";
import { cell, type Terminal } from "../terminal.js";

type Kind = keyof typeof registries;

/** Where things of a kind are named, said below a list. */
const usedBy: Readonly<Record<Kind, string>> = {
  suites: "--suite NAME; a path names a file of your own questions",
  judges: "--judge-protocol NAME; a path names a definition, an alpaca_eval folder or a module of your own",
  adapters: "adapter: NAME in the config file; a path names a module of your own",
  reports: "--format NAME",
};

async function entriesOf(kind: Kind): Promise<readonly (readonly [string, Named])[]> {
  return (await registries[kind]()).entries();
}

function showKind(kind: Kind, entries: readonly (readonly [string, Named])[], terminal: Terminal): void {
  const width = Math.max(...entries.map(([name]) => name.length));
  for (const [name, { summary }] of entries)
    terminal.say(`${terminal.colors.bold(name.padEnd(width))}  ${cell(summary, 200)}`);
  terminal.say(terminal.colors.dim(`${" ".repeat(width)}  ${usedBy[kind]}`));
}

/** `assay list [suites|judges|adapters|reports]`: what can be named, with one line each. */
export async function list(given: Given<"list">, terminal: Terminal): Promise<number> {
  const kinds: readonly Kind[] =
    given.what === undefined ? ["suites", "judges", "adapters", "reports"] : [given.what];
  const lists: Partial<Record<Kind, { readonly name: string; readonly summary: string }[]>> = {};
  for (const [index, kind] of kinds.entries()) {
    const entries = await entriesOf(kind);
    lists[kind] = entries.map(([name, { summary }]) => ({ name, summary }));
    if (kinds.length > 1) terminal.say(`${index === 0 ? "" : "\n"}${terminal.colors.bold(`${kind}:`)}`);
    showKind(kind, entries, terminal);
  }
  terminal.document({ schema: "assay.list/1", ...lists });
  return 0;
}
