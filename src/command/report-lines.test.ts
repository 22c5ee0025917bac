import { describe, expect, it } from 'vitest';
import { parseReportLine } from './report-lines.ts';

describe('parseReportLine', () => {
  it.each([
    ['{"step": 3, "value": 0.61}', { report: { step: 3, value: 0.61 } }],
    [' {"value": 2, "step": 3.0, "seconds": 7} ', { report: { step: 3, value: 2, extras: { seconds: 7 } } }],
    [
      '{"step": 1, "value": 2, "f1": null, "lr": NaN}',
      { report: { step: 1, value: 2, extras: { f1: Number.NaN, lr: Number.NaN } } },
    ],
    ['{"step": 1, "value": 2, "note": "x", "on": true}', { report: { step: 1, value: 2 }, ignored: ['note', 'on'] }],
    ['{"value": 0.1, "accuracy": 0.9, "attr": {"a": 1}}', { result: 0.1, attrs: { accuracy: 0.9, a: 1 } }],
    ['{"values": [1, 2], "accuracy": 0.9}', { result: [1, 2], attrs: { accuracy: 0.9 } }],
    ['{"attr": {"a": 1}, "accuracy": 0.9}', { attrs: { a: 1 }, ignored: ['accuracy'] }],
    ['{"value": 0.53}', { result: 0.53 }],
    ['{"values": [1, -2.5]}', { result: [1, -2.5] }],
    ['{"step": 1, "value": NaN}', { report: { step: 1, value: Number.NaN } }],
    ['{"step": 1, "value": null}', { report: { step: 1, value: Number.NaN } }],
    ['{"values": [-Infinity, Infinity, null]}', { result: [-Infinity, Infinity, Number.NaN] }],
    ['{"attr": {"device": "cpu", "NaN": [NaN]}}', { attrs: { device: 'cpu', NaN: [Number.NaN] } }],
    ['{"step": 1, "value": 2, "attr": {"a": 1}}', { report: { step: 1, value: 2 }, attrs: { a: 1 } }],
    ['{"constraints": {"memory": -12, "size": 3}}', { constraints: { memory: -12, size: 3 } }],
    ['{"value": 1, "constraints": {"a": Infinity}}', { result: 1, constraints: { a: Infinity } }],
    [
      '{"value": 1, "constraints": {"a": "no"}, "constraint": 2}',
      { result: 1, attrs: { constraint: 2 }, ignored: ['constraints'] },
    ],
    ['{"step": 1, "value": 2, "constraints": [1]}', { report: { step: 1, value: 2 }, ignored: ['constraints'] }],
    ['{"step": 1.5, "value": 2}', { report: { step: 1.5, value: 2 } }],
  ])('reads %s', (line, expected) => {
    expect(parseReportLine(line)).toEqual(expected);
  });

  it.each([
    'epoch 1',
    '',
    '{',
    '{"value": 1',
    "{'value': 1}",
    '{"value": "1"}',
    '{"step": "1", "value": 1}',
    '{"step": 1}',
    '{"values": 1}',
    '{"values": [1, "2"]}',
    '{"attr": ["a"]}',
    '{"constraints": {}}',
    '{"constraints": [1]}',
    '{"loss": 1}',
    '{}',
    '[1]',
    '0.5',
    'null',
  ])('leaves %j to the log', (line) => {
    expect(parseReportLine(line)).toBeUndefined();
  });
});
