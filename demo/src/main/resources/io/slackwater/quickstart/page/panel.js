const LOG_LINES = 40;
const BANNER_MILLIS = 6_000;
const SLOTS = 16_384;
const $ = (id) => document.getElementById(id);
const figure = new Intl.NumberFormat('en');

/** @param {string} tag @param {{[name: string]: unknown}} properties @param {...(Node | string)} children */
function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Names of pods begin alike, and nobody wants to read that again and again. @param {string} pod */
export const shorter = (pod) => pod.slice(pod.lastIndexOf('-') + 1);

/** @param {'connecting' | 'connected' | 'moving' | 'lost'} state @param {string} text */
export function showLink(state, text) {
  $('link').dataset.state = state;
  $('link').querySelector('span').textContent = text;
}

/** @param {{missed: number, repeated: number, reordered: number, received: number, rate: number}} counts @param {number} moves @param {number} takenOver */
export function showCounts(counts, moves, takenOver) {
  for (const [id, value] of Object.entries({ ...counts, moves, 'taken-over': takenOver })) $(id).textContent = figure.format(value);
  $('missed-box').classList.toggle('bad', counts.missed > 0);
  for (const id of ['repeated', 'reordered']) $(id).parentElement.classList.toggle('bad', counts[id] > 0);
}

/** @param {any} state as `/state` says @param {string} mine the gateway of this page */
export function showTier(state, mine) {
  $('nodes').replaceChildren(
    ...state.nodes.map(({ pod, state: doing, slots }) =>
      element(
        'li',
        { className: doing === 'Ready' || doing === 'Serving' ? '' : 'busy' },
        `node ${shorter(pod)}`,
        element('small', {}, `${figure.format(slots)} slots · ${doing}`),
        element('meter', { max: SLOTS, value: slots }),
      ),
    ),
  );
  $('migration').hidden = !state.migration;
  if (state.migration) {
    $('moved').value = state.migration.moved;
    $('progress').textContent = state.migration.text;
  }
  $('gateways').replaceChildren(
    ...state.gateways.map(({ pod, state: doing }) =>
      element(
        'li',
        { className: `${pod === mine ? 'mine' : ''} ${doing === 'Serving' ? '' : 'busy'}` },
        `gateway ${shorter(pod)}${pod === mine ? ' · this page' : ''}`,
        element('small', {}, doing),
      ),
    ),
  );
  $('controls').hidden = !state.controls;
}

/** @param {string} text @param {'' | 'good' | 'bad'} [kind] */
export function log(text, kind = '') {
  const time = element('time', {}, new Date().toLocaleTimeString('en-GB'));
  $('log').prepend(element('li', { className: kind }, time, element('span', {}, text)));
  while ($('log').children.length > LOG_LINES) $('log').lastChild.remove();
}

let banner = 0;

/** Over the map, for a while. @param {string} text */
export function announce(text) {
  clearTimeout(banner);
  $('banner').textContent = text;
  $('banner').hidden = false;
  banner = setTimeout(() => ($('banner').hidden = true), BANNER_MILLIS);
}

/** @param {(action: string) => void} act */
export function onAction(act) {
  for (const button of document.querySelectorAll('[data-do]')) {
    button.addEventListener('click', () => act(button.dataset.do));
  }
}
