// What a subscriber has seen, and whether it may be so.

/**
 * @param {Array<{body: string, at: number}>} published to the channel, in its order
 * @param {string[]} received by the subscriber
 * @param {Array<{at: number, millis: number}>} gaps that were said to be possible
 * @param {number} slack how much longer than said a gap may be: what was on its way when a connection was lost
 * @returns {{lost: number, explained: number, duplicated: number, reordered: number}} `lost` without a word; `explained` by a gap that was said
 */
export function judge(published, received, gaps, slack) {
  const place = new Map(published.map(({ body }, index) => [body, index]));
  const result = { lost: 0, explained: 0, duplicated: 0, reordered: 0 };
  const seen = new Set();
  let last = -1;
  for (const body of received) {
    const index = place.get(body);
    if (index === undefined) throw new Error(`nobody has published ${body}`);
    if (seen.has(index)) {
      result.duplicated++;
      continue;
    }
    seen.add(index);
    if (index < last) result.reordered++;
    last = Math.max(last, index);
  }
  if (seen.size === 0) return result;
  for (let index = Math.min(...seen); index < published.length; index++) {
    if (seen.has(index)) continue;
    const { at } = published[index];
    const said = gaps.some((gap) => at >= gap.at - gap.millis - slack && at <= gap.at);
    if (said) result.explained++;
    else result.lost++;
  }
  return result;
}
