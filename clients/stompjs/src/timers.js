/** The timers of one client: all of them end with it. */
export class Timers {
  /** @type {Set<unknown>} */
  #running = new Set();
  #world;

  /** @param {Required<import('./options.js').World>} world */
  constructor(world) {
    this.#world = world;
  }

  /** @param {number} millis @param {() => void} action @returns {unknown} */
  after(millis, action) {
    const timer = this.#world.setTimeout(() => {
      this.#running.delete(timer);
      action();
    }, millis);
    this.#running.add(timer);
    return timer;
  }

  /** @param {unknown} timer */
  cancel(timer) {
    if (this.#running.delete(timer)) this.#world.clearTimeout(timer);
  }

  cancelAll() {
    for (const timer of this.#running) this.#world.clearTimeout(timer);
    this.#running.clear();
  }
}
