import type { Fact } from '../report-data.ts';
import { element } from './dom.ts';

/** Names and what they stand for, one below the other; what is too long for the page is scrolled to in its place. */
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

/** One figure, large, under what it is. */
export function tile(name: string, figure: string, more = ''): HTMLElement {
  return element(
    'div',
    { className: 'tile' },
    element('span', { className: 'name' }, name),
    element('strong', { title: figure }, figure),
    element('span', { className: 'more' }, more),
  );
}
