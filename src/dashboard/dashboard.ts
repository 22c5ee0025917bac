import type { RunEvent } from '../study/run-event.ts';
import { Canvas } from './canvas.ts';
import { bodyHeight, draw } from './screens/index.ts';
import { machinePage } from './screens/system.ts';
import { pageOf } from './screens/trials.ts';
import type { StudyFeed } from './study-feed.ts';
import { SystemWatch, UNKNOWN_SYSTEM } from './system-state.ts';
import { type Order, press, START } from './ui-state.ts';

/** The least time between two drawings, in milliseconds. */
const TICK_MS = 100;
/** The time between two looks at the database, each with a drawing, while no key is pressed; in milliseconds. */
const REDRAW_MS = 1_000;
/** The greatest share of a core that drawing takes. On a very large terminal, it is drawn less often for this. */
const MOST_SHARE = 0.02;
const SYSTEM_MS = 2_000;

/** The events that answer keys, and are shown at once. */
const ANSWERS: ReadonlySet<RunEvent['type']> = new Set([
  'paused',
  'target-changed',
  'prune-asked',
  'best-written',
  'stopping',
]);

/** The parts that a {@link Dashboard} works with. */
export interface DashboardOptions {
  readonly feed: StudyFeed;
  /** Carries out the order of a key; an error that it throws is shown. */
  readonly onOrder: (order: Order) => void | Promise<void>;
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
}

/**
 * A study on the whole terminal, until it is closed: on the alternate screen, drawn once a second and after each key.
 */
export class Dashboard {
  readonly #options: DashboardOptions;
  readonly #canvas: Canvas;
  readonly #timer: NodeJS.Timeout;
  readonly #watch = new SystemWatch();
  #ui = START;
  #system = UNKNOWN_SYSTEM;
  #drawnAt = 0;
  #isDueAt = 0;
  /** The milliseconds of processor time that the last drawing took; the first one takes far more than others. */
  #tookBefore = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isReading = false;
  #isClosed = false;

  constructor(options: DashboardOptions) {
    const { stdin = process.stdin, stdout = process.stdout } = options;
    this.#options = options;
    this.#canvas = new Canvas({
      stdin,
      stdout,
      onKey: (key) => this.#press(key),
      onResize: () => this.#drawSoon(),
    });
    this.#draw();
    this.#timer = setInterval(() => void this.#tick(), TICK_MS);
  }

  /** Takes an event of our own run. */
  take(event: RunEvent): void {
    this.#options.feed.take(event);
    if (ANSWERS.has(event.type)) this.#drawSoon();
  }

  /** Gives the terminal back. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#canvas.close();
  }

  async #tick(): Promise<void> {
    if (this.#isReading || performance.now() < this.#isDueAt) return;
    this.#isReading = true;
    if (this.#ui.tab === 'system' && performance.now() - this.#lookedAt >= SYSTEM_MS) void this.#look();
    try {
      await this.#options.feed.refresh();
    } catch (error) {
      this.#say(error);
    } finally {
      this.#isReading = false;
    }
    this.#draw();
  }

  async #look(): Promise<void> {
    this.#lookedAt = performance.now();
    const pids = this.#options.feed.run?.workers.flatMap(({ pid }) => pid ?? []) ?? [];
    this.#system = await this.#watch.look(pids);
  }

  /** Draws at once, or at the next tick where that would be too often. */
  #drawSoon(): void {
    if (performance.now() - this.#drawnAt >= TICK_MS) this.#draw();
    else this.#isDueAt = 0;
  }

  #draw(): void {
    if (this.#isClosed) return;
    const { model, run, machines, storageLabel } = this.#options.feed;
    const { columns, rows } = this.#canvas.size;
    const before = process.cpuUsage();
    const view = { model, run, machines, storageLabel, ui: this.#ui, system: this.#system, now: new Date() };
    this.#canvas.draw(draw(view, columns, rows));
    const { user, system } = process.cpuUsage(before);
    const took = (user + system) / 1000;
    this.#drawnAt = performance.now();
    this.#isDueAt = this.#drawnAt + Math.max(REDRAW_MS, Math.min(took, this.#tookBefore) / MOST_SHARE);
    this.#tookBefore = took;
  }

  #press(key: string): void {
    const { feed, onOrder } = this.#options;
    const { model, run, machines } = feed;
    const height = bodyHeight(this.#canvas.size.rows);
    const page =
      this.#ui.tab === 'system' ? machinePage({ run, machines, system: this.#system }, height) : pageOf(height);
    const { state, order } = press(this.#ui, key, { model, run, machines, page });
    this.#ui = state;
    if (order)
      void Promise.resolve(order)
        .then(onOrder)
        .catch((error) => this.#say(error));
    this.#drawSoon();
  }

  #say(error: unknown): void {
    this.#ui = { ...this.#ui, message: error instanceof Error ? error.message : String(error) };
    this.#drawSoon();
  }
}
