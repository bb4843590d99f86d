import { toolVersion } from "../core/package-files.js";

/** What help a command line asks for: that of a command, or of assay itself where none is named. */
function askedHelp(words: readonly string[]): { readonly command: string | undefined } | undefined {
  const at = words.findIndex((word) => !word.startsWith("-"));
  const command = at < 0 ? undefined : words[at];
  if (command === "help") return { command: words[at + 1] };
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  return words.length === 0 || own.includes("--help") || own.includes("-h") ? { command } : undefined;
}

/** Help comes from a bundle of its own (build/bundle.mjs): the command line shares its parts with every command. */
async function helps(words: readonly string[]): Promise<boolean> {
  const asked = askedHelp(words);
  if (asked === undefined) return false;
  const { writeHelp } = await import("./write-help.js");
  return writeHelp(asked.command);
}

/**
 * Does what a command line asks and sets the process's exit code. Asking for the version or for help loads nothing else.
 * @param words Arguments without node and script.
 */
export async function enter(words: readonly string[]): Promise<void> {
  if (words.length === 1 && (words[0] === "--version" || words[0] === "-V")) {
    process.stdout.write(`${toolVersion()}\n`);
  } else if (!(await helps(words))) {
    const { runCommandLine } = await import("./command-line.js");
    await runCommandLine(words);
  }
}
