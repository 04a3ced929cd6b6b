// Building the page. Data only ever becomes text nodes and attribute values: nothing here, or in the
// files that use it, parses markup.

const svgSpace = 'http://www.w3.org/2000/svg';

// h('td', { class: 'money', onclick: open }, 'text', node, null): null and false are left out.
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in propertiesNotAttributes) element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

const propertiesNotAttributes = { value: 1, checked: 1, disabled: 1, hidden: 1 };

function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

// Replaces what `element` holds.
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

export const at = (id) => document.getElementById(id);

const shapes = {
  play: 'M8 5.5v13l10.5-6.5z',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
};

export function icon(name) {
  const svg = document.createElementNS(svgSpace, 'svg');
  const path = document.createElementNS(svgSpace, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', shapes[name]);
  svg.append(path);
  return svg;
}

// A bar of a length between 0 and 1; what it means is said in text beside it.
export function bar(share, kind) {
  const inner = h('span', { class: `bar-fill ${kind}` });
  const bounded = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
  inner.style.setProperty('width', `${(bounded * 100).toFixed(2)}%`);
  return h('span', { class: 'bar-track', 'aria-hidden': 'true' }, inner);
}

// A command to copy.
export function snippet(text) {
  const done = h('span', { class: 'quiet', role: 'status' });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      fill(done, 'Copied');
    } catch {
      fill(done, 'Select it to copy');
    }
  };
  return h('div', { class: 'snippet' },
    h('pre', { tabindex: 0, 'aria-label': 'Command' }, h('code', {}, text)),
    h('div', { class: 'snippet-foot' },
      h('button', { type: 'button', class: 'button small', onclick: copy }, icon('copy'), 'Copy'), done));
}

// A sentence where there is nothing to show, and what to do about it.
export function nothing(title, ...more) {
  return h('div', { class: 'nothing' }, h('p', { class: 'nothing-title' }, title), more);
}
