import { bar, formatDuration } from '../../text/format.ts';
import type { TrialState } from '../../trial/frozen-trial.ts';
import { cut, justify, type Line, line, span, widthOf } from '../text/line.ts';
import { TABS } from '../ui-state.ts';
import type { Screen, View } from '../view.ts';
import { looks } from './trial-text.ts';

/** The width from which on all tabs have their names; on a narrower screen only the open one has. */
const NAMED_TABS = 70;

/** Three lines: the study and the tabs, the trials by state, and the time. */
export const head: Screen = (view, width) => {
  const { model, ui } = view;
  const isNarrow = width < NAMED_TABS;
  const tabs = TABS.map((tab, at) => {
    const isOpen = tab === ui.tab;
    return span(isNarrow && !isOpen ? ` ${at + 1} ` : ` ${at + 1} ${tab} `, isOpen ? { inverse: true } : { dim: true });
  });
  return [
    justify(line(span(`hpo ${model.record.name}`, { bold: true })), tabs, width),
    countLine(view, width),
    timeLine(view, width),
  ];
};

const SHOWN: readonly TrialState[] = ['COMPLETE', 'RUNNING', 'PRUNED', 'FAIL', 'WAITING'];

function countLine({ model, run }: View, width: number): Line {
  const counts = SHOWN.filter((state) => model.counts[state] > 0 || state === 'COMPLETE').flatMap((state) => {
    const { glyph, style } = looks[state];
    return [span(`${glyph} `, style), span(`${model.counts[state]} ${state.toLowerCase()}  `)];
  });
  if (run === undefined) return line(...counts);
  const share = run.target > 0 ? model.finished / run.target : 0;
  const room = Math.max(10, Math.min(30, width - 60));
  const done = bar(share, room);
  const rest = '·'.repeat(Math.max(0, room - done.length));
  return justify(
    line(...counts),
    line(span(done, { color: 'green' }), span(rest, { dim: true }), ` ${model.finished} of ${run.target}`),
    width,
  );
}

function timeLine(view: View, width: number): Line {
  const { model, run, machines, now, storageLabel } = view;
  if (run === undefined) {
    const busy = machines.all.filter(({ running }) => running.length > 0).length;
    const where = busy > 1 ? `, on ${busy} machines` : '';
    return beforePlace(line(span(`watching; runs elsewhere${where}`, { color: 'yellow' })), storageLabel, width);
  }
  const elapsed = `${formatDuration(now.getTime() - run.startedAt.getTime())} elapsed`;
  const state = run.stopping
    ? span(run.stopping === 'drain' ? '  stopping when the running trials are done' : '  stopping now', {
        color: 'yellow',
      })
    : run.isPaused
      ? span('  paused', { color: 'yellow' })
      : span(run.isRetraining ? '  retraining the winner' : remainingText(view));
  const several = model.record.directions.length > 1 ? '  several directions' : '';
  return beforePlace(line(elapsed, state, several), storageLabel, width);
}

/** The columns that the name of the storage has at least. */
const LEAST_PLACE = 12;

/** A line with the name of the storage at its end, which may be a long URL, and is cut first. */
function beforePlace(left: Line, storageLabel: string, width: number): Line {
  const room = Math.max(LEAST_PLACE, width - widthOf(left) - 1);
  return justify(left, cut(line(span(storageLabel, { dim: true })), room), width);
}

/** The time that the missing trials will take, by the usual time of the finished ones. */
function remainingText({ model, run }: View): string {
  const missing = run === undefined ? 0 : Math.max(0, run.target - model.finished);
  const usual = model.usualTime;
  if (run === undefined || usual === undefined || missing === 0) return '';
  const rounds = missing / Math.max(1, Math.min(run.workers.length, missing));
  const [low, high] = [formatDuration(rounds * usual.low), formatDuration(rounds * usual.high)];
  return `  about ${low === high ? low : `${low} to ${high}`} to go`;
}
