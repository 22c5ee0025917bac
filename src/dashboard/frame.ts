import { type Key, Text, Transform, useInput } from 'ink';
import { createElement, type ReactElement } from 'react';

/** The lines that a {@link Frame} shows, and the listener to its keys. */
export interface FrameProps {
  /** With the terminal's codes for colours, none wider than the terminal. */
  readonly lines: readonly string[];
  readonly onKey: (key: string) => void;
}

/**
 * Draws lines, and reports the keys that are pressed by name: a character, or `up`, `enter`, `escape`, `ctrl-c`, …
 *
 * Ink lays out a dot for each line, which a transform then replaces with the line: Ink measures every text that it lays
 * out and keeps the result for good, which over the hours of a search would be everything ever shown.
 */
export function Frame({ lines, onKey }: FrameProps): ReactElement {
  useInput((input, key) => {
    for (const name of keysOf(input, key)) onKey(name);
  });
  const transform = (_: string, row: number) => lines[row] ?? '';
  return createElement(Transform, { transform }, createElement(Text, null, Array(lines.length).fill('.').join('\n')));
}

/** The keys in one chunk of input from Ink: pasted text is many keys. */
function keysOf(input: string, key: Key): string[] {
  if (key.ctrl) return input === 'c' ? ['ctrl-c'] : [];
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.leftArrow) return ['left'];
  if (key.rightArrow) return ['right'];
  if (key.pageUp) return ['pageup'];
  if (key.pageDown) return ['pagedown'];
  if (key.return) return ['enter'];
  if (key.escape) return ['escape'];
  if (key.backspace || key.delete) return ['backspace'];
  return key.meta || key.tab ? [] : Array.from(input, (character) => NAMES[character] ?? character);
}

/** The names of keys that come in one chunk with others. */
const NAMES: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u0003': 'ctrl-c',
};
