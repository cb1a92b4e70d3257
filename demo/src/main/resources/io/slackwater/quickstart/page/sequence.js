const REMEMBERED = 1_000;

/**
 * The numbers 1, 2, 3 … of one friend as they arrive, counted from the first one that does. What is missing may still come, and is out of order then.
 */
export class Sequence {
  received = 0;
  first = 0;
  last = 0;
  missed = 0;
  repeated = 0;
  reordered = 0;
  #missing = new Set();

  /** @param {number} n */
  take(n) {
    this.received++;
    if (this.first === 0) {
      this.first = this.last = n;
    } else if (n > this.last) {
      for (let absent = this.last + 1; absent < n && this.#missing.size < REMEMBERED; absent++) this.#missing.add(absent);
      this.missed += n - this.last - 1;
      this.last = n;
    } else if (this.#missing.delete(n)) {
      this.missed--;
      this.reordered++;
    } else {
      this.repeated++;
    }
  }

  get clean() {
    return this.missed + this.repeated + this.reordered === 0;
  }
}

/** The counts of all, added up. @param {Iterable<Sequence>} sequences */
export function sum(sequences) {
  const total = { received: 0, missed: 0, repeated: 0, reordered: 0 };
  for (const sequence of sequences) for (const count of Object.keys(total)) total[count] += sequence[count];
  return total;
}
