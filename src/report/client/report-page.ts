import { visible } from '../../text/foreign-text.ts';
import { type Chart, firstView, prefersLog, takesLog, type View } from '../chart.ts';
import { STUDY_CHARTS, WINNER_CHARTS } from '../charts/index.ts';
import { numberedTrial } from '../charts/trials.ts';
import { trialCount } from '../overview.ts';
import { DARK, LIGHT } from '../palette.ts';
import type { ReportData, ReportTrial } from '../report-data.ts';
import { countText } from '../text.ts';
import { calm } from './calm.ts';
import { type CardParts, ChartCard } from './chart-card.ts';
import { chartControls, keptView } from './chart-controls.ts';
import { element, select } from './dom.ts';
import { DrawingQueue } from './drawing-queue.ts';
import { insightCards } from './insight.ts';
import { morphChildren } from './morph.ts';
import { summary } from './summary.ts';
import { TrialDialog } from './trial-dialog.ts';
import { TrialTable } from './trial-table.ts';
import { winner } from './winner.ts';

/** The parts that a page has beside those of a report. */
export interface PageAdditions {
  /** The elements in the bar, before and behind the study's name. */
  readonly bar?: { readonly before: readonly HTMLElement[]; readonly behind: readonly HTMLElement[] };
  /** The elements above the study's summary, and below it. */
  readonly above?: readonly HTMLElement[];
  readonly below?: readonly HTMLElement[];
  /** Makes further parts of the dialog that shows a trial. */
  readonly ofTrial?: (trial: ReportTrial) => readonly HTMLElement[];
  /** Whether the newest trials stand first in the table, until the reader sorts it. Default false. */
  readonly newestFirst?: boolean;
}

/** The page: the choices made on it, and its charts. */
export class ReportPage {
  readonly #additions: PageAdditions;
  readonly #cards = new Map<Chart, ChartCard>();
  readonly #dark = window.matchMedia('(prefers-color-scheme: dark)');
  readonly #log = element('input', { type: 'checkbox', onchange: () => this.#chooseLog() });
  readonly #dialog: TrialDialog;
  readonly #table: TrialTable;
  readonly #title = element('h1', {});
  readonly #summary = element('div', { className: 'part' });
  readonly #winner = element('div', { className: 'part' });
  readonly #images = element('div', { className: 'part' });
  readonly #note = element('p', { className: 'chapter caption', id: 'selection' });
  readonly #charts = element('div', { className: 'part' });
  readonly #winnerCharts = element('div', { className: 'part' });
  readonly #missing = element('footer', { className: 'page' });
  readonly #parts: CardParts;
  #data: ReportData;
  #view: View;
  /** The choices that are the reader's own, and not by the data. */
  readonly #own = new Set<keyof View>();

  constructor(data: ReportData, additions: PageAdditions = {}) {
    this.#data = data;
    this.#additions = additions;
    this.#view = firstView(data, this.#dark.matches ? DARK : LIGHT, 0);
    this.#dialog = new TrialDialog(data, additions.ofTrial);
    this.#parts = { queue: new DrawingQueue(), show: this.#dialog.show };
    const newestFirst = { by: 'trial', descending: true };
    this.#table = new TrialTable(data, this.#dialog.show, additions.newestFirst ? newestFirst : undefined);
    this.#dark.addEventListener('change', ({ matches }) => this.#paint(matches));
  }

  get data(): ReportData {
    return this.#data;
  }

  /** Puts the page into the document. */
  open(): void {
    document.documentElement.dataset.theme = this.#dark.matches ? 'dark' : 'light';
    const { above, below } = this.#additions;
    this.#fill();
    this.#fillWinner();
    this.#fillCharts();
    document.body.append(
      this.#bar(),
      element(
        'main',
        {},
        above,
        this.#summary,
        below,
        this.#winner,
        this.#winnerCharts,
        this.#images,
        element('h2', { className: 'chapter' }, 'The search'),
        this.#note,
        this.#charts,
        this.#table.element,
      ),
      this.#missing,
    );
  }

  /** Shows newer data of the study but for its charts: scroll position, focus, choices and an open trial stay. */
  update(data: ReportData): void {
    const former = this.#data;
    this.#data = data;
    this.#view = keptView(this.#view, former, data, this.#own);
    this.#fill();
    if (data.retrained !== former.retrained) this.#fillWinner();
    this.#dialog.update(data);
    this.#table.update(data);
  }

