import { Writable } from 'node:stream';
import { type Instance, render } from 'ink';
import { createElement } from 'react';
import stringWidth from 'string-width';
import { Frame } from './frame.ts';
import { TerminalGuard } from './terminal-guard.ts';
import { ansiOf } from './text/ansi.ts';
import type { Line } from './text/line.ts';

/** The terminal of a {@link Canvas}, and the listener to its keys. */
export interface CanvasOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly onKey: (key: string) => void;
  readonly onResize: () => void;
}

/** The room of the terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The codes between which a terminal shows all changes at once; terminals that do not know them ignore them. */
const [BEGIN, END] = ['\u001b[?2026h', '\u001b[?2026l'];
const CLEAR = '\u001b[H\u001b[J';

/**
 * The terminal, drawn on with Ink. Ink makes each picture; the rows that have changed are put on the terminal here, one
 * by one, so that nothing flickers. (Ink itself erases all rows to write them again. Where the terminal has become too
 * low for the last picture, it even clears the lines that had scrolled off before the dashboard was opened.)
 */
export class Canvas {
  readonly #options: CanvasOptions;
  readonly #guard: TerminalGuard;
  readonly #hasColors: boolean;
  readonly #pictures: Pictures;
  #ink: Instance | undefined;
  #shown: readonly string[] = [];
  #shownSize: Size = { columns: 0, rows: 0 };

  constructor(options: CanvasOptions) {
    const { stdout } = options;
    this.#options = options;
    this.#hasColors = stdout.hasColors(16);
    this.#pictures = new Pictures((rows) => this.#show(rows));
    this.#guard = new TerminalGuard(stdout);
    stdout.on('resize', options.onResize);
  }

  get size(): Size {
    const { columns, rows } = this.#options.stdout;
    return { columns: columns || 80, rows: rows || 24 };
  }

  /** Draws a picture. @param lines no more, and no wider, than there is room for. */
  draw(lines: readonly Line[]): void {
    const { stdin, onKey } = this.#options;
    const frame = createElement(Frame, { lines: lines.map((line) => ansiOf(line, this.#hasColors)), onKey });
    this.#pictures.columns = this.size.columns;
    if (this.#ink) this.#ink.rerender(frame);
    else {
      const stdout = this.#pictures as unknown as NodeJS.WriteStream;
      // For debugging Ink writes each picture as a whole and nothing else, as needed here.
      this.#ink = render(frame, { stdin, stdout, debug: true, exitOnCtrlC: false, patchConsole: false });
    }
  }

  /** Gives the terminal back. */
  close(): void {
    this.#options.stdout.off('resize', this.#options.onResize);
    this.#ink?.unmount();
    this.#guard.release();
  }

  #show(rows: readonly string[]): void {
    const { columns, rows: height } = this.size;
    const isResized = columns !== this.#shownSize.columns || height !== this.#shownSize.rows;
    const former = isResized ? [] : this.#shown;
    const changes = rows.map((text, row) => (text === former[row] ? '' : at(row, text, columns)));
    this.#shown = rows;
    this.#shownSize = { columns, rows: height };
    const written = (isResized ? CLEAR : '') + changes.join('');
    if (written !== '') this.#options.stdout.write(BEGIN + written + END);
  }
}

/**
 * The codes that write text into a row. The rest of the row is erased only if there is one: behind text that fills the
 * row, that would erase its last character.
 */
function at(row: number, text: string, columns: number): string {
  return `\u001b[${row + 1};1H${text}${stringWidth(text) < columns ? '\u001b[K' : ''}`;
}

/** A stand-in for the terminal, from which Ink reads the width; it passes on each picture. */
class Pictures extends Writable {
  columns = 0;

  constructor(show: (rows: readonly string[]) => void) {
    super({
      decodeStrings: false,
      write(picture: string, _, done) {
        show(picture.split('\n'));
        done();
      },
    });
  }
}
