import type { Given } from "../declarations/commands.js";
import { registries } from "../registries.js";
import { commandWords } from "../shell/command-words.js";
import { completionScript } from "../shell/completion.js";
import type { Terminal } from "../terminal.js";

/** `assay completion SHELL`: a script that completes commands, flags and names. */
export async function completion(given: Given<"completion">, terminal: Terminal): Promise<number> {
  const [suites, judges, reports] = await Promise.all([
    registries.suites(),
    registries.judges(),
    registries.reports(),
  ]);
  const names = {
    suites: suites.names,
    judgeProtocol: judges.names,
    "report.formats": reports.names,
  };
  const script = completionScript(given.shell, commandWords(names));
  terminal.say(script.trimEnd());
  terminal.document({ schema: "assay.completion/1", shell: given.shell, script });
  return 0;
}
