import { expect, it } from 'vitest';
import { textWidth } from '../text/columns.ts';
import { fitTable } from './table-width.ts';

const columns = ['trial', 'params.rate', 'params.trial', 'note'];
const texts = [['0', '0.5', '7', 'a remark that goes on and on and on and on']];

it('leaves a table that fits as it is', () => {
  expect(fitTable(columns, texts, undefined)).toMatchObject({ fitting: columns, texts, leftOut: [] });
  expect(fitTable(columns, texts, 76)).toMatchObject({ fitting: columns, texts, leftOut: [] });
});

it('shortens names that stay clear, then texts, then leaves out columns and names them', () => {
  const bare = ['trial', 'rate', 'params.trial', 'note'];
  expect(fitTable(columns, texts, 69)).toMatchObject({ fitting: bare, texts, leftOut: [] });
  expect(fitTable(columns, texts, 60)).toMatchObject({
    fitting: bare,
    texts: [['0', '0.5', '7', 'a remark that goes on and on …']],
    leftOut: [],
  });
  expect(fitTable(columns, texts, 40)).toMatchObject({ fitting: bare.slice(0, 3), leftOut: ['note'] });
  expect(fitTable(columns, texts, 1)).toMatchObject({ fitting: ['trial'], leftOut: columns.slice(1) });
});

it('shortens long names where they are alike, so that values are not left out for them', () => {
  const long = [0, 1, 2].map((block) => `params.encoder_block_${block}/attention/very_long_parameter_name`);
  expect(fitTable(['trial', ...long], [['0', '1', '2', '3']], 80)).toEqual({
    fitting: ['trial', ...[0, 1, 2].map((block) => `…block_${block}/attention/…`)],
    texts: [['0', '1', '2', '3']],
    widths: [5, 20, 20, 20],
    leftOut: [],
  });
});

it('counts wide characters twice', () => {
  expect(fitTable(['a', 'b'], [['値値', '😀']], 7).leftOut).toEqual(['b']);
  expect(fitTable(['a', 'b'], [['値値', '😀']], 8).leftOut).toEqual([]);
});

it('cuts wide characters to the width, too', () => {
  const { texts, widths } = fitTable(['a', 'b'], [['値'.repeat(40), 'é'.repeat(40)]], 62);
  expect(texts).toEqual([[`${'値'.repeat(14)}…`, `${'é'.repeat(29)}…`]]);
  expect(texts.flat().map(textWidth)).toEqual([29, 30]);
  expect(widths).toEqual([30, 30]);
});
