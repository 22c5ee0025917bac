import { visible } from '../../text/foreign-text.ts';
import { type Chart, firstView, prefersLog, takesLog, type View } from '../chart.ts';
import { STUDY_CHARTS, WINNER_CHARTS } from '../charts/index.ts';
import { trialCount } from '../overview.ts';
import { DARK, LIGHT } from '../palette.ts';
import type { ReportData } from '../report-data.ts';
import { countText } from '../text.ts';
import { ChartCard } from './chart-card.ts';
import { element, select } from './dom.ts';
import { DrawingQueue } from './drawing-queue.ts';
import { insightCards } from './insight.ts';
import { summary } from './summary.ts';
import { TrialTable } from './trial-table.ts';
import { winner } from './winner.ts';

/** The page: the choices made on it, and its charts. */
export class ReportPage {
  readonly #data: ReportData;
  readonly #cards: ChartCard[] = [];
  readonly #queue = new DrawingQueue();
  readonly #dark = window.matchMedia('(prefers-color-scheme: dark)');
  readonly #log = element('input', { type: 'checkbox', onchange: () => this.#choose({ log: this.#log.checked }) });
  #view: View;

  constructor(data: ReportData) {
    this.#data = data;
    this.#view = firstView(data, this.#dark.matches ? DARK : LIGHT, 0);
    this.#offerLog();
    this.#dark.addEventListener('change', ({ matches }) => this.#paint(matches));
  }

  /** Puts the page into the document. */
  open(): void {
    const data = this.#data;
    document.title = visible(`${data.study.name} · hpo`);
    const drawn = STUDY_CHARTS.filter((chart) => this.#isOffered(chart));
    const missing = STUDY_CHARTS.filter((chart) => !drawn.includes(chart));
    const charts = drawn.map((chart) => this.#card(chart));
    const ofWinner = WINNER_CHARTS.filter((chart) => this.#isOffered(chart)).map((chart) => this.#card(chart));
    const insight = data.retrained?.insight ?? null;
    const ofImages = insight === null ? [] : insightCards(insight);
    document.documentElement.dataset.theme = this.#dark.matches ? 'dark' : 'light';
    document.body.append(
      this.#bar(),
      element(
        'main',
        {},
        summary(data),
        data.retrained === null ? undefined : [...winner(data.retrained), ...ofWinner, ...ofImages],
        element('h2', { className: 'chapter' }, 'The search'),
        selectionNote(data),
        charts,
        new TrialTable(data).element,
      ),
      element(
        'footer',
        { className: 'page' },
        missing.map((chart) => element('p', {}, `${chart.title}: ${chart.lacks(data, this.#view)}`)),
      ),
    );
  }

  /** Whether these data make the chart, perhaps after another choice. */
  #isOffered(chart: Chart): boolean {
    return chart.lacks(this.#data, this.#view) === undefined;
  }

  #bar(): HTMLElement {
    const { objectives, name } = this.#data.study;
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
      element('h1', { title: name }, name),
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

  #card(chart: Chart): ChartCard['element'] {
    const card = new ChartCard(chart, this.#data, this.#view, this.#controls(chart), this.#queue);
    this.#cards.push(card);
    return card.element;
  }

  /**
   * The controls of a single chart: its metric, its two parameters or, if there are more than two, its two objectives.
   */
  #controls(chart: Chart): readonly HTMLElement[] {
    const { metrics } = this.#data;
    const metric =
      chart.choices.includes('metric') && metrics.length > 0
        ? [select('of', ['intermediate value', ...metrics], this.#view.metric, (at) => this.#choose({ metric: at }))]
        : [];
    const pairs = [
      { choice: 'params', names: this.#data.params.map(({ name }) => name), from: 3 },
      { choice: 'objectives', names: this.#data.study.objectives.map(({ name }) => name), from: 3 },
    ] as const;
    const chosen = pairs
      .filter(({ choice, names, from }) => chart.choices.includes(choice) && names.length >= from)
      .flatMap(({ choice, names }) =>
        (['x', 'y'] as const).map((axis, side) =>
          select(axis, names, this.#view[choice][side] as number, (at) => {
            const [x, y] = this.#view[choice];
            this.#choose({ [choice]: side === 0 ? [at, y] : [x, at] });
          }),
        ),
      );
    return [...metric, ...chosen];
  }

  #chooseObjective(objective: number): void {
    this.#choose({ objective, log: prefersLog(this.#data, objective) });
    this.#offerLog();
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
    for (const card of this.#cards) card.show(this.#view);
  }
}

/** The rule by which trials were left out; undefined where none were. */
function selectionNote({ overview, trials }: ReportData): HTMLElement | undefined {
  if (overview.every === 1) return undefined;
  const shown = `${countText(trials.length)} of ${countText(trialCount(overview))} trials`;
  const rule = `one of every ${overview.every}, the best, and those that improved on all before them`;
  return element(
    'p',
    { className: 'chapter caption', id: 'selection' },
    `The charts and the table show ${shown}: ${rule}. The figures above and the importances are of all.`,
  );
}
