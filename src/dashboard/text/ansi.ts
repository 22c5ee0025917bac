import type { Line, Span } from './line.ts';

const COLORS = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, gray: 90 } as const;

/**
 * The line with the terminal's codes for its styles; without colours where the terminal has none, or none are wanted.
 */
export function ansiOf(line: Line, hasColors: boolean): string {
  return line.map((span) => styled(span, hasColors)).join('');
}

function styled({ text, color, bold, dim, inverse }: Span, hasColors: boolean): string {
  const codes = [
    ...(color !== undefined && hasColors ? [COLORS[color]] : []),
    ...(bold ? [1] : []),
    ...(dim ? [2] : []),
    ...(inverse ? [7] : []),
  ];
  return codes.length === 0 || text === '' ? text : `\u001b[${codes.join(';')}m${text}\u001b[0m`;
}
