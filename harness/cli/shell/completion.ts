import type { CommandWords, FlagWords } from "./command-words.js";
import type { Shell } from "./shells.js";

/** A word in single quotes, as POSIX shells read it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const takesValue = ({ placeholder }: FlagWords) => placeholder !== "";

function bashCase({ name, flags, words }: CommandWords): string[] {
  const values = flags.filter((one) => takesValue(one) && one.choices.length === 0).map(({ flag }) => flag);
  return [
    `    ${name})`,
    `      flags=${quoted(flags.map(({ flag }) => flag).join(" "))}`,
    `      files=${quoted(values.join(" "))}`,
    `      words=${quoted(words.join(" "))}`,
    "      case $previous in",
    ...flags.flatMap(({ flag, choices }) =>
      choices.length === 0 ? [] : [`        ${flag}) choices=${quoted(choices.join(" "))} ;;`],
    ),
    "      esac",
    "      ;;",
  ];
}

function bash(commands: readonly CommandWords[]): string {
  return `# Completion of assay for bash: source <(assay completion bash)
_assay() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' at=0 i
  local flags='' files='' words='' choices=''
  COMPREPLY=()
  # --flag=value comes as three words.
  if [[ $current == = ]]; then
    current=''
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then command=\${COMP_WORDS[i]} at=$i; break; fi
  done
  case $command in
    '') words=${quoted(commands.map(({ name }) => name).join(" "))} flags='--help --version' at=$((COMP_CWORD - 1)) ;;
${commands.flatMap(bashCase).join("\n")}
  esac
  if [[ -n $choices ]]; then
    COMPREPLY=($(compgen -W "$choices" -- "$current"))
  elif [[ $previous == -* && " $files " == *" $previous "* ]]; then
    return
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif ((COMP_CWORD == at + 1)) && [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o bashdefault -o default -F _assay assay
`;
}

/** Text inside a specification of zsh's \`_arguments\`. */
function zshText(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

function zshFlag({ flag, help, placeholder, isRepeatable, choices }: FlagWords): string {
  const value = choices.length === 0 ? "_files" : `(${choices.join(" ")})`;
  const spec = `${isRepeatable ? "*" : ""}${flag}${placeholder === "" ? "" : "="}[${zshText(help)}]`;
  return quoted(placeholder === "" ? spec : `${spec}:${zshText(placeholder)}:${value}`);
}

function zshCase({ name, flags, words }: CommandWords): string[] {
  const rest =
    words.length === 0 ? "'*:file:_files'" : `${quoted(`1:what:(${words.join(" ")})`)} '*:file:_files'`;
  return [
    `    ${name})`,
    "      _arguments \\",
    ...flags.map((one) => `        ${zshFlag(one)} \\`),
    `        ${rest}`,
    "      ;;",
  ];
}

function zsh(commands: readonly CommandWords[]): string {
  return `#compdef assay
# Completion of assay for zsh: assay completion zsh > a folder of $fpath, as _assay; or source <(assay completion zsh)
_assay() {
  if ((CURRENT == 2)); then
    local -a commands=(
${commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`).join("\n")}
    )
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${commands.flatMap(zshCase).join("\n")}
  esac
}
if [[ $funcstack[1] == _assay ]]; then
  _assay "$@"
else
  compdef _assay assay
fi
`;
}

/** Text in single quotes, as fish reads it. */
function fishText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function fishLines({ name, summary, flags, words }: CommandWords): string[] {
  const within = `-n '__fish_seen_subcommand_from ${name}'`;
  return [
    `complete -c assay -n __fish_use_subcommand -f -a ${name} -d ${fishText(summary)}`,
    ...(words.length === 0 ? [] : [`complete -c assay ${within} -a ${fishText(words.join(" "))}`]),
    ...flags.map((one) => {
      const value = !takesValue(one)
        ? ""
        : one.choices.length === 0
          ? " -r"
          : ` -x -a ${fishText(one.choices.join(" "))}`;
      return `complete -c assay ${within} -l ${one.flag.slice(2)}${value} -d ${fishText(one.help)}`;
    }),
  ];
}

function fish(commands: readonly CommandWords[]): string {
  return [
    "# Completion of assay for fish: assay completion fish | source",
    ...commands.flatMap(fishLines),
    "",
  ].join("\n");
}

/** The script that completes assay's commands, flags and their values in a shell; it starts no Node while one types. */
export function completionScript(shell: Shell, commands: readonly CommandWords[]): string {
  return { bash, zsh, fish }[shell](commands);
}
