import { element } from '../../report/client/dom.ts';
import type { PageOrder, RunState } from '../live-data.ts';
import { ask } from './ask.ts';

/** The controls of a run of one's own, which do what the keys of its dashboard on a terminal do. */
export class RunControls {
  readonly element: HTMLElement;
  readonly #order: (order: PageOrder) => Promise<string | undefined>;
  readonly #state = element('span', { className: 'runstate', role: 'status' });
  readonly #pause = element('button', {
    type: 'button',
    onclick: () => this.#give({ type: 'pause', paused: !this.#run?.isPaused }),
  });
  readonly #stop = element('button', { type: 'button', onclick: () => void this.#askToStop() });
  readonly #target = element('input', { type: 'number', min: '1', step: '1', 'aria-label': 'number of trials wanted' });
  readonly #message = element('p', { className: 'problem', role: 'alert', hidden: true });
  readonly #log = element('pre', { className: 'log', tabIndex: 0, 'aria-label': 'the log of the run' });
  #run: RunState | null = null;
  /** Whether the reader has changed the number of trials, and not yet set it. */
  #isTargetEdited = false;

  /** @param order gives an order, and returns the reason why it is not obeyed. */
  constructor(order: (order: PageOrder) => Promise<string | undefined>) {
    this.#order = order;
    this.#target.oninput = () => {
      this.#isTargetEdited = true;
    };
    const setTarget = element('button', { type: 'submit' }, 'Set');
    const form = element('form', { className: 'field' }, 'trials', this.#target, setTarget);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#isTargetEdited = false;
      this.#give({ type: 'target', target: Number(this.#target.value) });
    };
    const write = element(
      'button',
      { type: 'button', onclick: () => this.#give({ type: 'export' }) },
      'Write best.json',
    );
    this.element = element(
      'div',
      { className: 'run', hidden: true },
      element('div', { className: 'controls' }, this.#pause, this.#stop, form, write, this.#state),
      this.#message,
      this.#log,
    );
  }

  /** @param run null where the study is run elsewhere, or has ended. */
  update(run: RunState | null): void {
    this.#run = run;
    this.element.hidden = run === null;
    if (run === null) return;
    this.#pause.textContent = run.isPaused ? 'Go on' : 'Pause';
    this.#pause.disabled = run.stopping !== null || run.isRetraining;
    this.#stop.textContent = run.stopping === null ? 'Stop…' : 'Stop at once…';
    this.#stop.disabled = run.stopping === 'abort';
    if (!this.#isTargetEdited) this.#target.value = String(run.target);
    setText(this.#state, stateText(run));
    const isAtEnd = this.#log.scrollTop + this.#log.clientHeight >= this.#log.scrollHeight - 4;
    setText(this.#log, run.log.map(([at, text]) => `${new Date(at).toLocaleTimeString()}  ${text}`).join('\n'));
    this.#log.hidden = run.log.length === 0;
    if (isAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  async #askToStop(): Promise<void> {
    const isDraining = this.#run?.stopping === 'drain';
    const sure = isDraining
      ? await ask('Hand the running trials back and stop now? They are run again when the study goes on.', 'Stop now')
      : await ask('Stop when the running trials are done? No other one is started.', 'Stop');
    if (sure) this.#give({ type: 'interrupt' });
  }

  #give(order: PageOrder): void {
    void this.#order(order).then((problem) => {
      this.#message.textContent = problem ?? '';
      this.#message.hidden = problem === undefined;
    });
  }
}

function setText(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}

function stateText({ isPaused, isRetraining, stopping, progress, workers }: RunState): string {
  if (stopping === 'abort') return 'Stopping now: the running trials are handed back.';
  if (stopping === 'drain') return 'Stopping when the running trials are done.';
  if (progress !== null) return progress;
  if (isRetraining) return 'Retraining the winner.';
  if (isPaused) return 'Paused: no trial is started.';
  return workers.length === 1 ? '1 worker' : `${workers.length} workers`;
}
