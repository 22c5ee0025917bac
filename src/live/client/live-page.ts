import { numberedTrial } from '../../report/charts/trials.ts';
import { element } from '../../report/client/dom.ts';
import { morphChildren } from '../../report/client/morph.ts';
import { ReportPage } from '../../report/client/report-page.ts';
import { card } from '../../report/client/summary.ts';
import type { ReportData, ReportTrial } from '../../report/report-data.ts';
import { countText } from '../../report/text.ts';
import type { LiveMessage, Now, PageData, Trouble } from '../live-data.ts';
import { ask } from './ask.ts';
import { Banner } from './banner.ts';
import type { Connection } from './connection.ts';
import { mergedTrials } from './merged-trials.ts';
import { NoteEditor } from './note-editor.ts';
import { nowCards, targetBar } from './now.ts';
import { RunControls } from './run-controls.ts';

/** The least time between two drawings of the charts, and their greatest share of the time. */
const CHARTS_MS = 1_000;
const MOST_SHARE = 0.1;

/** A study that goes on: the page of its report, and what happens now. */
export class LivePage {
  readonly #place: PageData;
  readonly #connection: Connection;
  readonly #banner = new Banner();
  readonly #state = element('span', { className: 'live' }, 'live');
  readonly #way = element('div', { className: 'part' });
  readonly #controls: RunControls;
  readonly #runCard: HTMLElement;
  readonly #running = element('div', { className: 'part' });
  readonly #note: NoteEditor;
  readonly #noteCard: HTMLElement;
  /** The parts of the dialog of the trial that was opened last. */
  #ofTrial: { readonly number: number; readonly note: NoteEditor; readonly prune: HTMLButtonElement } | undefined;
  #page: ReportPage | undefined;
  #now: Now | undefined;
  /** The time of the data by this page's clock. */
  #heardAt = 0;
  #areChartsDue = false;
  #isDrawing = false;

  constructor(place: PageData, connection: Connection) {
    this.#place = place;
    this.#connection = connection;
    this.#controls = new RunControls((order) => connection.order(order));
    this.#runCard = element('section', { className: 'card wide', id: 'run' }, this.#way, this.#controls.element);
    this.#note = this.#noteOn(null);
    this.#noteCard = card('Note', this.#note.element);
    this.#noteCard.classList.add('wide');
    document.documentElement.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    document.body.append(element('main', { className: 'waiting' }, this.#banner.element));
    setInterval(() => this.#tick(), 1_000);
  }

  setLost(lost: 'again' | 'refused' | undefined): void {
    this.#banner.setLost(lost);
    this.#showState(lost === undefined);
  }

  take(message: LiveMessage): void {
    switch (message.kind) {
      case 'study':
        this.#setTrouble(null); // one that goes on comes behind
        this.#show(message.data, message.now);
        return;
      case 'changes': {
        const former = this.#page?.data;
        if (former === undefined) return;
        const trials = mergedTrials(former.trials, message.trials);
        this.#show({ ...message.head, trials, retrained: former.retrained }, message.now);
        return;
      }
      case 'trouble':
        this.#setTrouble(message.trouble);
        if (message.trouble?.kind === 'ended') {
          this.#connection.close();
          this.#controls.update(null);
        }
        return;
      case 'studies':
        return;
    }
  }

  #setTrouble(trouble: Trouble | null): void {
    this.#banner.setTrouble(trouble);
    this.#showState(trouble === null);
  }

  #show(data: ReportData, now: Now): void {
    const isFirst = this.#page === undefined;
    this.#now = now;
    this.#heardAt = performance.now();
    if (this.#page === undefined) {
      this.#page = new ReportPage(data, {
        bar: { before: [this.#link()], behind: [this.#state] },
        above: [this.#banner.element, this.#runCard, this.#running],
        below: [this.#noteCard],
        ofTrial: (trial) => this.#trialParts(trial),
        newestFirst: true,
      });
      document.querySelector('main.waiting')?.remove();
      this.#page.open();
    } else this.#page.update(data);
    this.#controls.update(now.run);
    this.#note.update(now.notes.find(({ trial }) => trial === null));
    this.#updateTrial();
    this.#tick();
    if (!isFirst) this.#drawCharts();
  }

  /** Draws the charts anew, when they are due and the last drawing is some time ago. */
  #drawCharts(): void {
    this.#areChartsDue = true;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    this.#areChartsDue = false;
    const begunAt = performance.now();
    void this.#page?.updateCharts().then(() => {
      const took = performance.now() - begunAt;
      setTimeout(
        () => {
          this.#isDrawing = false;
          if (this.#areChartsDue) this.#drawCharts();
        },
        Math.max(CHARTS_MS, Math.min(took / MOST_SHARE, 10 * CHARTS_MS)),
      );
    });
  }

  /** Shows what goes on by the clock. */
  #tick(): void {
    const page = this.#page;
    const now = this.#now;
    if (page === undefined || now === undefined) return;
    const { data } = page;
    const way = targetBar(data, now);
    morphChildren(this.#way, way === undefined ? [] : [way]);
    this.#runCard.hidden = way === undefined && now.run === null;
    const at = data.readAt + performance.now() - this.#heardAt;
    const show = (trial: ReportTrial) => page.showTrial(trial.number);
    morphChildren(this.#running, nowCards(data, now, at, show));
  }

  #showState(isLive: boolean): void {
    this.#state.textContent = isLive ? 'live' : 'not live';
    this.#state.dataset.live = String(isLive);
  }

  #link(): HTMLElement {
    const href = `studies?${new URLSearchParams({ token: this.#place.token })}`;
    return element('a', { href, className: 'studies', 'aria-label': 'all studies', title: 'all studies' }, '‹ studies');
  }

  #noteOn(trial: number | null): NoteEditor {
    const study = this.#place.study ?? '';
    return new NoteEditor((edit) => this.#connection.edit({ study, trial, ...edit }));
  }

  /** The parts of a trial's dialog beside those of a report: the order to prune it, and the note. */
  #trialParts({ number }: ReportTrial): readonly HTMLElement[] {
    const note = this.#noteOn(number);
    const problem = element('p', { className: 'problem', role: 'alert', hidden: true });
    const prune = element('button', { type: 'button' }, 'Prune…');
    prune.onclick = async () => {
      if (!(await ask(`Prune trial ${number} when it next asks?`, 'Prune'))) return;
      problem.textContent = (await this.#connection.order({ type: 'prune', trial: number })) ?? '';
      problem.hidden = problem.textContent === '';
    };
    this.#ofTrial = { number, note, prune };
    this.#updateTrial();
    return [element('section', { className: 'own' }, prune, problem, element('h3', {}, 'Note'), note.element)];
  }

  #updateTrial(): void {
    const { number, note, prune } = this.#ofTrial ?? {};
    const data = this.#page?.data;
    if (number === undefined || data === undefined || this.#now === undefined) return;
    const { run, notes } = this.#now;
    note?.update(notes.find(({ trial }) => trial === number));
    if (prune === undefined) return;
    const isRunning = numberedTrial(data, number)?.state === 'RUNNING';
    prune.hidden = !isRunning || !run?.workers.some(({ trial }) => trial === number);
    const isAsked = run?.toPrune.includes(number) === true;
    prune.disabled = isAsked;
    prune.textContent = isAsked ? `Trial ${countText(number)} is pruned when it next asks` : 'Prune…';
  }
}
