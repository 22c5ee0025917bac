/**
 * The names in a list with commas between them, each looked up. A name may hold commas of its own: the longest known
 * one counts.
 *
 * @param find returns the names that a name stands for, none for an unknown one.
 * @param refuse throws for a piece with which no known name begins.
 */
export function parseNames(
  list: string,
  find: (name: string) => readonly string[],
  refuse: (name: string) => never,
): readonly string[] {
  const pieces = list.split(',');
  const names: string[] = [];
  for (let from = 0; from < pieces.length; ) {
    let to = pieces.length;
    let found: readonly string[] = [];
    for (; to > from && found.length === 0; to--) found = find(pieces.slice(from, to).join(',').trim());
    if (found.length === 0) refuse(pieces[from]?.trim() ?? '');
    names.push(...found);
    from = to + 1;
  }
  return [...new Set(names)];
}
