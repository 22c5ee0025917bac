import type { Fact, ReportData, ReportTrial } from '../report-data.ts';
import { numberText } from '../text.ts';
import { durationText, machineFacts, paramFacts, valueFacts } from '../trial-text.ts';
import { element } from './dom.ts';
import { factList } from './facts.ts';

/** Shows everything about a trial, above the page. */
export function showTrial(data: ReportData, trial: ReportTrial): void {
  const dialog: HTMLDialogElement = element(
    'dialog',
    {
      className: 'trial',
      onclose: () => dialog.remove(),
      onclick: ({ target }) => target === dialog && dialog.close(),
    },
    element(
      'div',
      { className: 'inside' },
      element(
        'header',
        {},
        element('h2', {}, `Trial ${trial.number}`),
        stateBadge(trial),
        close(() => dialog.close()),
      ),
      part('Values', valueFacts(data, trial)),
      part('Parameters', paramFacts(data, trial)),
      part('Attributes', trial.userAttrs),
      part('Error', trial.error === null ? [] : [['', trial.error]]),
      part('Times', [...timeFacts(data, trial), ...machineFacts(data, trial)]),
      part('Reports', reportFacts(data, trial)),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

/** The reports of each step: `0.61 · accuracy 0.8`. */
function reportFacts({ metrics }: ReportData, trial: ReportTrial): readonly Fact[] {
  const others = metrics.map((name, at) => ({ name, of: new Map(trial.metrics[at]) }));
  return trial.reports.map(([step, value]) => {
    const figures = others.flatMap(({ name, of }) => {
      const own = of.get(step);
      return own === undefined ? [] : [`${name} ${numberText(own)}`];
    });
    return [`step ${step}`, [numberText(value), ...figures].join(' · ')];
  });
}

function close(onclick: () => void): HTMLElement {
  return element('button', { type: 'button', onclick, 'aria-label': 'close' }, '✕');
}

/** The state of a trial as a word with its colour. */
export function stateBadge({ state, feasible }: Pick<ReportTrial, 'state' | 'feasible'>): HTMLElement {
  const words = feasible ? state.toLowerCase() : `${state.toLowerCase()}, infeasible`;
  return element('span', { className: 'state', 'data-state': state }, words);
}

/** A time by the reader's clock. */
export function momentText(ms: number): string {
  return new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

function part(title: string, facts: readonly Fact[]): HTMLElement | undefined {
  return facts.length === 0 ? undefined : element('section', {}, element('h3', {}, title), factList(facts));
}

function timeFacts(data: ReportData, trial: ReportTrial): readonly Fact[] {
  const { startedAt, completedAt } = trial;
  return [
    ...(startedAt === null ? [] : [['started', momentText(startedAt)] as const]),
    ...(completedAt === null ? [] : [['finished', momentText(completedAt)] as const]),
    ...(startedAt === null ? [] : [['duration', durationText(trial, data)] as const]),
  ];
}
