import type { Progress } from '../study/definition/definition.ts';
import { visible } from '../text/foreign-text.ts';
import { formatCount } from '../text/format.ts';
import type { Output } from './reporter.ts';

const BAR_WIDTH = 24;

/** Shows progress: on a terminal as a bar that is written over, elsewhere as a line for each tenth part. */
export class ProgressLine {
  readonly #output: Output;
  #shown: string | undefined;
  #tenth = -1;

  constructor(output: Output) {
    this.#output = output;
  }

  show(progress: Progress, prefix = ''): void {
    if (progress.label !== this.#shown) this.clear();
    this.#shown = progress.label;
    const share = progress.total ? Math.min(1, progress.done / progress.total) : undefined;
    if (this.#output.isTTY) {
      const line = `${prefix}${bar(share)} ${describe(progress, share)}`;
      this.#output.write(`\r\u001b[K${line.slice(0, (this.#output.columns ?? 80) - 1)}`);
      return;
    }
    const tenth = share === undefined ? 0 : Math.floor(share * 10);
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.#output.write(`${prefix}${describe(progress, share)}\n`);
  }

  /** Removes the bar, so that a line can be written. */
  clear(): void {
    if (this.#shown !== undefined && this.#output.isTTY) this.#output.write('\r\u001b[K');
    this.#shown = undefined;
    this.#tenth = -1;
  }

  /** Whether a bar stands on the terminal. */
  get isShown(): boolean {
    return this.#shown !== undefined;
  }
}

function bar(share: number | undefined): string {
  if (share === undefined) return '…';
  const full = Math.round(share * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

function describe({ label, done, total, unit }: Progress, share: number | undefined): string {
  const percent = share === undefined ? '' : `${Math.floor(share * 100)} % `;
  return visible(`${label}  ${percent}(${formatCount(done, total, unit)})`);
}
