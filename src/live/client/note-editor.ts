import { element } from '../../report/client/dom.ts';
import { visibleLines } from '../../text/foreign-text.ts';
import type { Note } from '../live-data.ts';

/** A note to be read and changed. While it is being changed, newer versions do not disturb it. */
export class NoteEditor {
  readonly element: HTMLElement;
  readonly #text = element('p', { className: 'note' });
  readonly #input = element('textarea', { rows: 5, 'aria-label': 'note' });
  readonly #edit = element('button', { type: 'button', onclick: () => this.#begin() });
  readonly #problem = element('p', { className: 'problem', role: 'alert', hidden: true });
  readonly #form: HTMLElement;
  readonly #save: (edit: Pick<Note, 'version' | 'body'>) => Promise<string | undefined>;
  #note: Pick<Note, 'version' | 'body'> = { version: 0, body: '' };
  /** The version that the reader began to change. */
  #begun = 0;

  /** @param save stores it, and returns the reason why it is not stored. */
  constructor(save: (edit: Pick<Note, 'version' | 'body'>) => Promise<string | undefined>) {
    this.#save = save;
    this.#form = element(
      'div',
      { className: 'editor', hidden: true },
      this.#input,
      element(
        'div',
        { className: 'answers' },
        element('button', { type: 'button', onclick: () => this.#end() }, 'Cancel'),
        element('button', { type: 'button', onclick: () => void this.#store() }, 'Save the note'),
      ),
    );
    this.element = element('div', { className: 'noting' }, this.#text, this.#edit, this.#form, this.#problem);
    this.update(undefined);
  }

  update(note: Note | undefined): void {
    const { version, body } = note ?? { version: 0, body: '' };
    this.#note = { version, body };
    const text = visibleLines(body);
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#text.hidden = body === '' || !this.#form.hidden;
    this.#edit.textContent = body === '' ? 'Add a note' : 'Change the note';
  }

  #begin(): void {
    this.#begun = this.#note.version;
    this.#input.value = this.#note.body;
    this.#form.hidden = false;
    this.#edit.hidden = true;
    this.#text.hidden = true;
    this.#input.focus();
  }

  #end(): void {
    this.#form.hidden = true;
    this.#edit.hidden = false;
    this.#text.hidden = this.#note.body === '';
    this.#problem.hidden = true;
    this.#edit.focus();
  }

  async #store(): Promise<void> {
    const body = this.#input.value;
    const problem = await this.#save({ version: this.#begun + 1, body });
    if (problem === undefined) {
      this.update({ trial: null, version: this.#begun + 1, body });
      return this.#end();
    }
    this.#problem.textContent = visibleLines(problem);
    this.#problem.hidden = false;
  }
}
