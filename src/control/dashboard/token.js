// The admin token: asked for once a session, kept in this tab, sent in a header only.
import { at } from './dom.js';

const place = 'refrain-admin-token';
let asking = null;

export const token = () => sessionStorage.getItem(place);

// Asks the reader. However many calls need it, there is one question at a time.
export function askForToken() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

function ask() {
  const dialog = at('token-dialog');
  const field = at('token');
  const refused = token() !== null;
  at('token-refused').hidden = !refused;
  field.value = '';
  field.setAttribute('aria-invalid', String(refused));
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => {
    at('token-form').onsubmit = (event) => {
      event.preventDefault();
      if (!field.value.trim()) return;
      sessionStorage.setItem(place, field.value.trim());
      field.value = '';
      dialog.onclose = null;
      dialog.close();
      resolve();
    };
    // Nothing can be shown without it: Escape leads back here.
    dialog.onclose = () => dialog.showModal();
  });
}
