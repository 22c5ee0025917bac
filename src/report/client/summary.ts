import type { TrialState } from '../../trial/frozen-trial.ts';
import { numberedTrial } from '../charts/trials.ts';
import { trialCount } from '../overview.ts';
import type { Fact, ReportData } from '../report-data.ts';
import { countText, msText, numberText } from '../text.ts';
import { paramFacts, valueFacts } from '../trial-text.ts';
import { element } from './dom.ts';
import { factList, tile } from './facts.ts';
import { momentText, type ShowTrial } from './trial-dialog.ts';

const STATES: readonly TrialState[] = ['COMPLETE', 'PRUNED', 'FAIL', 'RUNNING', 'WAITING'];

/** An overview of a study and its results. */
export function summary(data: ReportData, show: ShowTrial): readonly HTMLElement[] {
  return [
    element('div', { className: 'tiles' }, bestTile(data), trialsTile(data), ...timeTiles(data)),
    studyCard(data),
    bestCard(data, show),
  ];
}

function bestTile(data: ReportData): HTMLElement {
  const { objectives } = data.study;
  if (objectives.length > 1) return tile('Pareto front', String(data.best.length), 'trials that none surpasses');
  const best = numberedTrial(data, data.best[0] ?? -1);
  const value = best?.values?.[0];
  if (best === undefined || value === undefined) return tile('best value', '–', 'no complete trial yet');
  return tile(`best ${objectives[0]?.name} (${objectives[0]?.direction})`, numberText(value), `trial ${best.number}`);
}

function trialsTile({ overview }: ReportData): HTMLElement {
  const counts = STATES.map((state) => ({ state, count: overview.counts[state] }));
  const there = counts.filter(({ count }) => count > 0);
  const bar = element(
    'div',
    { className: 'shares' },
    there.map(({ state, count }) => {
      const part = element('i', { 'data-state': state });
      part.style.flexGrow = String(count);
      return part;
    }),
  );
  const words = there.map(({ state, count }) =>
    element('span', { className: 'state', 'data-state': state }, `${countText(count)} ${state.toLowerCase()}`),
  );
  const made = tile('trials', countText(trialCount(overview)));
  made.querySelector('.more')?.replaceChildren(bar, ...words);
  made.classList.add('states');
  return made;
}

function timeTiles({ overview: { span, started, ranMs } }: ReportData): readonly HTMLElement[] {
  if (span === null) return [];
  const [first, last] = span;
  return [
    tile('from first to last', msText(last - first), momentText(first)),
    tile('time in trials', msText(ranMs), `${msText(ranMs / started)} a trial`),
  ];
}

function studyCard({ study, params, readAt }: ReportData): HTMLElement {
  const facts: readonly Fact[] = [
    ['direction', study.objectives.map(({ name, direction }) => `${direction} ${name}`).join(', ')],
    ['database', study.storageLabel],
    ['parameters', String(params.length)],
    ...study.facts,
    ['read', momentText(readAt)],
    ['hpo', study.version],
  ];
  return card('Study', factList(facts));
}

/** The most trials of a front that are shown beside each other. */
const MOST_SHOWN = 6;

function bestCard(data: ReportData, show: ShowTrial): HTMLElement {
  const best = data.best.flatMap((number) => numberedTrial(data, number) ?? []);
  const [only] = best;
  if (only === undefined) return card('Best trial', element('p', { className: 'lacks' }, 'No trial is complete yet.'));
  if (data.study.objectives.length === 1) {
    return card(
      `Best: trial ${only.number}`,
      factList([...valueFacts(data, only), ...paramFacts(data, only)]),
      only.userAttrs.length === 0 ? undefined : element('h3', {}, 'Attributes'),
      only.userAttrs.length === 0 ? undefined : factList(only.userAttrs),
    );
  }
  const shown = best.slice(0, MOST_SHOWN).map((trial) =>
    element(
      'button',
      { type: 'button', className: 'member', onclick: () => show(trial) },
      element('strong', {}, `trial ${trial.number}`),
      valueFacts(data, trial).map(([name, text]) => element('span', {}, `${name} ${text}`)),
    ),
  );
  const more =
    best.length > MOST_SHOWN
      ? element('p', {}, `and ${best.length - MOST_SHOWN} more; they are marked in the table`)
      : undefined;
  return card('Pareto front', element('div', { className: 'members' }, shown), more);
}

/** A part of the page with a title. */
export function card(title: string, ...children: readonly (Node | undefined)[]): HTMLElement {
  return element('section', { className: 'card' }, element('header', {}, element('h2', {}, title)), ...children);
}
