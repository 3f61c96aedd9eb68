import { byId, setText } from '../page/dom.js';
import type { Question } from './page.js';

/** Asks before something is done, and shows how to do it by hand. */
export function confirm(question: Question): Promise<boolean> {
  const dialog = byId('confirm') as HTMLDialogElement;
  setText(byId('confirm-title'), question.title);
  setText(byId('confirm-text'), question.text);
  setText(byId('confirm-curl'), question.curl);
  const yes = byId('confirm-yes');
  setText(yes, question.button);
  yes.className = question.danger === true ? 'danger' : 'primary';
  const copy = byId('confirm-copy');
  setText(copy, 'Copy');
  copy.onclick = () => {
    navigator.clipboard.writeText(question.curl).then(
      () => setText(copy, 'Copied'),
      () => getSelection()?.selectAllChildren(byId('confirm-curl')),
    );
  };
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }));
}
