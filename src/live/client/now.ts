import { numberedTrial } from '../../report/charts/trials.ts';
import { element } from '../../report/client/dom.ts';
import { card } from '../../report/client/summary.ts';
import type { ShowTrial } from '../../report/client/trial-dialog.ts';
import type { ReportData, ReportTrial } from '../../report/report-data.ts';
import { clip, countText, msText, numberText } from '../../report/text.ts';
import { machineOf, paramFacts } from '../../report/trial-text.ts';
import type { MachineState, Now } from '../live-data.ts';

/** The most running trials that the page lists. */
const MOST_RUNNING = 50;

/** What goes on in a study: the way to its target, the trials that run, and the machines where there are several. */
export function nowCards(data: ReportData, now: Now, at: number, show: ShowTrial): readonly HTMLElement[] {
  const running = data.trials.filter(({ state }) => state === 'RUNNING');
  const cards = [
    running.length === 0 ? undefined : runningCard(data, running, at, show),
    now.machines.length < 2 ? undefined : machinesCard(now.machines),
  ];
  return cards.filter((each) => each !== undefined);
}

/** The bar that shows how many trials are finished of those that are wanted; undefined where that is not known. */
export function targetBar({ overview: { counts } }: ReportData, { target }: Now): HTMLElement | undefined {
  if (target === null) return undefined;
  const finished = counts.COMPLETE + counts.PRUNED + counts.FAIL;
  const text = `${countText(finished)} of ${countText(target)} trials`;
  const done = element('i', {});
  done.style.width = `${Math.min(100, (100 * finished) / target)}%`;
  const bar = element('div', { className: 'target', role: 'progressbar', 'aria-label': 'finished trials' }, done);
  bar.ariaValueNow = String(Math.min(finished, target));
  bar.ariaValueMin = '0';
  bar.ariaValueMax = String(target);
  bar.ariaValueText = text;
  return element('div', { className: 'way' }, element('span', {}, text), bar);
}

function runningCard(data: ReportData, running: readonly ReportTrial[], at: number, show: ShowTrial): HTMLElement {
  const shown = running.slice(0, MOST_RUNNING);
  const rows = shown.map((trial) => {
    const last = trial.reports.at(-1);
    const machine = data.machines.length < 2 ? undefined : machineOf(data, trial);
    const params = paramFacts(data, trial).map(([name, text]) => `${name} ${text}`);
    return element(
      'tr',
      {},
      element(
        'td',
        {},
        element('button', { type: 'button', className: 'plain', onclick: () => show(trial) }, `trial ${trial.number}`),
      ),
      element('td', { className: 'number' }, trial.startedAt === null ? '' : msText(Math.max(0, at - trial.startedAt))),
      element('td', { className: 'number' }, last === undefined ? '' : `step ${last[0]}`),
      element('td', { className: 'number' }, last === undefined ? '' : numberText(last[1])),
      element('td', {}, standing(data, trial)),
      element('td', { className: 'more', title: params.join(', ') }, [machine, ...params].filter(Boolean).join(' · ')),
    );
  });
  const more = running.length - shown.length;
  const made = card(
    `Running: ${running.length === 1 ? '1 trial' : `${countText(running.length)} trials`}`,
    element(
      'div',
      { className: 'scroll' },
      element('table', { className: 'running', 'aria-label': 'running trials' }, element('tbody', {}, rows)),
    ),
    more > 0 ? element('p', { className: 'caption' }, `and ${countText(more)} more`) : undefined,
  );
  made.classList.add('wide');
  made.id = 'running';
  return made;
}

/** How the last report of a trial compares with the best trial's at the same step. */
function standing(data: ReportData, trial: ReportTrial): string {
  const [step, value] = trial.reports.at(-1) ?? [];
  const best = data.study.objectives.length === 1 ? numberedTrial(data, data.best[0] ?? -1) : undefined;
  const other = best?.reports.find(([at]) => at === step)?.[1];
  if (value === undefined || other === undefined) return '';
  const difference = value - other;
  return `${difference < 0 ? '−' : '+'}${numberText(Math.abs(difference))} to the best`;
}

function machinesCard(machines: readonly MachineState[]): HTMLElement {
  const rows = machines.map(({ name, running, finished, workers, state }) =>
    element(
      'tr',
      {},
      element('td', { title: name }, clip(name, 40)),
      element('td', {}, state ?? 'gone'),
      element('td', { className: 'number' }, `${running.length}${workers === null ? '' : ` of ${workers}`} running`),
      element('td', { className: 'number' }, `${countText(finished)} finished`),
    ),
  );
  const made = card(
    'Machines',
    element(
      'div',
      { className: 'scroll' },
      element('table', { className: 'running', 'aria-label': 'machines' }, element('tbody', {}, rows)),
    ),
  );
  made.classList.add('wide');
  made.id = 'machines';
  return made;
}
