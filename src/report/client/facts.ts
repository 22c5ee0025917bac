import type { Fact } from '../report-data.ts';
import { element } from './dom.ts';

/** Names and texts, one below the other. A text that is too long for the page scrolls in its place. */
export function factList(facts: readonly Fact[]): HTMLElement {
  return element(
    'dl',
    { className: 'facts' },
    facts.map(([name, text]) => [
      element('dt', { title: name }, name),
      element('dd', {}, text === '' ? element('i', {}, 'empty') : text),
    ]),
  );
}

/** One figure, large, below its name. */
export function tile(name: string, figure: string, more = ''): HTMLElement {
  return element(
    'div',
    { className: 'tile' },
    element('span', { className: 'name' }, name),
    element('strong', { title: figure }, figure),
    element('span', { className: 'more' }, more),
  );
}

/** A share in percent; empty for NaN. */
export function percent(share: number): string {
  return Number.isNaN(share) ? '' : `${(100 * share).toFixed(1)} %`;
}