  /** Brings the charts up to the data. @returns when those in sight are drawn. */
  async updateCharts(): Promise<void> {
    await calm();
    const there = new Set(this.#cards.keys());
    this.#fillCharts();
    for (const chart of there) this.#cards.get(chart)?.update(this.#data, this.#view, this.#controls(chart));
    await this.#parts.queue.done();
  }

  /** Opens the dialog of a trial, as it is now. */
  showTrial(number: number): void {
    const trial = numberedTrial(this.#data, number);
    if (trial !== undefined) this.#dialog.show(trial);
  }

  #fill(): void {
    const data = this.#data;
    const { name } = data.study;
    document.title = visible(`${name} · hpo`);
    if (this.#title.textContent !== visible(name)) this.#title.textContent = visible(name);
    this.#title.title = visible(name);
    morphChildren(this.#summary, summary(data, this.#dialog.show));
    const note = selectionNote(data);
    this.#note.hidden = note === undefined;
    this.#note.textContent = note ?? '';
    this.#offerLog();
  }

  #fillWinner(): void {
    const { retrained } = this.#data;
    const insight = retrained?.insight ?? null;
    this.#winner.replaceChildren(...(retrained === null ? [] : winner(retrained)));
    this.#images.replaceChildren(...(insight === null ? [] : insightCards(insight)));
  }

  /** Adds the charts that the data make, perhaps after another choice, and names those that they do not make. */
  #fillCharts(): void {
    const isOffered = (chart: Chart) => chart.lacks(this.#data, this.#view) === undefined;
    const hasWinner = this.#data.retrained !== null;
    for (const [place, charts] of [
      [this.#charts, STUDY_CHARTS],
      [this.#winnerCharts, hasWinner ? WINNER_CHARTS : []],
    ] as const) {
      let next: Element | null = place.firstElementChild;
      for (const chart of charts) {
        const there = this.#cards.get(chart);
        if (there !== undefined) next = there.element.nextElementSibling;
        else if (isOffered(chart)) {
          const card = new ChartCard(chart, this.#data, this.#view, this.#controls(chart), this.#parts);
          this.#cards.set(chart, card);
          place.insertBefore(card.element, next);
        }
      }
    }
    const missing = STUDY_CHARTS.filter((chart) => !this.#cards.has(chart));
    const lines = missing.map((chart) => element('p', {}, `${chart.title}: ${chart.lacks(this.#data, this.#view)}`));
    morphChildren(this.#missing, lines);
  }

  #bar(): HTMLElement {
    const { objectives } = this.#data.study;
    const { before = [], behind = [] } = this.#additions.bar ?? {};
    const theme = element(
      'button',
      {
        type: 'button',
        className: 'theme',
        'aria-label': 'light or dark',
        title: 'light or dark',
        onclick: () => this.#paint(this.#view.palette === LIGHT),
      },
      '◐',
    );
    return element(
      'header',
      { className: 'page' },
      element('span', { className: 'mark' }, 'hpo'),
      before,
      this.#title,
      behind,
      element(
        'div',
        { className: 'controls' },
        objectives.length > 1
          ? select(
              'objective',
              objectives.map((each) => each.name),
              0,
              (at) => this.#chooseObjective(at),
            )
          : undefined,
        element('label', { className: 'field' }, this.#log, 'log values'),
        theme,
      ),
    );
  }

  #controls(chart: Chart): readonly HTMLElement[] {
    return chartControls(chart, this.#data, this.#view, (chosen) => {
      for (const name of Object.keys(chosen)) this.#own.add(name as keyof View);
      this.#choose(chosen);
    });
  }

  #chooseObjective(objective: number): void {
    this.#own.delete('log');
    this.#choose({ objective, log: prefersLog(this.#data, objective) });
    this.#offerLog();
  }

  #chooseLog(): void {
    this.#own.add('log');
    this.#choose({ log: this.#log.checked });
  }

  #offerLog(): void {
    this.#log.checked = this.#view.log;
    this.#log.disabled = !takesLog(this.#data, this.#view.objective);
  }

  #paint(dark: boolean): void {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    this.#choose({ palette: dark ? DARK : LIGHT });
  }

  #choose(chosen: Partial<View>): void {
    this.#view = { ...this.#view, ...chosen };
    for (const card of this.#cards.values()) card.show(this.#view);
  }
}

/** The rule by which trials were left out; undefined where none were. */
function selectionNote({ overview, trials }: ReportData): string | undefined {
  if (overview.every === 1) return undefined;
  const shown = `${countText(trials.length)} of ${countText(trialCount(overview))} trials`;
  const rule = `one of every ${overview.every}, the best, and those that improved on all before them`;
  return `The charts and the table show ${shown}: ${rule}. The figures above and the importances are of all.`;
}
