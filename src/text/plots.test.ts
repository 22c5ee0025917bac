import { expect, it } from 'vitest';
import { curve, labelledPlot, sparkline, stepPlot } from './plots.ts';

const falling = Array.from({ length: 100 }, (_, at) => 100 - at);

it('draws the newest numbers, or a whole curve, in the given width', () => {
  expect([
    sparkline(falling, 8),
    curve(falling, 8),
    curve([2, 1], 8),
    curve([1, Number.NaN, 1], 8),
    curve([], 8),
  ]).toEqual([...['█▇▆▅▄▃▂▁', '█▇▆▅▄▃▂▁', '█▁', '▁·▁', '']]);
  expect(curve(falling, 1)).toBe('▁');
});

it('plots steps beside their scale, and nothing without a finite number', () => {
  const plot = labelledPlot([Number.NaN, 10, 10, 2.5, 2.5, 0.25, 0.25, 0.25], 12, 3);
  expect(`\n${plot.map(({ label, dots }) => label + dots).join('\n')}\n`).toMatchInlineSnapshot(`
    "
      10 ⠀⠉⠉⡇⠀⠀⠀
         ⠀⠀⠀⡇⠀⠀⠀
    0.25 ⠀⠀⠀⠉⢹⣀⣀
    "
  `);
  expect([labelledPlot([Number.NaN, Infinity], 12, 3), labelledPlot([3, 3], 6, 3)]).toMatchInlineSnapshot(`
    [
      [],
      [
        {
          "dots": "⠤⠤⠤⠤",
          "label": "3 ",
        },
      ],
    ]
  `);
});

it('draws numbers from end to end of their range', () => {
  expect(sparkline([-1.7e308, 0, 1.7e308], 3)).toBe('▁▅█');
  expect(sparkline([5e-324, 1e-323], 2)).toBe('▁█');
  expect(stepPlot([-1.7e308, 1.7e308], 1, 1)).toEqual(['⣸']);
});

it('plots as many values as there are', () => {
  const many = Array.from({ length: 300_000 }, (_, at) => at);
  expect(labelledPlot(many, 9, 1)).toEqual([{ label: '299999 ', dots: '⣠⠖' }]);
  expect(sparkline(many, 3)).toBe('▁▅█');
});
