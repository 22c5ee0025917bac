import { counted } from '../../base/counted.ts';
import type { Coordinator, CoordinatorState, Machine, Machines } from '../../study/machine-watch.ts';
import { formatDuration } from '../../text/format.ts';
import type { LiveRun } from '../live-run.ts';
import { type Line, line, type Span, type Style, span } from '../text/line.ts';
import { type Column, cell, table, tableWidth } from '../text/table.ts';

/** The columns that the name of a machine gets. */
export const LONGEST_MACHINE = 20;
/** The room before a row for the mark of the selected one. */
const MARGIN = 2;

/** A glyph as well as a colour for each state. */
const LOOKS: Readonly<Record<CoordinatorState | 'none', { readonly glyph: string; readonly style: Style }>> = {
  dead: { glyph: '✗', style: { color: 'red' } },
  lost: { glyph: '✗', style: { color: 'red' } },
  silent: { glyph: '!', style: { color: 'yellow' } },
  suspended: { glyph: '!', style: { color: 'yellow' } },
  new: { glyph: '●', style: { color: 'cyan' } },
  alive: { glyph: '●', style: { color: 'green' } },
  idle: { glyph: '○', style: { color: 'gray' } },
  none: { glyph: '○', style: { color: 'gray' } },
};

/** Whether somebody should look at a coordinator. */
function needsAttention(state: CoordinatorState | undefined): boolean {
  return state === 'dead' || state === 'lost' || state === 'silent' || state === 'suspended';
}

/** Whether other processes than this one have a part in the study, or a machine needs attention. */
export function areOfInterest({ all }: Machines, run: LiveRun | undefined): boolean {
  const [first, ...others] = all;
  if (first === undefined) return false;
  return run === undefined || others.length > 0 || first.coordinators.some(({ isThisProcess }) => !isThisProcess);
}

/** Whether trials of several machines are shown, which are then told apart. */
export function areSeveral({ all }: Machines): boolean {
  return all.length > 1;
}

/** The machines and their trials in one line, with the first one that needs attention. */
export function machinesLine(machines: Machines): Line {
  const busy = machines.all.filter(({ running }) => running.length > 0);
  const trials = busy.reduce((sum, { running }) => sum + running.length, 0);
  const [only, ...others] = busy;
  const who =
    others.length === 0 && only !== undefined ? [cell(only.name, LONGEST_MACHINE)] : [`${busy.length} machines`];
  const what =
    only === undefined
      ? ['no machine runs a trial']
      : [...who, ` ${others.length === 0 ? 'runs' : 'run'} ${counted(trials, 'trial')}`];
  const troubled = machines.all.filter(({ state }) => needsAttention(state));
  const [first, ...more] = troubled;
  if (first === undefined) return line(...what);
  const named = first === only && others.length === 0 ? [] : [span(`${first.name}: `, styleOf(first))];
  const rest = more.length > 0 ? [span(`, and ${more.length} more`, styleOf(first))] : [];
  return line(...what, '  ', ...named, span(troubleOf(first), styleOf(first)), ...rest);
}

/**
 * The machines in a table, as many as the height has room for, around the selected one.
 * @param height the lines there are, of which two are the caption and the titles.
 */
export function machineTable(machines: Machines, selected: Machine | undefined, width: number, height: number): Line[] {
  const { all, unleased } = machines;
  const page = Math.max(1, height - ABOVE);
  const at = selected === undefined ? 0 : all.indexOf(selected);
  const first = Math.max(0, Math.min(at - Math.floor(page / 2), all.length - page));
  const rows = all.slice(first, first + page);
  const [titles, ...lines] = table(fitting(columns(rows), width - MARGIN), width - MARGIN) as [Line, ...Line[]];
  const isScrolled = rows.length < all.length;
  const marked = lines.map((each, row): Line => {
    const isSelected = rows[row] === selected;
    return [
      span(isSelected ? '› ' : '  ', { bold: true }),
      ...each.map((s) => (isSelected ? { ...s, inverse: true } : s)),
    ];
  });
  const where = isScrolled ? `, ${first + 1} to ${first + rows.length} of ${all.length}` : '';
  return [
    line(span(`${caption(all)}${where}${unleasedText(unleased)}`, { dim: true })),
    [span('  '), ...titles],
    ...marked,
  ];
}

/** The lines of a table above its rows. */
export const ABOVE = 2;

function caption(all: readonly Machine[]): string {
  const troubled = all.filter(({ state }) => needsAttention(state)).length;
  const need = troubled === 0 ? '' : `, ${troubled} to look after`;
  return `${counted(all.length, 'machine')}${need}`;
}

