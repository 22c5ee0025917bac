import { graphemesOf, graphemesWithin, textWidth } from './columns.ts';

const DOTS = '…';
/** The part of the room that the beginning of a name gets; the end is more often the part that differs. */
const HEAD_SHARE = 0.4;
/** The part of the room that shows the text before a difference. */
const BEFORE_SHARE = 0.3;

/**
 * Names of at most `width` columns each, with `…` in place of parts that are alike: in the middle, or in front of and
 * behind the place where names differ. Names that fit stay. Different names stay different, by numbers (`~2`) where
 * they would look alike, as long as the width has room for these.
 */
export function shortNames(names: readonly string[], width: number): readonly string[] {
  const long = [...new Set(names)].filter((name) => textWidth(name) > width);
  const short = new Map<string, string>();
  const taken = new Set(names.filter((name) => textWidth(name) <= width));
  for (const [shown, alike] of groupsBy(long, (name) => withoutMiddle(graphemesOf(name), width))) {
    if (alike.length === 1) short.set(alike[0] as string, shown);
    else shortenAlike(alike, width, short);
  }
  for (const [name, shown] of short) {
    const own = numbered(shown, width, taken);
    taken.add(own);
    short.set(name, own);
  }
  return names.map((name) => short.get(name) ?? name);
}

/**
 * Shortens names that look alike to the place where they differ; those that still look alike, to the next such place.
 */
function shortenAlike(alike: readonly string[], width: number, short: Map<string, string>): void {
  const graphemes = new Map(alike.map((name) => [name, graphemesOf(name)]));
  const [first = [], ...others] = graphemes.values();
  let shared = 0;
  while (shared < first.length && others.every((other) => other[shared] === first[shared])) shared++;
  for (const [shown, group] of groupsBy(alike, (name) => aroundPlace(graphemes.get(name) ?? [], shared, width))) {
    if (group.length === 1 || group.length === alike.length) for (const name of group) short.set(name, shown);
    else shortenAlike(group, width, short);
  }
}

/** The beginning and the end of a name. */
function withoutMiddle(graphemes: readonly string[], width: number): string {
  const head = graphemesWithin(graphemes, Math.floor((width - 1) * HEAD_SHARE));
  const tail = graphemesWithin([...graphemes].reverse(), width - 1 - textWidth(head.join(''))).reverse();
  return width < 1 ? '' : `${head.join('')}${DOTS}${tail.join('')}`;
}

/** The part of a name around a place, with a little of the text before it. */
function aroundPlace(graphemes: readonly string[], place: number, width: number): string {
  const before = graphemesWithin(graphemes.slice(0, place).reverse(), Math.floor(width * BEFORE_SHARE)).length;
  const begin = place - before;
  const front = begin > 0 ? DOTS : '';
  const rest = graphemes.slice(begin);
  const room = width - textWidth(front);
  if (room < 1) return withoutMiddle(graphemes, width);
  if (textWidth(rest.join('')) <= room) return front + rest.join('');
  return `${front}${graphemesWithin(rest, room - 1).join('')}${DOTS}`;
}

/** A text that is not taken yet: itself, or with a number at its end. */
function numbered(text: string, width: number, others: ReadonlySet<string>): string {
  if (!others.has(text)) return text;
  for (let number = 2; ; number++) {
    const mark = `~${number}`;
    if (mark.length > width) return text;
    const own = graphemesWithin(graphemesOf(text), width - mark.length).join('') + mark;
    if (!others.has(own)) return own;
  }
}

function groupsBy(names: readonly string[], keyOf: (name: string) => string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = keyOf(name);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [name]);
    else group.push(name);
  }
  return groups;
}
