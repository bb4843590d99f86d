import {
  type ConfigOption,
  flagName,
  type OptionTable,
  optionGroups,
  variableName,
} from "../../harness/config/option.js";

const HEAD = ["| key | flag | variable | means | default |", "| --- | --- | --- | --- | --- |"];

function rowOf(key: string, option: ConfigOption): string {
  const flag = flagName(key, option);
  const variable = variableName(key, option);
  const defaultText = option.default === undefined ? "–" : `\`${String(option.default)}\``;
  const cells = [
    option.flagOnly ? "–" : `\`${key}\``,
    option.default === true ? `\`--${flag}\`, \`--no-${flag}\`` : `\`--${flag}\``,
    variable === undefined ? "–" : `\`${variable}\``,
    option.docs ?? option.help,
    option.otherwise ?? defaultText,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** docs/configuration.md with the table of each group of options as the options say it. */
export function withOptionTables(page: string, table: OptionTable): string {
  return Object.entries(optionGroups).reduce((text, [group, title]) => {
    const rows = Object.entries(table).flatMap(([key, option]) =>
      option.group === group ? [rowOf(key, option)] : [],
    );
    const lines = text.split("\n");
    const start = lines.indexOf(`### ${title}`) + 1;
    if (start === 0) throw new Error(`docs/configuration.md has no heading "${title}"`);
    const end = lines.findIndex((line, index) => index >= start && !line.startsWith("|"));
    return [...lines.slice(0, start), ...HEAD, ...rows, ...lines.slice(end)].join("\n");
  }, page);
}
