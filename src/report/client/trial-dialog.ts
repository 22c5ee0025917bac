import { numberedTrial } from '../charts/trials.ts';
import type { Fact, ReportData, ReportTrial } from '../report-data.ts';
import { numberText } from '../text.ts';
import { durationText, machineFacts, paramFacts, valueFacts } from '../trial-text.ts';
import { element } from './dom.ts';
import { factList } from './facts.ts';
import { morphChildren } from './morph.ts';

/** Opens the dialog that shows a trial. */
export type ShowTrial = (trial: ReportTrial) => void;

/** Everything about one trial, above the page. */
export class TrialDialog {
  #data: ReportData;
  /** The open dialog, its part that follows the trial, and the number of the trial. */
  #open: { readonly number: number; readonly title: HTMLElement; readonly facts: HTMLElement } | undefined;
  readonly #more: (trial: ReportTrial) => readonly HTMLElement[];

  /** @param more makes further parts of the dialog, which stay as they are while it is open. */
  constructor(data: ReportData, more: (trial: ReportTrial) => readonly HTMLElement[] = () => []) {
    this.#data = data;
    this.#more = more;
  }

  /** Shows a trial until the reader closes the dialog. */
  readonly show: ShowTrial = (trial) => {
    const title = element('div', { className: 'title' });
    const facts = element('div', {});
    const dialog: HTMLDialogElement = element(
      'dialog',
      {
        className: 'trial',
        'aria-label': `Trial ${trial.number}`,
        onclose: () => {
          dialog.remove();
          this.#open = undefined;
        },
        onclick: ({ target }) => target === dialog && dialog.close(),
      },
      element(
        'div',
        { className: 'inside' },
        element(
          'header',
          {},
          title,
          close(() => dialog.close()),
        ),
        this.#more(trial),
        facts,
      ),
    );
    this.#open = { number: trial.number, title, facts };
    this.#fill(trial);
    document.body.append(dialog);
    dialog.showModal();
  };

  /** Shows the trial as it is in newer data. */
  update(data: ReportData): void {
    const former = this.#open && numberedTrial(this.#data, this.#open.number);
    this.#data = data;
    const trial = this.#open && numberedTrial(data, this.#open.number);
    if (trial !== undefined && trial !== former) this.#fill(trial);
  }

  #fill(trial: ReportTrial): void {
    if (this.#open === undefined) return;
    const data = this.#data;
    morphChildren(this.#open.title, [element('h2', {}, `Trial ${trial.number}`), stateBadge(trial)]);
    const parts = [
      part('Values', valueFacts(data, trial)),
      part('Parameters', paramFacts(data, trial)),
      part('Attributes', trial.userAttrs),
      part('Error', trial.error === null ? [] : [['', trial.error]]),
      part('Times', [...timeFacts(data, trial), ...machineFacts(data, trial)]),
      part('Reports', reportFacts(data, trial)),
    ];
    morphChildren(
      this.#open.facts,
      parts.filter((each) => each !== undefined),
    );
  }
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
