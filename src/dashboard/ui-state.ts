import { isWholeNumber } from '../base/option-checks.ts';
import { ownValue } from '../base/own-value.ts';
import type { Machine, Machines } from '../study/machine-watch.ts';
import type { LiveRun } from './live-run.ts';
import type { StudyModel } from './study-model.ts';
import { MACHINE_WORD, paramNames, SORTS, type Sort, visibleTrials } from './visible-trials.ts';

export const TABS = ['overview', 'trials', 'trial', 'history', 'system'] as const;
export type Tab = (typeof TABS)[number];

/** The view that the user has chosen, and the question that the user is asked. */
export interface UiState {
  readonly tab: Tab;
  /** The number of the selected trial; undefined for the newest. */
  readonly selected: number | undefined;
  /** The name of the selected machine; undefined for the first. */
  readonly machine: string | undefined;
  readonly sort: Sort;
  readonly filter: string;
  /** The number of parameters past which the table of trials is scrolled. */
  readonly column: number;
  /** A line of text that is being typed. */
  readonly entry: { readonly what: 'filter' | 'target'; readonly text: string } | undefined;
  /** A question that `y` answers with yes, and anything else with no. */
  readonly question: { readonly text: string; readonly order: Order } | undefined;
  readonly help: boolean;
  /** The outcome of the last key. */
  readonly message: string;
}

/** An order to the run that a key gives. */
export type Order =
  | { readonly type: 'prune'; readonly trial: number }
  | { readonly type: 'pause'; readonly paused: boolean }
  | { readonly type: 'target'; readonly target: number }
  | { readonly type: 'export' }
  /** The order of Ctrl-C: first gently, then at once. */
  | { readonly type: 'interrupt' }
  /** Closes the dashboard of a study that runs elsewhere. */
  | { readonly type: 'quit' };

export const START: UiState = {
  tab: 'overview',
  selected: undefined,
  machine: undefined,
  sort: 'number',
  filter: '',
  column: 0,
  entry: undefined,
  question: undefined,
  help: false,
  message: '',
};

/** The content of the screen while a key is pressed. */
export interface Sight {
  readonly model: StudyModel;
  /** Undefined where the study runs elsewhere; then nothing can be ordered. */
  readonly run: LiveRun | undefined;
  /** The machines that run the study. */
  readonly machines: Machines;
  /** The number of trials, or of machines, on a page. */
  readonly page: number;
}

/** The state after a key, and its order to the run. Keys are characters or the names `up`, `enter`, `escape`, … */
export function press(state: UiState, key: string, sight: Sight): { readonly state: UiState; readonly order?: Order } {
  const quiet = { ...state, message: '' };
  if (key === 'ctrl-c') return { state: quiet, order: leave(sight) };
  if (state.entry) return typed(quiet, state.entry, key);
  if (state.question) {
    const answered = { ...quiet, question: undefined };
    return key === 'y' ? { state: answered, order: state.question.order } : { state: answered };
  }
  if (state.help) return { state: { ...quiet, help: false } };
  const moved = move(quiet, key, sight) ?? scroll(quiet, key, sight);
  if (moved !== undefined) return { state: moved };
  const number = Number(key);
  if (number >= 1 && number <= TABS.length) return { state: { ...quiet, tab: TABS[number - 1] as Tab } };
  switch (key) {
    case ']':
      return { state: { ...quiet, tab: neighbour(state.tab, 1) } };
    case '[':
      return { state: { ...quiet, tab: neighbour(state.tab, -1) } };
    case '?':
      return { state: { ...quiet, help: true } };
    case '/':
      return { state: { ...quiet, tab: 'trials', entry: { what: 'filter', text: state.filter } } };
    case 's': {
      const sort = SORTS[(SORTS.indexOf(state.sort) + 1) % SORTS.length] as Sort;
      return { state: { ...quiet, tab: 'trials', sort, message: `sorted by ${sort}` } };
    }
    case 'enter':
      if (state.tab === 'system') return { state: trialsOf(quiet, selectedMachine(state, sight.machines)) };
      return { state: { ...quiet, tab: 'trial', selected: selectedOf(state, sight.model) } };
    case 'escape':
      return { state: { ...quiet, tab: state.tab === 'trial' ? 'trials' : 'overview', filter: '' } };
    case 'q':
      return askToLeave(quiet, sight);
    case 'x':
    case 'p':
    case 't':
    case 'e':
      return sight.run ? ordered(quiet, key, sight.model, sight.run) : { state: { ...quiet, message: READ_ONLY } };
  }
  return { state: quiet };
}

