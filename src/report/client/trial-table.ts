import type { ReportData, ReportTrial } from '../report-data.ts';
import { countText } from '../text.ts';
import { element } from './dom.ts';
import { morphChildren } from './morph.ts';
import { type Column, columnsOf } from './trial-columns.ts';
import type { ShowTrial } from './trial-dialog.ts';

/** The height of a row in pixels, as in the style sheet. */
const ROW = 32;
/** The number of rows beyond those in sight, above and below, that are in the page. */
const BEYOND = 12;
/** The width of what a cell has beside its text, as the dot of a state, in characters. */
const BADGE = 3;
/** The trials whose texts give the columns their widths. */
const MEASURED = 300;
/** The narrowest and the widest column, in characters. */
const [NARROWEST, WIDEST] = [6, 26];

interface Sorting {
  /** The id of the column. */
  readonly by: string;
  readonly descending: boolean;
}

/** A row that is in the page. */
interface Row {
  readonly element: HTMLTableRowElement;
  readonly trial: ReportTrial;
  readonly isBest: boolean;
}

/**
 * The trials in a table to be searched, sorted and scrolled through, with the rows in sight alone in the page. The arrow
 * keys choose a row, and Enter opens it.
 */
export class TrialTable {
  readonly element: HTMLElement;
  readonly #show: ShowTrial;
  #data: ReportData;
  #columns: readonly Column[];
  #best: ReadonlySet<number>;
  readonly #widths = new Map<string, number>();
  readonly #layout = element('colgroup', {});
  readonly #head = element('thead', {});
  readonly #body = element('tbody', {});
  readonly #table = element('table', { tabIndex: 0 }, this.#layout, this.#head, this.#body);
  readonly #room = element('div', {}, this.#table);
  readonly #view = element('div', { className: 'scroll rows' }, this.#room);
  readonly #count = element('span', { className: 'count', role: 'status' });
  readonly #rows = new Map<number, Row>();
  /** The texts that are searched, made on their first use. */
  #texts = new WeakMap<ReportTrial, string>();
  #words: readonly string[] = [];
  #sorting: Sorting | undefined;
  /** The trials that are found, in order. */
  #found: readonly ReportTrial[] = [];
  /** The number of the chosen trial. */
  #chosen: number | undefined;
  #isDue = false;

  /** @param sorting the order at first; default: by number. */
  constructor(data: ReportData, show: ShowTrial, sorting?: Sorting) {
    this.#data = data;
    this.#show = show;
    this.#sorting = sorting;
    this.#columns = columnsOf(data);
    this.#best = new Set(data.best);
    const search = element('input', {
      type: 'search',
      placeholder: 'Search: pruned, adam, learningRate=0.01 …',
      'aria-label': 'search the trials',
      oninput: () => this.#search(search.value),
    });
    this.#table.setAttribute('role', 'grid');
    this.#table.setAttribute('aria-label', 'trials');
    this.#table.onkeydown = (event) => this.#press(event);
    this.#table.onfocus = () => this.#choose(this.#chosen ?? this.#firstInSight()?.number);
    this.#view.onscroll = () => this.#drawSoon();
    new ResizeObserver(() => this.#drawSoon()).observe(this.#view);
    this.element = element(
      'section',
      { className: 'card wide', id: 'trials' },
      element('header', {}, element('h2', {}, 'Trials'), element('div', { className: 'controls' }, search)),
      this.#view,
      element('footer', {}, this.#count),
    );
    this.#layOut();
    this.#arrange();
  }

  /** Shows newer data; the rows in sight stay where they are. */
  update(data: ReportData): void {
    this.#data = data;
    this.#best = new Set(data.best);
    const columns = columnsOf(data);
    const isSame =
      columns.length === this.#columns.length && columns.every(({ id }, at) => id === this.#columns[at]?.id);
    if (!isSame) this.#texts = new WeakMap();
    this.#columns = columns;
    this.#layOut();
    if (!isSame) {
      this.#rows.clear();
      this.#body.replaceChildren();
    }
    const anchor = this.#view.scrollTop > 0 ? this.#firstInSight()?.number : undefined;
    const before = this.#placeOf(anchor);
    this.#find();
    const after = this.#placeOf(anchor);
    if (before !== undefined && after !== undefined && after !== before) this.#view.scrollTop += (after - before) * ROW;
    this.#draw();
  }

  /** Keeps the trials in which every word occurs, as a text or as `name=text`. */
  #search(text: string): void {
    this.#words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.#view.scrollTop = 0;
    this.#arrange();
  }

  #textOf(trial: ReportTrial): string {
    let text = this.#texts.get(trial);
    if (text === undefined) {
      text = this.#columns
        .map((column) => [column.title, column.text(trial)])
        .filter(([, shown]) => shown !== '')
        .map(([title, shown]) => `${title}=${shown}`)
        .join('\n')
        .toLowerCase();
      this.#texts.set(trial, text);
    }
    return text;
  }

