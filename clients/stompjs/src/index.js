/**
 * @typedef {import('./options.js').Options} Options
 * @typedef {import('./options.js').PossibleGap} PossibleGap
 * @typedef {import('./options.js').Moved} Moved
 * @typedef {import('./options.js').World} World
 * @typedef {import('./link.js').Loss} Loss
 */
export { SlackwaterClient } from './client.js';
export { Splice } from './splice.js';
