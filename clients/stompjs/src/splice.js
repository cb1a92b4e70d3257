/**
 * How one subscription goes over from an old connection to a new one.
 *
 * Both connections show the messages of the channel in the same order, and a mark at the same place among them. So what the old
 * one shows before the mark, followed by what the new one shows after it, is the channel without a gap, a repetition or another order,
 * however far one is ahead of the other. Until the mark was seen on both, what the old one shows after it and what the new one shows after it are
 * held; what the new one shows before it is dropped, for the old one shows it too.
 *
 * A mark that gets lost is replaced by one with another number; any mark that both have shown will do. As long as the old connection lives, a
 * takeover that fails costs nothing: what was held of the old one is delivered, and it goes on.
 *
 * Pure: no clock, no connection. What is to be delivered is returned.
 *
 * @template T
 */
export class Splice {
  /** @type {Set<number>} marks that were set for this takeover */
  #expected = new Set();
  /** @type {Array<{mark?: number, item?: T}> | null} what the old one has shown since its first mark */
  #old = null;
  /** @type {Array<{mark?: number, item?: T}> | null} what the new one has shown since its first mark */
  #new = null;
  #oldGone = false;
  #maxHeld;

  /** The new connection delivers, or the takeover was given up. */
  done = false;
  /** Messages may be missing between the old connection's and the new one's. */
  gap = false;
  /** More came than may be held: another mark is needed. Reset by the next mark that is expected. */
  overflowed = false;

  /** @param {number} maxHeld messages that may be held, of each side */
  constructor(maxHeld) {
    this.#maxHeld = maxHeld;
  }

  /** A mark with this number is about to be set. @param {number} mark */
  expect(mark) {
    this.#expected.add(mark);
    this.overflowed = false;
  }

  /** @param {T} item @returns {T[]} */
  fromOld(item) {
    if (this.done || this.#oldGone) return [];
    if (this.#old === null) return [item];
    this.#old.push({ item });
    return this.#old.length > this.#maxHeld ? this.#startOver() : [];
  }

  /** @param {T} item @returns {T[]} */
  fromNew(item) {
    if (this.done) return [item];
    if (this.#new === null) return [];
    this.#new.push({ item });
    return this.#new.length > this.#maxHeld ? this.#startOver() : [];
  }

  /** Forgets all marks so far: what the old one has shown behind them is delivered. @returns {T[]} */
  #startOver() {
    const released = items(this.#old ?? []);
    this.#old = this.#new = null;
    this.#expected.clear();
    this.overflowed = true;
    return released;
  }

  /** @param {number} mark @returns {T[]} */
  markOnOld(mark) {
    if (this.done || this.#oldGone || !this.#expected.has(mark)) return [];
    (this.#old ??= []).push({ mark });
    return this.#join();
  }

  /** @param {number} mark @returns {T[]} */
  markOnNew(mark) {
    if (this.done || !this.#expected.has(mark)) return [];
    (this.#new ??= []).push({ mark });
    return this.#join();
  }

  /** The old connection has ended. @returns {T[]} */
  oldGone() {
    if (this.done) return [];
    this.#oldGone = true;
    return this.#join();
  }

  /** The new connection has ended: the old one goes on. @returns {T[]} */
  newGone() {
    return this.#end();
  }

  /** No mark has come for too long and the old connection is gone: the new one delivers from now on. @returns {T[]} */
  giveUp() {
    this.gap = !this.done || this.gap;
    return this.#end();
  }

  /** @returns {T[]} */
  #end() {
    if (this.done) return [];
    this.done = true;
    const released = items(this.#old ?? []);
    this.#old = this.#new = null;
    return released;
  }

  /** @returns {T[]} */
  #join() {
    const old = this.#old ?? [];
    const fresh = this.#new ?? [];
    for (let i = 0; i < old.length; i++) {
      const mark = old[i]?.mark;
      const at = mark === undefined ? -1 : fresh.findIndex((entry) => entry.mark === mark);
      if (at >= 0) return this.#finish(old.slice(0, i), fresh.slice(at));
    }
    // The old one has shown nothing behind any mark that the new one shows first: what lies between is unknown.
    const [first] = fresh;
    if (this.#oldGone && first !== undefined) {
      this.gap = true;
      return this.#finish(old, fresh);
    }
    return [];
  }

  /**
   * @param {Array<{mark?: number, item?: T}>} old
   * @param {Array<{mark?: number, item?: T}>} fresh
   * @returns {T[]}
   */
  #finish(old, fresh) {
    this.done = true;
    this.#old = this.#new = null;
    return [...items(old), ...items(fresh)];
  }
}

/**
 * @template T
 * @param {Array<{mark?: number, item?: T}>} entries
 * @returns {T[]}
 */
function items(entries) {
  /** @type {T[]} */
  const found = [];
  for (const entry of entries) if (entry.mark === undefined) found.push(/** @type {T} */ (entry.item));
  return found;
}
