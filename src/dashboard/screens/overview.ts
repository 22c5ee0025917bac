import { counted } from '../../base/counted.ts';
import { runnerOf } from '../../study/trial-runners.ts';
import { bar, formatCount, formatDuration, formatNumber, formatValues } from '../../text/format.ts';
import { sparkline } from '../../text/plots.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { durationOf, type StudyModel } from '../study-model.ts';
import { cut, type Line, line, pad, type Span, span, widthOf } from '../text/line.ts';
import { cell } from '../text/table.ts';
import type { Screen, View } from '../view.ts';
import { valuePlot } from './history.ts';
import { areOfInterest, areSeveral, LONGEST_MACHINE, machinesLine } from './machines.ts';
import { looks, paramsText } from './trial-text.ts';

/** The most running trials that are shown. */
const MOST_RUNNING = 8;

/** The width of the bar that shows the progress of a trial. */
const BAR = 6;

/** The study, the running trials, the best trial, and a plot of the best value. */
export const overview: Screen = (view, width, height) => {
  const { machines, run } = view;
  const where = areOfInterest(machines, run) ? [machinesLine(machines)] : [];
  const lines = [...facts(view), ...where, line(), ...running(view, width), line(), ...best(view.model)];
  const room = height - lines.length - 1;
  if (room >= 4 && view.model.best) lines.push(line(), ...valuePlot(view.model, width, room));
  return lines.slice(0, height).map((each) => cut(each, width));
};

function facts({ model, run }: View): Line[] {
  const directions = model.record.directions.join(', ');
  if (run === undefined) return [line(directions)];
  const { sampler, pruner, seed, device, profile, settings, workers } = run;
  const place = `${counted(workers.length, 'worker')}${device ? ` on ${device.description}` : ''}`;
  const settled = formatValues(settings);
  return [
    line(`${directions}  sampler ${sampler}  pruner ${pruner}  seed ${seed}`),
    line([place, profile && `profile ${profile}`, settled].filter(Boolean).join('  ')),
  ];
}

function running(view: View, width: number): Line[] {
  const { model, run, now } = view;
  if (run?.progress) {
    const { label, done, total, unit } = run.progress;
    const share = total === undefined ? 0 : done / total;
    const text = `${label}  ${formatCount(done, total, unit)}  `;
    return [line(text, span(bar(share, Math.max(0, Math.min(40, width - text.length))), { color: 'cyan' }))];
  }
  if (model.running.length === 0) {
    return [line(span(run?.isRetraining ? 'the winner is being retrained' : 'no trial is running', { dim: true }))];
  }
  const shown = model.running.slice(-MOST_RUNNING);
  const hosts = areSeveral(view.machines) ? shown.map(hostSpan) : [];
  const room = Math.max(0, ...hosts.map((host) => widthOf([host])));
  const lines = shown.map((trial, at) => runningLine(trial, view, now, hosts[at] ? pad([hosts[at]], room + 2) : []));
  const more = model.running.length - shown.length;
  return more > 0 ? [...lines, line(span(`and ${more} more`, { dim: true }))] : lines;
}

/** The machine that runs a trial. */
function hostSpan(trial: FrozenTrial): Span {
  return cell(runnerOf(trial)?.host ?? '', LONGEST_MACHINE);
}

/** @param host the machine that runs it, where there are several. */
function runningLine(trial: FrozenTrial, { model, run }: View, now: Date, host: Line): Line {
  const reports = [...trial.intermediateValues];
  const time = formatDuration(durationOf(trial, now.getTime()) ?? 0).padStart(7);
  const { glyph, style } = looks.RUNNING;
  const head = [span(`${glyph} `, style), span(`trial ${trial.number}`.padEnd(11)), span(`${time}  `), ...host];
  const asked = run?.toPrune.has(trial.number) ? [span('to be pruned  ', { color: 'yellow' })] : [];
  const [step, value] = reports.at(-1) ?? [];
  if (step === undefined || value === undefined) {
    return line(...head, ...asked, span('no report yet  ', { dim: true }), paramsText(trial.params));
  }
  const graph = sparkline(
    reports.map(([, reported]) => reported),
    16,
  );
  const median = margin(model, step, value);
  const share = model.usualReports === undefined ? undefined : reports.length / model.usualReports;
  return line(
    ...head,
    ...asked,
    `step ${step}  `,
    ...(share === undefined ? [] : [span(bar(share, BAR).padEnd(BAR, '·'), style), '  ']),
    span(graph, { color: 'cyan' }),
    `  ${formatNumber(value)}  `,
    ...(median === undefined ? [] : [{ ...median, text: `${median.text} to the median` }, '  ']),
    paramsText(trial.params),
  );
}

/** The distance of a report from the median of the complete trials at its step, in green on the better side. */
export function margin(model: StudyModel, step: number, value: number): Span | undefined {
  const median = model.medianAt(step);
  if (median === undefined || model.record.directions.length > 1) return undefined;
  const difference = value - median;
  const isBetter = model.record.directions[0] === 'maximize' ? difference >= 0 : difference <= 0;
  const text = `${difference < 0 ? '−' : '+'}${formatNumber(Math.abs(difference))}`;
  return span(text, { color: isBetter ? 'green' : 'red' });
}

function best(model: StudyModel): Line[] {
  if (model.record.directions.length > 1) {
    const front = model.front.map(({ number, values }) => `${number} (${values?.map(formatNumber).join(', ')})`);
    if (front.length === 0) return [line(span('no complete trial yet', { dim: true }))];
    return [
      line(
        span(`${front.length} ${front.length === 1 ? 'trial' : 'trials'} on the Pareto front  `, { bold: true }),
        front.join('  '),
      ),
    ];
  }
  const { best: trial } = model;
  if (trial === undefined) return [line(span('no complete trial yet', { dim: true }))];
  const value = formatNumber(trial.values?.[0] ?? Number.NaN);
  return [
    line(span(`★ best is trial ${trial.number}: ${value}`, { bold: true, color: 'green' })),
    line(`  ${paramsText(trial.params)}`),
  ];
}
