/** Shells that completion is there for. */
export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** What the file of a shell's completion is called by its users. */
export const completionFiles: Readonly<Record<Shell, string>> = {
  bash: 'washi.bash',
  zsh: '_washi',
  fish: 'washi.fish',
}

/** The line that loads completion in a running shell. */
export const loadLines: Readonly<Record<Shell, string>> = {
  bash: 'source <(washi autocomplete bash)',
  zsh: 'source <(washi autocomplete zsh)',
  fish: 'washi autocomplete fish | source',
}

// Bash takes a colon for the end of a word, so what stands before the last one is cut off the candidates.
const bash = `_washi() {
  local line="\${COMP_LINE:0:COMP_POINT}" words typed prefix
  read -ra words <<< "$line"
  [[ "$line" == *" " ]] && words+=("")
  typed="\${words[\${#words[@]}-1]}"
  prefix="\${typed%"\${typed##*[:=]}"}"
  local IFS=$'\n'
  COMPREPLY=($(washi complete-line -- "\${words[@]:1}" 2>/dev/null))
  COMPREPLY=("\${COMPREPLY[@]#"$prefix"}")
}
complete -o default -F _washi washi
`

const zsh = `#compdef washi
_washi() {
  local -a candidates
  candidates=("\${(@f)$(washi complete-line -- "\${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then compadd -- "\${candidates[@]}"; else _files; fi
}
if [ "$funcstack[1]" = "_washi" ]; then _washi "$@"; else compdef _washi washi; fi
`

const fish = `function __washi_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l candidates (washi complete-line -- $words[2..-1] 2>/dev/null)
  if set -q candidates[1]
    printf '%s\\n' $candidates
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c washi -f -a '(__washi_complete)'
`

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish }

/** The completion script of a shell; it asks washi itself for candidates. */
export function shellScript(shell: Shell): string {
  return scripts[shell]
}
