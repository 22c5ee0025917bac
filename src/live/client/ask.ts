import { element } from '../../report/client/dom.ts';

/** Asks a question above the page. @returns whether the reader chose `yes`. */
export function ask(question: string, yes: string): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (value: string) => element('button', { type: 'submit', value }, value === 'yes' ? yes : 'Cancel');
    const dialog: HTMLDialogElement = element(
      'dialog',
      {
        className: 'question',
        'aria-label': question,
        onclose: () => {
          dialog.remove();
          resolve(dialog.returnValue === 'yes');
        },
      },
      element('div', { className: 'inside' }, element('p', {}, question)),
    );
    const form = element('div', { className: 'answers' }, answer('no'), answer('yes'));
    for (const button of form.querySelectorAll('button')) button.onclick = () => dialog.close(button.value);
    dialog.firstElementChild?.append(form);
    document.body.append(dialog);
    dialog.showModal();
  });
}
