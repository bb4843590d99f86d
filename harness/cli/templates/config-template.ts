import { type ConfigOption, type OptionTable, optionGroups } from "../../config/option.js";
import { options } from "../../config/options.js";

const HEAD = `# What \`assay run\` measures, and how. Check it with \`assay doctor\`, see the cost with \`assay run --dry-run\`.
#
# Most keys have a flag and an ASSAY_... variable, too: flags win over variables, variables over this file.
# Lines with "#" and no space after it show further keys. All of them: docs/configuration.md (of the package).
# No secrets here: an API key stands in an environment variable, and \`apiKeyEnv\` names that variable.
`;
const COLUMNS = 118;

/** A sentence of Markdown as comment lines: a capital first, links as their words alone. */
function comment(markdown: string, indent: string): string[] {
  const text = markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  const words = `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? "" : "."}`.split(" ");
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= COLUMNS)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}# ${word}`);
  }
  return lines;
}

function linesOf(name: string, option: ConfigOption, indent: string): string[] {
  const { docs = option.help, otherwise, example = "", isSet } = option;
  const defaultText = otherwise ?? (option.default === undefined ? undefined : String(option.default));
  const sentence = defaultText === undefined ? docs : `${docs}. Default: ${defaultText}`;
  const value = example.startsWith("\n") ? example : ` ${example}`;
  return [...comment(sentence, indent), `${indent}${isSet ? "" : "#"}${name}:${value}`, ""];
}

function groupLines(group: string, table: OptionTable): string[] {
  const lines: string[] = [];
  let parent: string | undefined;
  for (const [key, option] of Object.entries(table)) {
    if (option.group !== group || option.flagOnly) continue;
    const [top = key, inner] = key.split(".");
    if (inner !== undefined && top !== parent) lines.push(`${top}:`);
    parent = inner === undefined ? undefined : top;
    lines.push(...linesOf(inner ?? top, option, inner === undefined ? "" : "  "));
  }
  return lines;
}

/**
 * The config file that `assay init` writes. Prose follows `# `; a line that starts with `#` and no space shows a key
 * that may be switched on by taking the `#` away. With all of them switched on it is still a valid config file.
 */
export function configTemplate(table: OptionTable = options): string {
  const groups = Object.entries(optionGroups).map(([group, title]) => {
    return [`# ${"-".repeat(64)} ${title.toLowerCase()}`, "", ...groupLines(group, table)].join("\n");
  });
  return `${[HEAD, ...groups].join("\n").trimEnd()}\n`;
}
