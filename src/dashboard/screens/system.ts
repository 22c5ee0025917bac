import { bar } from '../../text/format.ts';
import { cut, type Line, line, type Span, span } from '../text/line.ts';
import type { Screen, View } from '../view.ts';

/** The workers, the machine, its GPUs, and the output of the study's code. */
export const system: Screen = (view, width, height) => {
  const above = [...workers(view), line(), ...machine(view)];
  const log = view.run?.log ?? [];
  const room = height - above.length - 2;
  const lines = [
    ...above,
    line(),
    ...log
      .slice(-Math.max(0, room))
      .map(({ at, text }) => line(span(`${at.toTimeString().slice(0, 8)}  `, { dim: true }), text)),
  ];
  return lines.slice(0, height).map((each) => cut(each, width));
};

function workers({ run, system: { memoryOf } }: View): Line[] {
  if (run === undefined) return [line(span('the workers are in another process', { dim: true }))];
  if (run.workers.length === 0) return [line(span('no worker yet', { dim: true }))];
  const why = run.workersReason === undefined ? [] : [line(span(run.workersReason, { dim: true }))];
  const lines = run.workers.map(({ id, pid, trial }) => {
    const bytes = pid === undefined ? undefined : memoryOf.get(pid);
    const memory = bytes === undefined ? '' : `  ${(bytes / 1e6).toFixed(0)} MB`;
    const work = run.isRetraining ? 'retraining' : trial === undefined ? undefined : `trial ${trial}`;
    const task = work === undefined ? span('idle', { dim: true }) : span(work, { color: 'cyan' });
    return line(`worker ${id}  process ${pid ?? '?'}  `, task, memory);
  });
  return [...lines, ...why];
}

const BAR = 20;

function machine({ run, system: { load, usedBytes, totalBytes, gpus } }: View): Line[] {
  return [
    ...(run?.device ? [line(`backend  ${run.device.description}`)] : []),
    line(`load     ${load.toFixed(2)}`),
    usage('memory', usedBytes, totalBytes),
    ...gpus.flatMap(({ name, utilisation, usedBytes: used, memoryBytes: total }) => [
      line(`GPU      ${name}  `, ...busy(utilisation)),
      ...(Number.isFinite(used) ? [usage('', used, total)] : []),
    ]),
  ];
}

/** The load of a card; empty for a card that is divided into instances, which does not report it. */
function busy(utilisation: number): Span[] {
  if (Number.isNaN(utilisation)) return [];
  return [span(`${utilisation} % busy  `), span(bar(utilisation / 100, BAR), { color: 'magenta' })];
}

function usage(name: string, used: number, total: number): Line {
  const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  const share = total > 0 ? used / total : 0;
  return line(`${name.padEnd(9)}${gib(used)} of ${gib(total)} GiB  `, span(bar(share, BAR), { color: 'blue' }));
}