  #sort(column: Column): void {
    const isSame = this.#sorting?.by === column.id;
    this.#sorting = isSame && this.#sorting?.descending ? undefined : { by: column.id, descending: isSame };
    this.#view.scrollTop = 0;
    this.#arrange();
  }

  /** Finds and orders the trials, and draws them. */
  #arrange(): void {
    this.#find();
    this.#draw();
  }

  /** Finds and orders the trials, and makes room for them. */
  #find(): void {
    const words = this.#words;
    const { trials } = this.#data;
    const found = words.length === 0 ? trials : trials.filter((trial) => this.#contains(trial, words));
    this.#found = this.#ordered(found);
    const [all, kept] = [countText(trials.length), countText(this.#found.length)];
    const text = words.length === 0 ? `${all} ${trials.length === 1 ? 'trial' : 'trials'}` : `${kept} of ${all} trials`;
    // Newer data alone is no news to be read out.
    this.#count.setAttribute('aria-live', words.length === 0 ? 'off' : 'polite');
    if (this.#count.textContent !== text) this.#count.textContent = text;
    this.#table.setAttribute('aria-rowcount', String(this.#found.length + 1));
    morphChildren(this.#head, [
      element(
        'tr',
        {},
        this.#columns.map((column) => this.#headCell(column)),
      ),
    ]);
    this.#room.style.height = `${(this.#found.length + 1) * ROW}px`;
  }

  #contains(trial: ReportTrial, words: readonly string[]): boolean {
    const text = this.#textOf(trial);
    return words.every((word) => text.includes(word));
  }

  #ordered(found: readonly ReportTrial[]): readonly ReportTrial[] {
    const column = this.#columns.find(({ id }) => id === this.#sorting?.by);
    if (column === undefined) return found;
    const descending = this.#sorting?.descending === true;
    const keyed = found.map((trial) => ({ trial, key: column.key(trial) }));
    return keyed.sort((a, b) => compareKeys(a.key, b.key, descending)).map(({ trial }) => trial);
  }

  /** Gives each column the width of its longest text so far, among an even selection of the trials. */
  #layOut(): void {
    const { trials } = this.#data;
    const every = Math.ceil(trials.length / MEASURED);
    const measured = every < 2 ? trials : trials.filter((_, at) => at % every === 0);
    let sum = 0;
    const columns = this.#columns.map((column) => {
      const beside = column.cell === undefined ? 0 : BADGE;
      const texts = measured.map((trial) => column.text(trial).length + beside);
      const longest = texts.reduce((most, each) => Math.max(most, each), column.title.length + 2);
      const width = Math.max(this.#widths.get(column.id) ?? NARROWEST, Math.min(WIDEST, longest));
      this.#widths.set(column.id, width);
      sum += width;
      const made = element('col', {});
      made.style.width = `calc(${width}ch + 24px)`;
      return made;
    });
    morphChildren(this.#layout, columns);
    this.#table.style.width = `max(100%, calc(${sum}ch + ${24 * columns.length}px))`;
  }

  #drawSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  /** Puts the rows in sight, and some beyond, into the page. Rows whose trial has not changed stay. */
  #draw(): void {
    const all = this.#found.length;
    const inSight = Math.ceil((this.#view.clientHeight || 20 * ROW) / ROW) + 1;
    const first = Math.max(0, Math.min(Math.floor(this.#view.scrollTop / ROW) - BEYOND, all - inSight - BEYOND));
    const shown = this.#found.slice(first, first + inSight + 2 * BEYOND);
    this.#table.style.marginTop = `${first * ROW}px`;
    const rows = shown.map((trial) => this.#row(trial).element);
    const kept = new Set(rows);
    for (const [number, { element: row }] of this.#rows) {
      if (kept.has(row)) continue;
      this.#rows.delete(number);
      row.remove(); // first, so that those that stay are not moved
    }
    let next = this.#body.firstChild;
    for (const [at, row] of rows.entries()) {
      row.ariaRowIndex = String(first + at + 2);
      if (row === next) next = next.nextSibling;
      else this.#body.insertBefore(row, next);
    }
    this.#markChosen();
  }

  #row(trial: ReportTrial): Row {
    const isBest = this.#best.has(trial.number);
    const former = this.#rows.get(trial.number);
    if (former?.trial === trial && former.isBest === isBest) return former;
    const made = element(
      'tr',
      {
        id: `trial-${trial.number}`,
        className: isBest ? 'best' : '',
        onclick: () => {
          this.#choose(trial.number);
          this.#show(this.#rows.get(trial.number)?.trial ?? trial);
        },
      },
      this.#columns.map((column) => {
        const text = column.text(trial);
        return element('td', { className: column.isNumber ? 'number' : '', title: text }, column.cell?.(trial) ?? text);
      }),
    );
    former?.element.replaceWith(made);
    const row = { element: made, trial, isBest };
    this.#rows.set(trial.number, row);
    return row;
  }

  #headCell(column: Column): HTMLElement {
    const { by, descending } = this.#sorting ?? {};
    const mark = by !== column.id ? '' : descending ? ' ↓' : ' ↑';
    const order = by !== column.id ? 'none' : descending ? 'descending' : 'ascending';
    return element(
      'th',
      { className: column.isNumber ? 'number' : '', scope: 'col', 'aria-sort': order },
      element(
        'button',
        { type: 'button', title: column.title, onclick: () => this.#sort(column) },
        column.title + mark,
      ),
    );
  }

  #press(event: KeyboardEvent): void {
    if (event.target !== this.#table || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = this.#found.length;
    const page = Math.max(1, Math.floor(this.#view.clientHeight / ROW) - 2);
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -all, End: all },
    };
    const at = this.#placeOf(this.#chosen);
    if (event.key === 'Enter') {
      event.preventDefault(); // else the dialog's button that gets the focus would be pressed
      const trial = at === undefined ? undefined : this.#found[at];
      if (trial !== undefined) this.#show(trial);
      return;
    }
    const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    if (step === undefined || all === 0) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(all - 1, (at ?? 0) + (at === undefined ? 0 : step)));
    this.#choose(this.#found[to]?.number);
    const [top, bottom] = [to * ROW, (to + 2) * ROW]; // the head covers a row
    const { scrollTop, clientHeight } = this.#view;
    if (top < scrollTop) this.#view.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) this.#view.scrollTop = bottom - clientHeight;
    this.#draw();
  }

  #choose(number: number | undefined): void {
    this.#chosen = number;
    this.#markChosen();
  }

  #markChosen(): void {
    for (const { element: row, trial } of this.#rows.values()) {
      const isChosen = trial.number === this.#chosen;
      if (isChosen !== (row.ariaSelected === 'true')) row.ariaSelected = isChosen ? 'true' : null;
    }
    const isThere = this.#chosen !== undefined && this.#rows.has(this.#chosen);
    if (isThere) this.#table.setAttribute('aria-activedescendant', `trial-${this.#chosen}`);
    else this.#table.removeAttribute('aria-activedescendant');
  }

  #firstInSight(): ReportTrial | undefined {
    return this.#found[Math.floor(this.#view.scrollTop / ROW)];
  }

  /** The place of a trial among those that are found. */
  #placeOf(number: number | undefined): number | undefined {
    const at = number === undefined ? -1 : this.#found.findIndex((trial) => trial.number === number);
    return at < 0 ? undefined : at;
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
