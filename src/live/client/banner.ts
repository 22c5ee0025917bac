import { element } from '../../report/client/dom.ts';
import { visibleLines } from '../../text/foreign-text.ts';
import type { Trouble } from '../live-data.ts';

/** The line that says why a page does not show the newest state. */
export class Banner {
  readonly element = element('div', { className: 'banner wide', role: 'status', hidden: true });
  #trouble: Trouble | null = null;
  #lost: 'again' | 'refused' | undefined;

  /** Whether the study, or hpo, has ended for good. */
  get isOver(): boolean {
    return this.#trouble?.kind === 'ended';
  }

  setTrouble(trouble: Trouble | null): void {
    this.#trouble = trouble;
    this.#show();
  }

  setLost(lost: 'again' | 'refused' | undefined): void {
    this.#lost = lost;
    this.#show();
  }

  #show(): void {
    const text = visibleLines(this.#text());
    this.element.hidden = text === '';
    if (this.element.textContent !== text) this.element.textContent = text;
  }

  #text(): string {
    if (this.isOver) return this.#trouble?.text ?? '';
    if (this.#lost === 'refused')
      return 'hpo was started anew, with another address: open the one that it has printed.';
    if (this.#lost === 'again') return 'hpo does not answer. This is what was last seen; it goes on when hpo is back.';
    if (this.#trouble === null) return '';
    const { kind, text } = this.#trouble;
    return kind === 'away' ? `${text} This is what was last seen; it goes on when the storage is back.` : text;
  }
}
