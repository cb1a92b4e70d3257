// One takeover, in every order in which two connections can show the same channel.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Splice } from '../src/splice.js';
import { lots } from './model.js';

/** The channel: numbers, and marks among them. Both sides show a part of it, each at its own pace. */
function channel(random, length, marks) {
  const all = Array.from({ length }, (_, i) => ({ item: i }));
  for (let mark = 1; mark <= marks; mark++) {
    const from = all.findLastIndex((entry) => entry.mark !== undefined) + 1;
    all.splice(from + Math.floor(random() * (all.length - from)), 0, { mark }); // never behind the last message
  }
  return all;
}

function run(seed, { maxHeld = 1000, dies = '' } = {}) {
  const random = lots(seed);
  const marks = 1 + Math.floor(random() * 3);
  const all = channel(random, 30, marks);
  const firstMark = all.findIndex((entry) => entry.mark !== undefined);
  const old = [...all];
  // It is subscribed before the first mark is set.
  const fresh = all.slice(Math.floor(random() * (firstMark + 1)));
  const splice = new Splice(maxHeld);
  const delivered = [];
  for (let mark = 1; mark <= marks; mark++) splice.expect(mark);
  const dieAt = dies ? Math.floor(random() * 60) : Infinity;
  let oldEnded = false;
  for (let step = 0; old.length + fresh.length > 0; step++) {
    if (step === dieAt && !splice.done) {
      if (dies === 'old') {
        oldEnded = true;
        old.length = 0;
        delivered.push(...splice.oldGone());
      } else {
        delivered.push(...splice.newGone());
        for (const entry of old.splice(0)) if (entry.mark === undefined) delivered.push(entry.item);
        return { delivered, gap: splice.gap, done: true };
      }
    }
    const side = old.length === 0 ? fresh : fresh.length === 0 ? old : random() < 0.5 ? old : fresh;
    const entry = side.shift();
    if (!entry) break;
    if (side === old) {
      if (splice.done) continue; // it is unsubscribed, what still comes is not looked at
      delivered.push(...(entry.mark ? splice.markOnOld(entry.mark) : splice.fromOld(entry.item)));
    } else {
      delivered.push(...(entry.mark ? splice.markOnNew(entry.mark) : splice.fromNew(entry.item)));
    }
  }
  return { delivered, gap: splice.gap, done: splice.done, oldEnded };
}

const whole = Array.from({ length: 30 }, (_, i) => i);

test('whatever the pace of either side, the channel is delivered as it is', () => {
  for (let seed = 1; seed <= 5_000; seed++) {
    const { delivered, gap, done } = run(seed);
    assert.ok(done, `seed ${seed}: not done`);
    assert.equal(gap, false, `seed ${seed}: a gap is said`);
    assert.deepEqual(delivered, whole, `seed ${seed}`);
  }
});

test('the old connection dies at any step: nothing twice, nothing out of order, and what is missing is said', () => {
  let gaps = 0;
  for (let seed = 1; seed <= 5_000; seed++) {
    const { delivered, gap, done } = run(seed, { dies: 'old' });
    assert.ok(done, `seed ${seed}: not done`);
    for (let i = 1; i < delivered.length; i++) {
      assert.ok(delivered[i] > delivered[i - 1], `seed ${seed}: ${delivered}`);
    }
    assert.equal(delivered.at(-1), 29, `seed ${seed}: ${delivered}`);
    if (!gap) assert.deepEqual(delivered, whole, `seed ${seed}`);
    else gaps++;
  }
  assert.ok(gaps > 500, `only ${gaps} runs had a gap: the test does not see the case`);
});

test('the new connection dies at any step: the old one goes on as if nothing had been', () => {
  for (let seed = 1; seed <= 5_000; seed++) {
    const { delivered } = run(seed, { dies: 'new' });
    assert.deepEqual(delivered, whole, `seed ${seed}`);
  }
});

test('more than may be held: the old one delivers on, and the next mark does it', () => {
  for (const ahead of ['old', 'new']) {
    const splice = new Splice(3);
    splice.expect(1);
    const delivered = [];
    if (ahead === 'old') {
      splice.markOnOld(1);
      for (let i = 0; i < 6; i++) delivered.push(...splice.fromOld(i));
      assert.deepEqual(delivered, [0, 1, 2, 3, 4, 5]);
    } else {
      splice.markOnNew(1);
      for (let i = 0; i < 6; i++) splice.fromNew(i);
      for (let i = 0; i < 6; i++) delivered.push(...splice.fromOld(i));
    }
    assert.ok(splice.overflowed);
    assert.deepEqual([...splice.markOnOld(1), ...splice.markOnNew(1)], [], 'a mark that is void');
    splice.expect(2);
    assert.equal(splice.overflowed, false);
    delivered.push(...splice.markOnNew(2), ...splice.fromNew(6), ...splice.markOnOld(2));
    assert.ok(splice.done);
    assert.equal(splice.gap, false);
    assert.deepEqual(delivered, [0, 1, 2, 3, 4, 5, 6]);
  }
});

test('a mark of somebody else is no place', () => {
  const splice = new Splice(10);
  splice.expect(5);
  assert.deepEqual([splice.markOnOld(4), splice.markOnNew(4), splice.fromOld('a')], [[], [], ['a']]);
  assert.equal(splice.done, false);
});
