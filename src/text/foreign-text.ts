// The one door through which foreign text (names, values, messages, the output of programs) reaches people.
//
// A hidden character is one that moves a cursor, turns the direction of writing, or is invisible: control characters
// (C0, DEL, C1), bidirectional marks and isolates, line separators, zero-width and other ignorable characters, halves
// of surrogate pairs. It is shown as JSON escapes it, `\u001b`. The joiners and selectors of emoji, and the joiners
// after letters of scripts that need them (Arabic, Indic), are not hidden characters.

const HIDDEN = String.raw`[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]`;

const PICTURE = String.raw`\p{Extended_Pictographic}[\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]?`;
const EMOJI = String.raw`${PICTURE}(?:\u200d${PICTURE})*|[0-9#*]\ufe0f\u20e3`;

const JOINED = ['Arab', 'Syrc', 'Nkoo', 'Mong', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym']
  .concat('Sinh', 'Khmr', 'Mymr')
  .map((script) => String.raw`\p{Script_Extensions=${script}}`)
  .join('');
const JOINER = String.raw`(?<=[${JOINED}])[\u200c\u200d](?!${HIDDEN})`;

const FINDER = new RegExp(`(${EMOJI}|${JOINER})|${HIDDEN}`, 'gu');

/** Texts without anything to find, as most are. */
const PLAIN = /^[ -~]*$/;

/** The text with each of its hidden characters replaced by the result of `by`. */
export function replaceHidden(text: string, by: (character: string) => string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(FINDER, (found: string, kept: string | undefined) => kept ?? by(found));
}

/** The text on one line: hidden characters, line breaks and tabs are shown as JSON escapes them. */
export function visible(text: string): string {
  return replaceHidden(text, escaped);
}

/** The text on its lines: hidden characters are shown as JSON escapes them; line breaks and tabs stay. */
export function visibleLines(text: string): string {
  return replaceHidden(text, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

/**
 * The text on one line and of the same length, for narrow places: hidden characters, line breaks and tabs become dots.
 */
export function dotted(text: string): string {
  return replaceHidden(text, () => '·');
}

/** A character as JSON escapes it. */
export function escaped(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

// Whole control sequences of ECMA-48, in 7 and in 8 bits: CSI; the strings OSC, DCS, SOS, PM and APC up to ST (OSC up
// to BEL, too); and two- and three-character escapes.
const CSI = String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]`;
const OSC = String.raw`(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)`;
const STRING = String.raw`(?:\u001b[PX^_]|[\u0090\u0098\u009e\u009f])[^\u001b\u009c]*(?:\u001b\\|\u009c)`;
const ESCAPE = String.raw`\u001b[ -/]*(?![PX\[\]^_])[0-~]`;
const SEQUENCE = new RegExp(`${CSI}|${OSC}|${STRING}|${ESCAPE}`, 'gu');

/** Select Graphic Rendition: colours, bold and the like. */
const COLOR = /^.\[[0-9;:]*m$/s;
const RESET = '\u001b[0m';

/** The lines of a text that a program wrote, each as {@link programLine} gives it. */
export function programLines(text: string, hasColors: boolean): readonly string[] {
  return text.split('\n').map((line) => programLine(line, hasColors));
}

/**
 * A line that a program wrote, made fit to stand among our own lines. Of text that was written over (by carriage
 * returns, as progress bars do) only the last state is kept. Colours stay whole and end with the line, or are dropped
 * without `hasColors`. Other control sequences are dropped, since they would move the cursor or change the terminal;
 * tabs become spaces. All other hidden characters, an unfinished control sequence included, are shown as in {@link
 * visible}.
 */
export function programLine(line: string, hasColors: boolean): string {
  if (PLAIN.test(line)) return line;
  const state = lastState(line).replaceAll('\t', '    ');
  let shown = '';
  let isColored = false;
  let from = 0;
  for (const { 0: sequence, index } of state.matchAll(SEQUENCE)) {
    shown += visible(state.slice(from, index));
    from = index + sequence.length;
    if (!hasColors || !COLOR.test(sequence)) continue;
    shown += sequence;
    isColored = true;
  }
  return shown + visible(state.slice(from)) + (isColored ? RESET : '');
}

/** The text after the last carriage return that is followed by text. */
function lastState(line: string): string {
  const text = line.replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}
