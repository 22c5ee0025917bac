import type { ReportData, ReportTrial } from '../report-data.ts';
import { countText } from '../text.ts';
import { element } from './dom.ts';
import { type Column, columnsOf } from './trial-columns.ts';
import { showTrial } from './trial-dialog.ts';

/** The number of rows that the page shows at a time. */
const PAGE = 25;

/** The trials in a table to be searched, sorted and paged through. */
export class TrialTable {
  readonly element: HTMLElement;
  readonly #data: ReportData;
  readonly #columns: readonly Column[];
  readonly #best: ReadonlySet<number>;
  readonly #head = element('thead', {});
  readonly #body = element('tbody', {});
  readonly #count = element('span', { className: 'count', 'aria-live': 'polite' });
  readonly #back = element('button', { type: 'button', onclick: () => this.#turn(-1) }, '‹ back');
  readonly #forth = element('button', { type: 'button', onclick: () => this.#turn(1) }, 'next ›');
  /** The texts that are searched, made on their first use. */
  #texts: readonly string[] | undefined;
  #found: readonly ReportTrial[];
  #sorted: { readonly column: Column; readonly descending: boolean } | undefined;
  #page = 0;

  constructor(data: ReportData) {
    this.#data = data;
    this.#columns = columnsOf(data);
    this.#best = new Set(data.best);
    this.#found = data.trials;
    const search = element('input', {
      type: 'search',
      placeholder: 'Search: pruned, adam, learningRate=0.01 …',
      'aria-label': 'search the trials',
      oninput: () => this.#search(search.value),
    });
    this.element = element(
      'section',
      { className: 'card wide', id: 'trials' },
      element('header', {}, element('h2', {}, 'Trials'), element('div', { className: 'controls' }, search)),
      element('div', { className: 'scroll' }, element('table', {}, this.#head, this.#body)),
      element('footer', {}, this.#count, element('span', {}, this.#back, this.#forth)),
    );
    this.#update();
  }

  /** Keeps the trials in which every word occurs, as a text or as `name=text`. */
  #search(text: string): void {
    this.#texts ??= this.#data.trials.map((trial) =>
      this.#columns
        .map((column) => [column.title, column.text(trial)])
        .filter(([, shown]) => shown !== '')
        .map(([title, shown]) => `${title}=${shown}`)
        .join('\n')
        .toLowerCase(),
    );
    const texts = this.#texts;
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.#found = this.#data.trials.filter((_, at) => words.every((word) => texts[at]?.includes(word)));
    this.#page = 0;
    this.#update();
  }

  #sort(column: Column): void {
    const isSame = this.#sorted?.column === column;
    if (isSame && this.#sorted?.descending) this.#sorted = undefined;
    else this.#sorted = { column, descending: isSame };
    this.#page = 0;
    this.#update();
  }

  #turn(by: number): void {
    this.#page += by;
    this.#update();
  }

  #update(): void {
    const from = this.#page * PAGE;
    const rows = this.#ordered().slice(from, from + PAGE);
    this.#head.replaceChildren(
      element(
        'tr',
        {},
        this.#columns.map((column) => this.#headCell(column)),
      ),
    );
    this.#body.replaceChildren(...rows.map((trial) => this.#row(trial)));
    const all = this.#found.length;
    this.#count.textContent =
      all === 0 ? 'no trial' : `${countText(from + 1)}–${countText(from + rows.length)} of ${countText(all)}`;
    this.#back.disabled = this.#page === 0;
    this.#forth.disabled = from + PAGE >= all;
  }

  #ordered(): readonly ReportTrial[] {
    if (this.#sorted === undefined) return this.#found;
    const { column, descending } = this.#sorted;
    const keyed = this.#found.map((trial) => ({ trial, key: column.key(trial) }));
    return keyed.sort((a, b) => compareKeys(a.key, b.key, descending)).map(({ trial }) => trial);
  }

  #headCell(column: Column): HTMLElement {
    const { column: by, descending } = this.#sorted ?? {};
    const mark = by !== column ? '' : descending ? ' ↓' : ' ↑';
    const order = by !== column ? 'none' : descending ? 'descending' : 'ascending';
    return element(
      'th',
      { className: column.isNumber ? 'number' : '', 'aria-sort': order },
      element(
        'button',
        { type: 'button', title: column.title, onclick: () => this.#sort(column) },
        column.title + mark,
      ),
    );
  }

  #row(trial: ReportTrial): HTMLElement {
    return element(
      'tr',
      {
        className: this.#best.has(trial.number) ? 'best' : '',
        tabIndex: 0,
        onclick: () => showTrial(this.#data, trial),
        onkeydown: ({ key }) => key === 'Enter' && showTrial(this.#data, trial),
      },
      this.#columns.map((column) => {
        const text = column.text(trial);
        const shown = column.cell?.(trial) ?? text;
        return element('td', { className: column.isNumber ? 'number' : '', title: text }, shown);
      }),
    );
  }
}

/** Orders numbers before texts; undefined and NaN come last, whatever the order. */
function compareKeys(a: number | string | undefined, b: number | string | undefined, descending: boolean): number {
  const rank = (key: number | string | undefined) =>
    key === undefined || Number.isNaN(key) ? 2 : typeof key === 'string' ? 1 : 0;
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a === b || a === undefined || b === undefined) return 0;
  return (a < b ? -1 : 1) * (descending ? -1 : 1);
}