/** The number of the selected trial: the chosen one, or else the newest that is shown. */
export function selectedOf(state: UiState, model: StudyModel): number | undefined {
  const shown = visibleTrials(model, state.filter, state.sort);
  if (state.selected !== undefined && shown.some(({ number }) => number === state.selected)) return state.selected;
  return shown[0]?.number;
}

/** The selected machine: the chosen one, or else the first. */
export function selectedMachine({ machine }: UiState, { all }: Machines): Machine | undefined {
  return all.find(({ name }) => name === machine) ?? all[0];
}

/** Shows the trials of a machine, the newest first. */
function trialsOf(state: UiState, machine: Machine | undefined): UiState {
  if (machine?.host === undefined) return state;
  return { ...state, tab: 'trials', sort: 'number', selected: undefined, filter: `${MACHINE_WORD}${machine.host}` };
}

const READ_ONLY = 'this study runs in another process: here it can only be watched';

function ordered(
  state: UiState,
  key: 'x' | 'p' | 't' | 'e',
  model: StudyModel,
  run: LiveRun,
): ReturnType<typeof press> {
  if (key === 'p') return { state, order: { type: 'pause', paused: !run.isPaused } };
  if (key === 'e') return { state, order: { type: 'export' } };
  if (key === 't') return { state: { ...state, entry: { what: 'target', text: '' } } };
  const selected = selectedOf(state, model);
  const running = model.running.some(({ number }) => number === selected) ? selected : model.running[0]?.number;
  if (running === undefined) return { state: { ...state, message: 'no trial is running' } };
  const question = { text: `prune trial ${running}?`, order: { type: 'prune', trial: running } as const };
  return { state: { ...state, question } };
}

function leave({ run }: Sight): Order {
  return run ? { type: 'interrupt' } : { type: 'quit' };
}

function askToLeave(state: UiState, sight: Sight): ReturnType<typeof press> {
  if (sight.run?.stopping !== 'drain') return { state, order: leave(sight) };
  const count = sight.model.running.length;
  const question = {
    text: `hand back the ${count} running trials and stop now?`,
    order: { type: 'interrupt' } as const,
  };
  return { state: { ...state, question } };
}

function typed(state: UiState, entry: NonNullable<UiState['entry']>, key: string): ReturnType<typeof press> {
  const { what, text } = entry;
  if (key === 'escape') return { state: { ...state, entry: undefined } };
  if (key === 'backspace') return { state: { ...state, entry: { what, text: text.slice(0, -1) } } };
  if (key !== 'enter') return { state: { ...state, entry: { what, text: key.length === 1 ? text + key : text } } };
  const closed = { ...state, entry: undefined };
  if (what === 'filter') return { state: { ...closed, filter: text, selected: undefined } };
  const target = Number(text);
  if (isWholeNumber(target, 1)) return { state: closed, order: { type: 'target', target } };
  return { state: { ...closed, message: `'${text}' is no number of trials; give a whole number from 1 on` } };
}

function neighbour(tab: Tab, by: number): Tab {
  return TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] as Tab;
}

function move(state: UiState, key: string, { model, machines, page }: Sight): UiState | undefined {
  const steps: Record<string, number> = {
    j: 1,
    down: 1,
    k: -1,
    up: -1,
    pagedown: page,
    pageup: -page,
    G: Infinity,
    g: -Infinity,
  };
  const step = ownValue(steps, key);
  if (step === undefined) return undefined;
  if (state.tab === 'system') {
    const { all } = machines;
    const chosen = selectedMachine(state, machines);
    const at = chosen === undefined ? 0 : all.indexOf(chosen) + step;
    return { ...state, machine: all[Math.max(0, Math.min(at, all.length - 1))]?.name };
  }
  const shown = visibleTrials(model, state.filter, state.sort);
  const selected = selectedOf(state, model);
  const at = shown.findIndex(({ number }) => number === selected) + step;
  const trial = shown[Math.max(0, Math.min(at, shown.length - 1))];
  return { ...state, selected: trial?.number };
}

/** Scrolls the table of trials sideways. */
function scroll(state: UiState, key: string, { model }: Sight): UiState | undefined {
  const steps: Record<string, number> = { l: 1, right: 1, h: -1, left: -1 };
  const step = ownValue(steps, key);
  if (step === undefined) return undefined;
  const last = Math.max(0, paramNames(visibleTrials(model, state.filter, state.sort)).length - 1);
  return { ...state, tab: 'trials', column: Math.max(0, Math.min(state.column + step, last)) };
}