/** A note on trials that no coordinator of ours runs; '' without any. */
function unleasedText(unleased: readonly number[]): string {
  if (unleased.length === 0) return '';
  return `; ${counted(unleased.length, 'trial runs', 'trials run')} under no lease of hpo's`;
}

function columns(rows: readonly Machine[]): readonly Column[] {
  const each = (show: (machine: Machine) => Span) => rows.map(show);
  const devices = each(({ coordinators }) => span(devicesOf(coordinators), { dim: true }));
  return [
    {
      title: 'machine',
      cells: each((machine) => {
        const { glyph } = LOOKS[machine.state ?? 'none'];
        return { ...cell(`${glyph} ${machine.name}`, LONGEST_MACHINE + 2), ...styleOf(machine) };
      }),
    },
    { title: 'busy', right: true, cells: each((machine) => span(busyText(machine))) },
    { title: 'done', right: true, cells: each(({ finished }) => span(String(finished))) },
    { title: 'last sign of life', cells: each((machine) => span(signOf(machine), styleOf(machine))) },
    { title: 'processes', right: true, cells: each(({ coordinators }) => span(String(coordinators.length || ''))) },
    { title: 'running trials', cells: each(({ running }) => cell(running.join(' '), LONGEST_TRIALS)) },
    ...(devices.some(({ text }) => text !== '') ? [{ title: 'device', cells: devices }] : []),
  ];
}

/** The first columns that a width has room for, which all but the last ones always are. */
function fitting(all: readonly Column[], width: number): readonly Column[] {
  let count = all.length;
  while (count > LEAST_COLUMNS && tableWidth(all.slice(0, count)) > width) count--;
  return all.slice(0, count);
}

/** The columns that are shown at any width: machine, busy, done, last sign of life. */
const LEAST_COLUMNS = 4;

/** The columns that the numbers of the trials on a machine get. */
const LONGEST_TRIALS = 24;

/** The workers that run a trial, of how many there are. */
function busyText({ coordinators, running, workers }: Machine): string {
  if (coordinators.length === 0) return '';
  return workers === undefined ? String(running.length) : `${running.length} of ${workers}`;
}

function devicesOf(coordinators: readonly Coordinator[]): string {
  return [...new Set(coordinators.flatMap(({ crew }) => crew?.device ?? []))].join(', ');
}

function styleOf({ state }: Machine): Style {
  return state === undefined || state === 'idle' ? { dim: true } : needsAttention(state) ? LOOKS[state].style : {};
}

/** The last sign of life of a machine: that of the coordinator that needs attention most. */
function signOf(machine: Machine): string {
  const [worst] = machine.coordinators;
  if (worst === undefined) return 'runs no trial any more';
  const { state, silentMs, graceMs } = worst;
  const given = `given up at ${secondsText(graceMs)}`;
  switch (state) {
    case 'dead':
      return `${shareText(machine)}its process is gone`;
    case 'lost':
      return `${shareText(machine)}none for ${secondsText(silentMs)}: given up`;
    case 'silent':
      return `${shareText(machine)}none for ${secondsText(silentMs)}, ${given}`;
    case 'suspended':
      return `${shareText(machine)}suspended for ${secondsText(silentMs)}, ${given}`;
    case 'new':
      return silentMs < 1000 ? 'none seen yet' : `none seen yet in ${secondsText(silentMs)}`;
    case 'alive':
      return agoText(silentMs);
    case 'idle':
      return `${agoText(silentMs)}, no trial now`;
  }
}

/** The trouble of a machine in a sentence of its own. */
function troubleOf(machine: Machine): string {
  return signOf(machine)
    .replace('none for', 'no sign of life for')
    .replace(/, given up at.*/, '')
    .replace(': given up', ', given up');
}

/** The number of a machine's coordinators that need attention, unless all do. */
function shareText({ coordinators }: Machine): string {
  const troubled = coordinators.filter(({ state }) => needsAttention(state)).length;
  return troubled === coordinators.length ? '' : `${troubled} of ${coordinators.length}: `;
}

function agoText(ms: number): string {
  return ms < 1000 ? 'now' : `${secondsText(ms)} ago`;
}

/** Seconds for people, as grace times are given in them. */
function secondsText(ms: number): string {
  return ms < 1000 * MOST_SECONDS ? `${Math.floor(ms / 1000)} s` : formatDuration(ms);
}

/** The seconds from which on minutes are clearer. */
const MOST_SECONDS = 300;
