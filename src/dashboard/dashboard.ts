import { type Instance, render } from 'ink';
import { createElement } from 'react';
import type { RunEvent } from '../runner/run-event.ts';
import { Frame } from './frame.ts';
import { bodyHeight, draw } from './screens/index.ts';
import { pageOf } from './screens/trials.ts';
import type { StudyFeed } from './study-feed.ts';
import { SystemWatch, UNKNOWN_SYSTEM } from './system-state.ts';
import { TerminalGuard } from './terminal-guard.ts';
import { type Order, press, START } from './ui-state.ts';

/** How often the database is asked what has changed. */
const REFRESH_MS = 250;
/** How often the screen is drawn though nothing has changed but the time. */
const REDRAW_MS = 1_000;
const SYSTEM_MS = 2_000;

/** What a dashboard needs. */
export interface DashboardOptions {
  readonly feed: StudyFeed;
  /** Does what a key asks for. What it throws is shown. */
  readonly onOrder: (order: Order) => void | Promise<void>;
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
}

/**
 * A study on the whole terminal, until it is closed: on the alternate screen, drawn when something changes, at most ten
 * times a second.
 */
export class Dashboard {
  readonly #options: DashboardOptions;
  readonly #stdout: NodeJS.WriteStream;
  readonly #guard: TerminalGuard;
  readonly #ink: Instance;
  readonly #timer: NodeJS.Timeout;
  readonly #watch = new SystemWatch();
  readonly #onResize = () => this.#draw();
  #ui = START;
  #system = UNKNOWN_SYSTEM;
  #drawnAt = 0;
  #lookedAt = 0;
  #isStale = true;
  #isReading = false;

  constructor(options: DashboardOptions) {
    const { stdin = process.stdin, stdout = process.stdout } = options;
    this.#options = options;
    this.#stdout = stdout;
    this.#guard = new TerminalGuard(stdout);
    this.#ink = render(this.#frame(), { stdin, stdout, exitOnCtrlC: false, patchConsole: false, maxFps: 10 });
    this.#timer = setInterval(() => void this.#tick(), REFRESH_MS);
    stdout.on('resize', this.#onResize);
  }

  /** Takes an event of our own run. */
  take(event: RunEvent): void {
    this.#options.feed.take(event);
    this.#isStale = true;
  }

  /** Gives the terminal back. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stdout.off('resize', this.#onResize);
    this.#ink.unmount();
    this.#guard.release();
    await this.#options.feed.close();
  }

  async #tick(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      const now = performance.now();
      if (await this.#options.feed.refresh()) this.#isStale = true;
      if (now - this.#lookedAt >= SYSTEM_MS && this.#ui.tab === 'system') {
        this.#lookedAt = now;
        const pids = this.#options.feed.run?.workers.flatMap(({ pid }) => pid ?? []) ?? [];
        this.#system = await this.#watch.look(pids);
        this.#isStale = true;
      }
    } catch (error) {
      this.#say(error);
    } finally {
      this.#isReading = false;
    }
    if (this.#isStale || performance.now() - this.#drawnAt >= REDRAW_MS) this.#draw();
  }

  #draw(): void {
    this.#isStale = false;
    this.#drawnAt = performance.now();
    this.#ink.rerender(this.#frame());
  }

  #frame() {
    const { model, run, storageUrl } = this.#options.feed;
    const view = { model, run, storageUrl, ui: this.#ui, system: this.#system, now: new Date() };
    // One row less than there are: Ink clears the whole terminal for an output as high as it.
    return createElement(Frame, {
      lines: draw(view, this.#stdout.columns || 80, (this.#stdout.rows || 24) - 1),
      onKey: (key: string) => this.#press(key),
    });
  }

  #press(key: string): void {
    const { feed, onOrder } = this.#options;
    const page = pageOf(bodyHeight(this.#stdout.rows || 24));
    const { state, order } = press(this.#ui, key, { model: feed.model, run: feed.run, page });
    this.#ui = state;
    if (order)
      void Promise.resolve(order)
        .then(onOrder)
        .catch((error) => this.#say(error));
    this.#draw();
  }

  #say(error: unknown): void {
    this.#ui = { ...this.#ui, message: error instanceof Error ? error.message : String(error) };
    this.#isStale = true;
  }
}
