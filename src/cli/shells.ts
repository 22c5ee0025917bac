import type { Candidate } from './completion.ts';

/** Completion in one shell. */
interface Shell {
  /** The script by which the shell completes `hpo`: it calls `hpo --complete <shell> <words>`. */
  readonly script: string;
  /** The instructions to use it in every new shell, and in this one. */
  readonly install: string;
  /** The words of a command line, from the words that the shell passes. */
  words(given: readonly string[]): readonly string[];
  /** Candidates in the form that the script reads, a line each. @param current the last word as the shell passed it. */
  lines(candidates: readonly Candidate[], current: string, words: readonly string[]): readonly string[];
}

const bash: Shell = {
  install: `echo 'eval "$(hpo completion bash)"' >> ~/.bashrc`,
  script: `# Completion of hpo in bash. Where it knows nothing, files are completed.
_hpo_complete() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <("$1" --complete bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _hpo_complete hpo
`,
  // bash splits words at : and =, and leaves quotes and backslashes in them.
  words: (given) => joinBroken(given).map(unquote),
  lines(candidates, current, words) {
    const isQuoted = /^['"]/.test(current);
    const whole = words.at(-1) ?? '';
    // The text before the last split is on the line already.
    const kept = Math.max(whole.lastIndexOf(':'), whole.lastIndexOf('=')) + 1;
    return candidates
      .map(({ value }) => value.slice(kept))
      .map((value) => (isQuoted ? value : value.replace(/[^\w@%+=:,./-]/gu, (each) => `\\${each}`)));
  },
};

const zsh: Shell = {
  install: `echo 'eval "$(hpo completion zsh)"' >> ~/.zshrc   (after compinit)`,
  script: `#compdef hpo
# Completion of hpo in zsh. Where it knows nothing, files are completed.
_hpo() {
  local -a candidates
  candidates=("\${(@f)$(\${words[1]} --complete zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then
    _describe 'hpo' candidates
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == "_hpo" ]]; then
  _hpo "$@"
else
  compdef _hpo hpo
fi
`,
  words: (given) => given,
  lines: (candidates) =>
    candidates.map(({ value, describe }) => {
      const name = value.replaceAll('\\', '\\\\').replaceAll(':', '\\:');
      return describe === '' ? name : `${name}:${oneLine(describe)}`;
    }),
};

const fish: Shell = {
  install: 'hpo completion fish > ~/.config/fish/completions/hpo.fish',
  script: `# Completion of hpo in fish. Where it knows nothing, files are completed.
function __hpo_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l candidates ($words[1] --complete fish $words[2..-1] 2>/dev/null)
  if test (count $candidates) -gt 0
    printf '%s\\n' $candidates
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c hpo -f -a '(__hpo_complete)'
`,
  words: (given) => given,
  lines: (candidates) =>
    candidates.map(({ value, describe }) => (describe === '' ? value : `${value}\t${oneLine(describe)}`)),
};

/** The shells for which hpo has completion. */
export const SHELLS = { bash, zsh, fish } as const satisfies Readonly<Record<string, Shell>>;
export type ShellName = keyof typeof SHELLS;

/** Whether hpo has completion for the shell of this name. */
export function isShellName(name: string): name is ShellName {
  return Object.hasOwn(SHELLS, name);
}

function joinBroken(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const [at, word] of words.entries()) {
    const before = words[at - 1];
    const glued = at > 0 && (/^[:=]+$/.test(word) || (before !== undefined && /^[:=]+$/.test(before)));
    if (glued) joined.push((joined.pop() ?? '') + word);
    else joined.push(word);
  }
  return joined;
}

function unquote(word: string): string {
  const [, quote, inside = ''] = /^(['"])(.*?)\1?$/s.exec(word) ?? [];
  if (quote === "'") return inside;
  return (quote === undefined ? word : inside).replaceAll(/\\(.)/gs, '$1');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
