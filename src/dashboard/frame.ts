import { Box, type Key, Text, useInput } from 'ink';
import { createElement, type ReactElement } from 'react';
import type { Line } from './text/line.ts';

/** Draws lines, and tells the keys that are pressed by name: a character, or `up`, `enter`, `escape`, `ctrl-c`, … */
export function Frame({ lines, onKey }: { lines: readonly Line[]; onKey: (key: string) => void }): ReactElement {
  useInput((input, key) => {
    for (const name of keysOf(input, key)) onKey(name);
  });
  return createElement(Box, { flexDirection: 'column' }, ...lines.map((line, row) => drawn(line, row)));
}

function drawn(line: Line, row: number): ReactElement {
  const spans = line.map(({ text, color, bold, dim, inverse }, at) =>
    createElement(
      Text,
      { key: at, ...(color && { color }), bold: bold === true, dimColor: dim === true, inverse: inverse === true },
      text,
    ),
  );
  return createElement(Text, { key: row, wrap: 'truncate' }, ...(spans.length > 0 ? spans : [' ']));
}

/** What Ink tells of one chunk of input: pasted text is many keys. */
function keysOf(input: string, key: Key): string[] {
  if (key.ctrl) return input === 'c' ? ['ctrl-c'] : [];
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.pageUp) return ['pageup'];
  if (key.pageDown) return ['pagedown'];
  if (key.return) return ['enter'];
  if (key.escape) return ['escape'];
  if (key.backspace || key.delete) return ['backspace'];
  return key.meta || key.tab ? [] : Array.from(input, (character) => NAMES[character] ?? character);
}

/** Of keys that come in one chunk with others. */
const NAMES: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u0003': 'ctrl-c',
};
