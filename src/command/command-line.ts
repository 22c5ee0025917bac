import { HpoError } from '../base/errors.ts';
import type { ParamValue } from '../space/distribution.ts';
import { type Placeholder, parsePlaceholder, textOf } from './placeholder.ts';

/** A stretch of text, or a placeholder. */
export type Part = string | Placeholder;

/** One word of a command line, which the program receives as one argument. */
export type Word = readonly Part[];

/** The value of a placeholder; undefined for a parameter that the trial does not have (of a branch not chosen). */
export type Lookup = (name: string) => ParamValue | undefined;

const NO_SHELL = `there is no shell; quote it, or write run: ['sh', '-c', 'python a.py --lr "$HPO_PARAM_LR" | tee log']`;

/**
 * A command line, taken apart once and filled for each trial. No shell is involved, so values may hold whatever they
 * like: one placeholder stays inside its one word.
 */
export class CommandLine {
  /** The command as it was given, for messages. */
  readonly text: string;
  readonly words: readonly Word[];

  /**
   * @param run a line, split into words as a POSIX shell would (blanks; `'…'`, `"…"` and `\` quote), or the words
   *   themselves. `{name}` is a placeholder wherever it stands, inside quotes too; `{{` and `}}` are braces.
   * @throws HpoError HPO_INVALID_STUDY for an unclosed quote or brace, an empty line, or a character that only a shell
   *   understands (`|`, `&`, `;`, `<`, `>`, `(`, `)`, `` ` ``, `$` unquoted).
   */
  constructor(run: string | readonly string[]) {
    this.text = typeof run === 'string' ? run.trim() : run.join(' ');
    this.words = typeof run === 'string' ? splitLine(run) : run.map(partsOf);
    if (this.words.length === 0 || this.words[0]?.length === 0) refuse('`run` is empty; give a program to run.');
    Object.freeze(this);
  }

  get placeholders(): readonly Placeholder[] {
    return this.words.flat().filter((part) => typeof part !== 'string');
  }

  /** The program, with `…` for placeholders. */
  get program(): string {
    return this.words[0]?.map((part) => (typeof part === 'string' ? part : '…')).join('') ?? '';
  }

  /**
   * The words with their placeholders replaced. A word with a placeholder that has no text is left out. If that
   * placeholder is the whole word, and no flag, an option without placeholders right before it (`--beta1`) is left out,
   * too.
   * @throws HpoError HPO_INVALID_STUDY for a flag whose value is neither true, false nor null.
   */
  fill(lookup: Lookup): string[] {
    const filled: { readonly text: string; readonly isOption: boolean }[] = [];
    for (const word of this.words) {
      const texts = word.map((part) => (typeof part === 'string' ? part : textOf(part, lookup(part.name))));
      if (!texts.includes(undefined)) {
        const text = texts.join('');
        filled.push({ text, isOption: /^--?[^-]/.test(text) && word.every((part) => typeof part === 'string') });
      } else if (isValueAlone(word) && filled.at(-1)?.isOption) filled.pop();
    }
    return filled.map(({ text }) => text);
  }
}

/** Whether a word is the value of an option: one placeholder and nothing else, and no flag. */
function isValueAlone([part, ...others]: Word): boolean {
  return others.length === 0 && typeof part === 'object' && part.flag === undefined;
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

/** The parts of a word that is given as such, in which only braces have a meaning. */
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

  /** Takes the brace at `at` and the text that belongs to it, and returns the last place taken. */
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
    this.parts.push(parsePlaceholder(text.slice(at + 1, end)));
    return end;
  }
}

function refuse(problem: string): never {
  throw new HpoError('HPO_INVALID_STUDY', `command(): ${problem}`);
}
