import { HpoError } from '../base/errors.ts';

/** A stretch of text, or the name of what is to stand in its place. */
export type Part = string | { readonly name: string };

/** One word of a command line: what the program receives as one argument. */
export type Word = readonly Part[];

/** The text of a placeholder; undefined for a parameter that the trial does not have (of a branch not chosen). */
export type Lookup = (name: string) => string | undefined;

const NO_SHELL = `there is no shell; quote it, or write run: ['sh', '-c', 'python a.py --lr "$HPO_PARAM_LR" | tee log']`;

/**
 * A command line, taken apart once and filled for each trial. No shell is involved, so values may hold whatever they
 * like: one placeholder stays inside its one word.
 */
export class CommandLine {
  /** As it was given, for messages. */
  readonly text: string;
  readonly words: readonly Word[];

  /**
   * @param run a line, split into words as a POSIX shell would (blanks; `'…'`, `"…"` and `\` quote), or the words
   *   themselves. `{name}` is a placeholder wherever it stands, inside quotes too; `{{` and `}}` are braces.
   * @throws HpoError HPO_INVALID_STUDY for an unclosed quote or brace, an empty line, or what only a shell understands
   *   (`|`, `&`, `;`, `<`, `>`, `(`, `)`, `` ` ``, `$` unquoted).
   */
  constructor(run: string | readonly string[]) {
    this.text = typeof run === 'string' ? run.trim() : run.join(' ');
    this.words = typeof run === 'string' ? splitLine(run) : run.map(partsOf);
    if (this.words.length === 0 || this.words[0]?.length === 0) refuse('`run` is empty; give a program to run.');
    Object.freeze(this);
  }

  /** The names of all placeholders. */
  get names(): ReadonlySet<string> {
    return new Set(this.words.flat().flatMap((part) => (typeof part === 'string' ? [] : [part.name])));
  }

  /**
   * The words with their placeholders replaced. A word with a placeholder that has no text is left out; if it is that
   * placeholder alone, an option without placeholders right before it (`--beta1`) goes with it.
   */
  fill(lookup: Lookup): string[] {
    const filled: { readonly text: string; readonly isOption: boolean }[] = [];
    for (const word of this.words) {
      const texts = word.map((part) => (typeof part === 'string' ? part : lookup(part.name)));
      if (!texts.includes(undefined)) {
        const text = texts.join('');
        filled.push({ text, isOption: /^--?[^-]/.test(text) && word.every((part) => typeof part === 'string') });
      } else if (word.length === 1 && filled.at(-1)?.isOption) filled.pop();
    }
    return filled.map(({ text }) => text);
  }
}

/** Reads a line from left to right. */
function splitLine(line: string): Word[] {
  const words: Word[] = [];
  let word: WordBuilder | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (character === quote) quote = undefined;
    else if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word.parts);
      word = undefined;
    } else {
      word ??= new WordBuilder();
      if (quote === undefined && (character === '"' || character === "'")) quote = character;
      else if (character === '\\' && quote !== "'" && (quote === undefined || /["\\$`\n]/.test(next))) {
        if (next === '') refuse('`run` ends in a backslash.');
        if (next !== '\n') word.add(next);
        at++;
      } else if (character === '{' || character === '}') at = word.addBrace(line, at);
      else if (isForShell(character, quote)) refuse(`\`run\` has ${character} in it, and ${NO_SHELL}.`);
      else word.add(character);
    }
  }
  if (quote !== undefined) refuse(`\`run\` has a ${quote} that is not closed: ${line.trim()}`);
  if (word !== undefined) words.push(word.parts);
  return words;
}

function isForShell(character: string, quote: string | undefined): boolean {
  return quote === undefined ? /[|&;<>()$`]/.test(character) : quote === '"' && /[$`]/.test(character);
}

/** A word that is given as such: only its braces mean something. */
function partsOf(text: string): Word {
  const word = new WordBuilder();
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '{' || character === '}') at = word.addBrace(text, at);
    else word.add(character);
  }
  return word.parts;
}

class WordBuilder {
  readonly parts: Part[] = [];

  add(text: string): void {
    const last = this.parts.at(-1);
    if (typeof last === 'string') this.parts[this.parts.length - 1] = last + text;
    else this.parts.push(text);
  }

  /** Takes the brace at `at` with what belongs to it, and returns the last place taken. */
  addBrace(text: string, at: number): number {
    const brace = text.charAt(at);
    if (text.charAt(at + 1) === brace) {
      this.add(brace);
      return at + 1;
    }
    if (brace === '}') {
      this.add(brace);
      return at;
    }
    const end = text.indexOf('}', at);
    if (end < 0) refuse(`\`run\` has a { that is not closed: ${text.slice(at).trim()} (write {{ for a brace).`);
    const name = text.slice(at + 1, end);
    if (name === '') refuse('`run` has {} in it; name a parameter between the braces, or write {{}} for braces.');
    this.parts.push({ name });
    return end;
  }
}

function refuse(problem: string): never {
  throw new HpoError('HPO_INVALID_STUDY', `command(): ${problem}`);
}
