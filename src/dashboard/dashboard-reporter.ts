import type { Reporter } from '../reporter/reporter.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import type { RunEvent } from '../study/run-event.ts';
import { Dashboard, type DashboardOptions } from './dashboard.ts';
import { StudyFeed } from './study-feed.ts';

/** The events that are shown in lines once the dashboard is closed. */
const SHOWN_AFTERWARDS: ReadonlySet<RunEvent['type']> = new Set([
  'run-started',
  'best-written',
  'retrain-finished',
  'retrain-skipped',
  'run-finished',
]);

/** The number of early events from which on lines of the study's code are no longer kept among them. */
const EARLY_LINES = 1_000;

/** Shows a run on a {@link Dashboard}. Another reporter's lines on how the run ended stay on the terminal. */
export class DashboardReporter implements Reporter {
  readonly #afterwards: Reporter;
  readonly #onOrder: DashboardOptions['onOrder'];
  readonly #afterwardsEvents: RunEvent[] = [];
  /** The events before the dashboard was there; until the study is open, they are shown in lines as well. */
  #early: RunEvent[] = [];
  #feed: StudyFeed | undefined;
  #opening: Promise<Dashboard> | undefined;
  #dashboard: Dashboard | undefined;
  #isInLines = false;

  constructor(afterwards: Reporter, onOrder: DashboardOptions['onOrder']) {
    this.#afterwards = afterwards;
    this.#onOrder = onOrder;
  }

  /** Shows the study from its next event on. To be called once the study is open, before its first event. */
  open(storage: Storage, record: StudyRecord): void {
    this.#feed = new StudyFeed(storage, record);
  }

  handle(event: RunEvent): Promise<void> | void {
    if (this.#isInLines) return this.#afterwards.handle(event);
    if (SHOWN_AFTERWARDS.has(event.type)) this.#afterwardsEvents.push(event);
    if (event.type === 'run-started' && this.#feed !== undefined) {
      this.#opening = this.#show(this.#feed);
      this.#opening.catch(() => this.#giveUp());
    } else if (this.#opening === undefined) this.#afterwards.handle(event);
    if (this.#dashboard) this.#dashboard.take(event);
    else if (event.type !== 'log' || this.#early.length < EARLY_LINES) this.#early.push(event);
  }

  /** Gives the terminal back, and shows how the run ended. */
  async close(): Promise<void> {
    const dashboard = await this.#opening?.catch(() => undefined);
    dashboard?.close();
    for (const event of this.#afterwardsEvents) this.#afterwards.handle(event);
  }

  /** Goes on in lines if the study cannot be read for the dashboard, which is no reason to end a run. */
  #giveUp(): void {
    const start = this.#early.findIndex(({ type }) => type === 'run-started'); // lines have the events before it
    for (const event of this.#early.slice(start)) this.#afterwards.handle(event);
    this.#early = [];
    this.#afterwardsEvents.length = 0;
    this.#isInLines = true;
  }

  async #show(feed: StudyFeed): Promise<Dashboard> {
    await feed.refresh();
    for (const event of this.#early) feed.take(event);
    this.#early = [];
    this.#dashboard = new Dashboard({ feed, onOrder: this.#onOrder });
    return this.#dashboard;
  }
}
