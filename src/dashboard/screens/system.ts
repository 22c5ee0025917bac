import { counted } from '../../base/counted.ts';
import { bar } from '../../text/format.ts';
import { cut, type Line, line, type Span, span } from '../text/line.ts';
import { selectedMachine } from '../ui-state.ts';
import type { Screen, View } from '../view.ts';
import { ABOVE, areOfInterest, machineTable } from './machines.ts';

/** The machines of the study, the workers, this machine, its GPUs, and the output of the study's code. */
export const system: Screen = (view, width, height) => {
  const { machines, run, ui } = view;
  const own = ownPart(view);
  const rows = tableHeight(view, own.length, height);
  const table = rows === 0 ? [] : [...machineTable(machines, selectedMachine(ui, machines), width, rows), line()];
  const log = run?.log ?? [];
  const room = height - table.length - own.length - 2;
  const lines = [
    ...table,
    ...own,
    line(),
    ...log
      .slice(-Math.max(0, room))
      .map(({ at, text }) => line(span(`${at.toTimeString().slice(0, 8)}  `, { dim: true }), text)),
  ];
  return lines.slice(0, height).map((each) => cut(each, width));
};

/** The part of the view that the height of the table of machines depends on. */
type TableView = Pick<View, 'run' | 'machines' | 'system'>;

/** The number of machines on a page of their table. */
export function machinePage(view: TableView, height: number): number {
  return Math.max(1, tableHeight(view, ownPart(view).length, height) - ABOVE);
}

/** The rows of the table at least, even if little is left of the rest. */
const LEAST_ROWS = 3;
/** The lines of the log that the table leaves, if it has no room for all machines. */
const LEAST_LOG = 3;

/** The height of the table of machines with its caption and titles; 0 where this process is alone. */
function tableHeight({ run, machines }: TableView, own: number, height: number): number {
  if (!areOfInterest(machines, run)) return 0;
  const left = height - own - 1 - (run === undefined ? 0 : LEAST_LOG + 1);
  return Math.min(ABOVE + machines.all.length, Math.max(ABOVE + LEAST_ROWS, left));
}

/** This machine, where it runs a part of the study, and the workers of our run. */
function ownPart(view: TableView): Line[] {
  const { run, machines } = view;
  if (run !== undefined) return [...workers(view), line(), ...machine(view)];
  if (machines.all.length === 0)
    return [line(span(nobody(machines.unleased.length), { dim: true })), line(), ...machine(view)];
  const isHere = machines.all.some(({ isThisMachine }) => isThisMachine);
  return isHere ? [line(span('this machine', { dim: true })), ...machine(view)] : [];
}

function nobody(unleased: number): string {
  if (unleased === 0) return 'no process runs a trial';
  return `${counted(unleased, 'trial runs', 'trials run')} under no lease of hpo's, in processes that it cannot watch`;
}

function workers({ run, system: { memoryOf } }: TableView): Line[] {
  if (run === undefined) return [];
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

function machine({ run, system: { load, usedBytes, totalBytes, gpus } }: TableView): Line[] {
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
