import { expect, it } from 'vitest';
import type { Attributes } from './frozen-trial.ts';
import { addedMetrics, droppedMetrics, metricsAt, metricsOf } from './reported-metrics.ts';

/** The attributes of a trial that has reported `{ accuracy: step }` at these steps. */
function reportedAt(...steps: readonly number[]): Attributes {
  const attrs: Record<string, Attributes[string]> = {};
  for (const step of steps) Object.assign(attrs, addedMetrics(attrs, step, { accuracy: step }));
  return attrs;
}

it('keeps the figures of all steps, sixty-four of them in an attribute', () => {
  const systemAttrs = reportedAt(0, 63, 64, 5, 200);
  expect(Object.keys(systemAttrs)).toEqual(['hpo:metrics:0', 'hpo:metrics:1', 'hpo:metrics:3']);
  const steps = [0, 5, 63, 64, 200];
  expect([...metricsOf({ systemAttrs })]).toEqual(steps.map((step) => [step, { accuracy: step }]));
  for (const step of steps) expect(metricsAt({ systemAttrs }, step)).toEqual({ accuracy: step });
  expect(metricsAt({ systemAttrs }, 1)).toBeUndefined();
  expect(metricsAt({ systemAttrs }, 300)).toBeUndefined();
});

it('changes nothing for a report without further figures', () => {
  expect(addedMetrics(reportedAt(1), 2, {})).toEqual({});
});

it('drops the figures of later steps, and attributes that are empty then', () => {
  const systemAttrs = { ...reportedAt(1, 5, 70, 130), other: 1 };
  const dropped = droppedMetrics(systemAttrs, 5);
  expect(dropped).toEqual({ 'hpo:metrics:1': null, 'hpo:metrics:2': null });
  expect(droppedMetrics(systemAttrs, 4)).toEqual({ ...dropped, 'hpo:metrics:0': { 1: { accuracy: 1 } } });
  expect(droppedMetrics(systemAttrs, 1000)).toEqual({});
  expect(Object.values(droppedMetrics(systemAttrs, null))).toEqual([null, null, null]);
});

it('reads what another program may have stored, as far as it is figures', () => {
  const systemAttrs = {
    'hpo:metrics:0': { 1: { accuracy: 0.5, note: 'good', loss: Number.NaN }, 2: 'text', x: { accuracy: 1 } },
    'hpo:metrics:1': 'text',
  };
  expect([...metricsOf({ systemAttrs })]).toEqual([[1, { accuracy: 0.5, loss: Number.NaN }]]);
  expect(metricsAt({ systemAttrs }, 1)).toEqual({ accuracy: 0.5, loss: Number.NaN });
  expect(metricsAt({ systemAttrs }, 70)).toBeUndefined();
});
