import { expect, it } from 'vitest';
import { clip } from './text.ts';
import { tooltipHtml } from './tooltip.ts';

it('is HTML in which names and texts are text, and not longer than can be read', () => {
  const evil = '<img src=x onerror="alert(1)">&\'';
  expect(tooltipHtml(evil, [[evil, 'x'.repeat(10_000)]])).toMatchInlineSnapshot(
    `"<h4>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;</h4><dl><dt>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;</dt><dd>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…</dd></dl>"`,
  );
  const many = Array.from({ length: 20 }, (_, at) => [`p${at}`, '1'] as const);
  expect(tooltipHtml('trial 1', many).match(/<dt>|and 6 more/g)).toHaveLength(15);
});

it('clips by characters, so that none is split', () => {
  expect([clip('🚀🚀🚀🚀', 3), clip('abc', 3), clip('abcd', 3), clip('', 3)]).toEqual(['🚀🚀…', 'abc', 'ab…', '']);
});
