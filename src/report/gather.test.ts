import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { storedStudy } from '../../test/support/stored-study.ts';
import { VERSION } from '../base/version.ts';
import { categorical } from '../space/categorical-distribution.ts';
import { float } from '../space/float-distribution.ts';
import { gatherReport } from './gather.ts';

const optimizer = categorical(['adam', 'sgd', null]);
const rate = float(1e-4, 1, { log: true });

const trials = [
  frozenTrial(0, {
    params: { rate: 0.01, optimizer: 'sgd' },
    distributions: { rate, optimizer },
    values: [3],
    intermediateValues: new Map([
      [1, 5],
      [2, Number.NaN],
    ]),
    startedAt: new Date(1000),
    completedAt: new Date(3500),
    userAttrs: { note: 'slow', limits: [Infinity, null] },
    systemAttrs: {
      'hpo:metrics:0': { 1: { accuracy: 0.5, recall: 1 }, 2: { accuracy: 0.75 } },
      'hpo:metrics:1': 'odd',
    },
  }),
  frozenTrial(1, {
    params: { rate: 0.5, optimizer: null, 'optimizer.adam.beta': 0.9 },
    distributions: { rate: float(1e-5, 2, { log: true }), optimizer, 'optimizer.adam.beta': float(0.8, 0.99) },
    values: [2],
    systemAttrs: { constraints: [1] },
  }),
  frozenTrial(2, { state: 'FAIL', systemAttrs: { 'hpo:error': { name: 'TypeError', message: 'no' } } }),
];

it('gathers the data that a page needs, with a parameter’s bounds joined and missing values null', () => {
  const attrs = { 'hpo:seed': 7, 'hpo:profile': 'quick', 'hpo:settings': { epochs: 3 } };
  const { study, ...others } = gatherReport(storedStudy(trials, ['minimize'], attrs), null, new Date(9000));
  expect(study).toEqual({
    name: 'study',
    objectives: [{ name: 'value', direction: 'minimize' }],
    storageLabel: 'sqlite:///hpo.db',
    facts: [
      ['seed', '7'],
      ['profile', 'quick'],
      ['epochs', '3'],
    ],
    version: VERSION,
  });
  expect(others).toMatchInlineSnapshot(`
    {
      "best": [
        0,
      ],
      "importances": [
        {
          "doubt": "2 complete trials are too few to rely on this; take 50 or more. With so few, an unimportant parameter often comes first.",
          "lacks": null,
          "shares": [
            [
              1,
              1,
              0.33333333333333326,
              1,
            ],
            [
              2,
              0,
              0,
              0.3333333333333333,
            ],
            [
              0,
              0,
              0,
              0.3333333333333333,
            ],
          ],
        },
      ],
      "machines": [],
      "metrics": [
        "accuracy",
        "recall",
      ],
      "overview": {
        "counts": {
          "COMPLETE": 2,
          "FAIL": 1,
          "PRUNED": 0,
          "RUNNING": 0,
          "WAITING": 0,
        },
        "every": 1,
        "ranMs": 2500,
        "span": [
          1000,
          3500,
        ],
        "started": 1,
      },
      "params": [
        {
          "high": 2,
          "kind": "number",
          "log": true,
          "low": 0.00001,
          "name": "rate",
        },
        {
          "choices": [
            "adam",
            "sgd",
            null,
          ],
          "kind": "choice",
          "name": "optimizer",
        },
        {
          "high": 0.99,
          "kind": "number",
          "log": false,
          "low": 0.8,
          "name": "optimizer.adam.beta",
        },
      ],
      "readAt": 9000,
      "retrained": null,
      "trials": [
        {
          "completedAt": 3500,
          "error": null,
          "feasible": true,
          "machine": null,
          "metrics": [
            [
              [
                1,
                0.5,
              ],
              [
                2,
                0.75,
              ],
            ],
            [
              [
                1,
                1,
              ],
            ],
          ],
          "number": 0,
          "params": [
            0.01,
            1,
            null,
          ],
          "reports": [
            [
              1,
              5,
            ],
            [
              2,
              NaN,
            ],
          ],
          "startedAt": 1000,
          "state": "COMPLETE",
          "userAttrs": [
            [
              "note",
              "slow",
            ],
            [
              "limits",
              "[Infinity, null]",
            ],
          ],
          "values": [
            3,
          ],
        },
        {
          "completedAt": null,
          "error": null,
          "feasible": false,
          "machine": null,
          "metrics": [
            [],
            [],
          ],
          "number": 1,
          "params": [
            0.5,
            2,
            0.9,
          ],
          "reports": [],
          "startedAt": null,
          "state": "COMPLETE",
          "userAttrs": [],
          "values": [
            2,
          ],
        },
        {
          "completedAt": null,
          "error": "TypeError: no",
          "feasible": true,
          "machine": null,
          "metrics": [
            [],
            [],
          ],
          "number": 2,
          "params": [
            null,
            null,
            null,
          ],
          "reports": [],
          "startedAt": null,
          "state": "FAIL",
          "userAttrs": [],
          "values": null,
        },
      ],
    }
  `);
});

it('takes the front, Optuna’s names for values, and the importance for each of several directions', () => {
  const distributions = { x: float(0, 1), y: float(0, 1) };
  const two = [0.1, 0.5, 0.9, 0.7].map((x, number) =>
    frozenTrial(number, { params: { x, y: 0.5 }, distributions, values: [x, number === 3 ? 0.2 : x] }),
  );
  const names = { 'study:metric_names': ['accuracy', 'seconds'] };
  const { best, importances, study } = gatherReport(
    storedStudy(two, ['maximize', 'minimize'], names),
    null,
    new Date(0),
  );
  expect({
    best,
    objectives: study.objectives,
    shares: importances.map(({ shares }) => shares),
  }).toMatchInlineSnapshot(`
    {
      "best": [
        0,
        2,
        3,
      ],
      "objectives": [
        {
          "direction": "maximize",
          "name": "accuracy",
        },
        {
          "direction": "minimize",
          "name": "seconds",
        },
      ],
      "shares": [
        [
          [
            0,
            0.9485863441135253,
            0.8987168078834363,
            0.9984558803436142,
          ],
          [
            1,
            0.051413655886474646,
            0.001544119656385845,
            0.10128319211656345,
          ],
        ],
        [
          [
            0,
            0.9607356121188725,
            0.9231760612007386,
            0.9982951630370064,
          ],
          [
            1,
            0.03926438788112745,
            0.0017048369629934501,
            0.07682393879926144,
          ],
        ],
        [
          [
            0,
            0.9405908056807474,
            0.8870836133987509,
            0.9940979979627439,
          ],
          [
            1,
            0.05940919431925261,
            0.005902002037256077,
            0.11291638660124914,
          ],
        ],
      ],
    }
  `);
});

it('says why there is no importance, and has no best trial, where none is complete', () => {
  const { best, importances, params } = gatherReport(storedStudy(trials.slice(2)), null, new Date(0));
  expect({ best, importances, params }).toMatchInlineSnapshot(`
    {
      "best": [],
      "importances": [
        {
          "doubt": null,
          "lacks": "There is no complete trial with a finite value; importance takes at least two.",
          "shares": [],
        },
      ],
      "params": [],
    }
  `);
});
