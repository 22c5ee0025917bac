import { element } from '../../report/client/dom.ts';
import { morphChildren } from '../../report/client/morph.ts';
import { countText, numberText } from '../../report/text.ts';
import type { LiveMessage, PageData, StudyRow } from '../live-data.ts';
import { Banner } from './banner.ts';
import type { Connection } from './connection.ts';

/** The list of the studies of a storage. */
export class StudiesPage {
  readonly #place: PageData;
  readonly #connection: Connection;
  readonly #banner = new Banner();
  readonly #body = element('tbody', {});
  readonly #none = element('p', { className: 'lacks', hidden: true }, 'There is no study yet; it appears here.');

  constructor(place: PageData, connection: Connection) {
    this.#place = place;
    this.#connection = connection;
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const paint = () => {
      document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light';
    };
    paint();
    dark.addEventListener('change', paint);
    const heads = ['study', 'direction', 'best', 'complete', 'pruned', 'failed', 'running', 'waiting'];
    const table = element(
      'table',
      { 'aria-label': 'studies' },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          heads.map((head, at) => element('th', { scope: 'col', className: at < 2 ? '' : 'number' }, head)),
        ),
      ),
      this.#body,
    );
    document.body.append(
      element(
        'header',
        { className: 'page' },
        element('span', { className: 'mark' }, 'hpo'),
        element('h1', {}, place.storageLabel),
      ),
      element(
        'main',
        {},
        this.#banner.element,
        element(
          'section',
          { className: 'card wide', id: 'studies' },
          element('header', {}, element('h2', {}, 'Studies')),
          this.#none,
          element('div', { className: 'scroll', tabIndex: 0 }, table),
        ),
      ),
    );
  }

  setLost(lost: 'again' | 'refused' | undefined): void {
    this.#banner.setLost(lost);
  }

  take(message: LiveMessage): void {
    if (message.kind === 'trouble') {
      this.#banner.setTrouble(message.trouble);
      if (message.trouble?.kind === 'ended') this.#connection.close();
    }
    if (message.kind !== 'studies') return;
    this.#banner.setTrouble(null); // one that goes on comes behind
    this.#none.hidden = message.studies.length > 0;
    morphChildren(
      this.#body,
      message.studies.map((row) => this.#row(row)),
    );
  }

  #row({ name, directions, counts, best }: StudyRow): HTMLElement {
    const href = `./?${new URLSearchParams({ token: this.#place.token, study: name })}`;
    const numbers = [counts.COMPLETE, counts.PRUNED, counts.FAIL, counts.RUNNING, counts.WAITING].map(countText);
    const direction = directions.length === 0 ? 'unreadable' : directions.join(', ');
    return element(
      'tr',
      {},
      element('td', {}, directions.length === 0 ? name : element('a', { href }, name)),
      element('td', {}, direction),
      [best === null ? '' : numberText(best), ...numbers].map((text) => element('td', { className: 'number' }, text)),
    );
  }
}
