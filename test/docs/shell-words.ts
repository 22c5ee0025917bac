/**
 * The words of a line of the shell that is nothing but a command, without its comment; undefined where it has variables,
 * pipes or the like, which need a shell.
 */
export function shellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '' && !rest.startsWith('#')) {
    const [word] = /^(?:'[^']*'|[^\s'"\\|&;<>$`()*?#]|(?<=\S)#)+/.exec(rest) ?? [];
    if (word === undefined) return undefined;
    words.push(word.replaceAll("'", ''));
    rest = rest.slice(word.length).trimStart();
  }
  return words;
}
