import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  categorical,
  command,
  createStudy,
  defineStudy,
  float,
  int,
  metricsOf,
  space,
  variant,
} from '../../src/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { failureOf, hasPython, search, sh, trialOf } from './programs.ts';

const SAY_VALUE = 'echo \'{"value": 1}\'';

describe('a command as an objective', () => {
  it('fits any study', async () => {
    const objective = command({ run: 'true' });
    const mixed = space({ x: float(0, 1), opt: variant({ adam: { beta1: float(0, 1) }, sgd: {} }) });
    defineStudy({ name: 'a', space: mixed, objective });
    defineStudy({
      name: 'a',
      space: mixed,
      settings: { epochs: 5, loss: 'mse' },
      profiles: { quick: { epochs: 1 } },
      objective: command({ run: ['true', '{x}'], env: { A: undefined } }),
      retrain: { settings: { more: true }, run: ({ params, settings }) => params.x + settings.epochs },
    });
    defineStudy({ name: 'a', space: space({}), directions: ['minimize', 'maximize'], objective });
    const study = await createStudy({ name: 'a', space: mixed, storage: 'memory:' });
    await study.optimize(command({ run: sh(SAY_VALUE) }), { trials: 1 });
    expect((await study.bestTrial())?.values).toEqual([1]);
    // @ts-expect-error there is nothing to run
    expect(() => command({})).toThrow(
      'command(): `run` is missing; give a command line as one string, or its words as an array of strings.',
    );
  });

  it('reports, sets attributes and has its last value', async () => {
    const lines: string[] = [];
    const script = `
      echo hello
      echo '{"step": 0, "value": 3}'
      echo '{"step": 0, "value": 4}'
      echo '{"step": 2, "value": 2.5, "loss": 1, "note": "a"}'
      echo '{"step": 3, "value": 2, "loss": 0.5, "note": "b"}'
      echo '{"attr": {"device": "cpu", "sizes": [1, NaN]}}'
      echo '{"step": oops}'
      echo trouble >&2
      echo '{"value": 9}'
      printf '{"value": 0.5, "accuracy": 0.9}'`;
    const trial = await trialOf(sh(script), { log: (line) => lines.push(line) });
    expect(trial).toMatchObject({ state: 'COMPLETE', values: [0.5], userAttrs: { device: 'cpu', accuracy: 0.9 } });
    expect(trial.userAttrs.sizes).toEqual([1, Number.NaN]);
    expect([...trial.intermediateValues]).toEqual([
      [0, 3],
      [2, 2.5],
      [3, 2],
    ]);
    expect([...metricsOf(trial)]).toEqual([
      [2, { loss: 1 }],
      [3, { loss: 0.5 }],
    ]);
    expect(lines.sort()).toEqual([
      'command(): "note" in a report is no number and is not kept; {"attr": {"note": …}} keeps anything with the trial.',
      ...['hello', 'trouble', '{"step": oops}'],
    ]);
  });

  it('takes the last report for its value where it prints none', async () => {
    const trial = await trialOf(sh(`for i in 5 3 4; do echo "{\\"step\\": $i, \\"value\\": $i}"; done`));
    expect(trial).toMatchObject({ state: 'COMPLETE', values: [4] });
  });

  it('takes NaN and the infinities', async () => {
    const trial = await trialOf(sh(`echo '{"step": 0, "value": NaN}'; echo '{"step": 1, "value": -Infinity}'`));
    expect(trial).toMatchObject({ state: 'COMPLETE', values: [-Infinity] });
    expect([...trial.intermediateValues.values()]).toEqual([Number.NaN, -Infinity]);
    const failed = await trialOf(sh(`echo '{"value": NaN}'`));
    expect(failed.state).toBe('FAIL');
    expect(failureOf(failed)).toBe('InvalidValue: The objective returned NaN; it must return a number.');
  });

  it('takes values for several directions', async () => {
    const directions = ['minimize', 'maximize'] as const;
    const run = sh(`echo "{\\"values\\": [$1, -$1]}"`, '{x}');
    const trials = await search(run, { params: { x: int(1, 9) }, directions, trials: 3 });
    for (const { params, values } of trials) expect(values).toEqual([params.x, -Number(params.x)]);
    const wrong = await trialOf(sh(SAY_VALUE), { directions });
    expect(failureOf(wrong)).toContain('The objective returned 1 values for a study with 2 directions.');
  });

  it('runs the wanted number at the same time', async () => {
    const folder = tempFolder();
    // None ends before all have begun.
    const script = `: > "$1/$2"; until [ "$(ls "$1" | wc -l)" -ge 4 ]; do sleep 0.05; done; echo "{\\"value\\": $2}"`;
    const trials = await search(sh(script, folder, '{trial}'), { trials: 4, concurrency: 4 });
    expect(trials.map(({ values }) => values)).toEqual([[0], [1], [2], [3]]);
  });
});

const HOSTILE = [
  'two words',
  `it's "quoted"`,
  '$(touch pwned)',
  '`touch pwned`; touch pwned | touch pwned',
  'line\nbreak',
  '🙂',
  '--lr=1',
  '{x} {{',
  '\\',
  '',
  '*',
];

describe('the input of a program', () => {
  it('its parameters in each way, with any content', async () => {
    const folder = tempFolder();
    writeFileSync(
      join(folder, 'program.mjs'),
      `import { readFileSync } from 'node:fs';
      const { HPO_PARAMS, HPO_PARAMS_FILE, HPO_PARAM_NASTY_NAME } = process.env;
      const file = readFileSync(process.argv[4], 'utf8');
      const attr = { args: process.argv.slice(2, 4), env: HPO_PARAM_NASTY_NAME, json: JSON.parse(HPO_PARAMS),
        file: JSON.parse(file), same: process.argv[4] === HPO_PARAMS_FILE, path: HPO_PARAMS_FILE };
      console.log(JSON.stringify({ value: 1, attr }));`,
    );
    const seen = new Set<unknown>();
    const trials = await search(
      { run: `'${process.execPath}' program.mjs {nastyName} '--x={nastyName}!' {paramsFile}`, cwd: folder },
      { params: { nastyName: categorical(HOSTILE) }, trials: 20 },
    );
    for (const { params, userAttrs, state } of trials) {
      const value = params.nastyName;
      expect({ state, ...userAttrs }).toMatchObject({
        state: 'COMPLETE',
        args: [value, `--x=${value}!`],
        env: value,
        json: { nastyName: value },
        file: { nastyName: value },
        same: true,
      });
      expect(existsSync(dirname(String(userAttrs.path)))).toBe(false);
      seen.add(value);
    }
    expect(seen.size).toBeGreaterThan(6);
    expect(readdirSync(folder)).toEqual(['program.mjs']);
  });

  it('numbers, booleans and null, seeds and settings', async () => {
    const folder = tempFolder();
    const script = `printf '%s\\n' "$@" > args; env | grep '^\\(HPO_\\|MY_\\|HOME=\\|PYTHONUNB\\)' | sort > env; ${SAY_VALUE}`;
    const names =
      '{x} {learningRate} --flag {flag} {flag?--amp:--no-amp} --none {none} {trial} {seed} {studySeed} {settings.epochs}';
    const params = {
      x: float(1e-7, 1e-7),
      learningRate: int(3, 3),
      flag: categorical([true]),
      none: categorical([null]),
      'learning rate': int(4, 4),
    };
    const inherited = Object.keys(process.env).filter((name) => name.startsWith('HPO_'));
    const without = Object.fromEntries(inherited.map((name) => [name, undefined]));
    const env = { ...without, MY_OWN: '{x} $x', HOME: undefined };
    const trial = await trialOf(
      { run: sh(script, ...names.split(' ')), cwd: folder, env },
      { params, settings: { epochs: 7 } },
    );
    expect(trial.state).toBe('COMPLETE');
    const args = readFileSync(join(folder, 'args'), 'utf8').split('\n');
    const [seed] = args.splice(6, 1);
    expect(args).toEqual(['1e-7', '3', '--flag', 'true', '--amp', '0', '5', '7', '']);
    const environment = readFileSync(join(folder, 'env'), 'utf8');
    const steady = environment.replaceAll(tmpdir(), 'TMP').replace(/hpo-trial-\w+/, 'hpo-trial-…');
    const places = /(?<=HPO_(PROCESS_GROUP|CHECKPOINT_FOLDER)=).*/g;
    expect(steady.replace(places, '…')).toMatchInlineSnapshot(`
      "HPO_CHECKPOINT_FOLDER=…
      HPO_PARAMS={"x":1e-7,"learningRate":3,"flag":true,"none":null,"learning rate":4}
      HPO_PARAMS_FILE=TMP/hpo-trial-…/params.json
      HPO_PARAM_FLAG=true
      HPO_PARAM_LEARNING_RATE=3
      HPO_PARAM_LEARNING_RATE_2=4
      HPO_PARAM_X=1e-7
      HPO_PROCESS_GROUP=…
      HPO_SEED=1455465799
      HPO_SETTINGS={"epochs":7}
      HPO_STUDY_SEED=5
      HPO_TRIAL=0
      MY_OWN={x} $x
      PYTHONUNBUFFERED=1
      "
    `);
    expect(environment).toContain(`HPO_SEED=${seed}\n`);
  });

  it('the parameters of the branch that was chosen', async () => {
    const params = {
      optimizer: variant({ adam: { beta1: float(0.8, 0.9) }, sgd: { momentum: int(1, 3) }, lion: {} }),
    };
    const line = '{optimizer} --beta1 {optimizer.adam.beta1} --momentum={optimizer.sgd.momentum} end';
    const script = `echo "{\\"value\\": 1, \\"attr\\": {\\"args\\": \\"$*\\", \\"beta1\\": \\"$HPO_PARAM_OPTIMIZER_ADAM_BETA1\\"}}"`;
    const trials = await search([...sh(script), ...line.split(' ')], { params, trials: 40 });
    const kinds = new Set<unknown>();
    for (const { params, userAttrs } of trials) {
      const kind = params.optimizer;
      const [beta1, momentum] = [params['optimizer.adam.beta1'], params['optimizer.sgd.momentum']];
      const words = { adam: `adam --beta1 ${beta1} end`, sgd: `sgd --momentum=${momentum} end`, lion: 'lion end' };
      expect(userAttrs).toEqual({ args: words[kind as keyof typeof words], beta1: String(beta1 ?? '') });
      kinds.add(kind);
    }
    expect(kinds.size).toBe(3);
  });

  it('a parameter before anything else of the same name', async () => {
    const trial = await trialOf(sh('echo "{\\"value\\": $1}"', '{seed}'), { params: { seed: int(42, 42) } });
    expect(trial.values).toEqual([42]);
  });

  it.runIf(hasPython)('in Python, whose reports come at once', async () => {
    const folder = tempFolder();
    writeFileSync(
      join(folder, 'train.py'),
      `import json, os, sys, time
params = json.load(open(os.environ['HPO_PARAMS_FILE']))
assert params == json.loads(os.environ['HPO_PARAMS']) and sys.argv[1] == '--lr', sys.argv
assert float(sys.argv[2]) == params['learningRate'] == float(os.environ['HPO_PARAM_LEARNING_RATE'])
print(json.dumps({'step': 0, 'value': float('nan')}))
print(json.dumps({'step': 1, 'value': params['learningRate']}))
while not os.path.exists('reported'): time.sleep(0.02)
print(json.dumps({'value': params['learningRate'] * 2}))
`,
    );
    const options = { run: 'python3 train.py --lr {learningRate}', cwd: folder };
    const study = await createStudy({
      name: 'python',
      storage: 'memory:',
      space: space({ learningRate: float(1e-5, 1, { log: true }) }),
      pruner: {
        name: 'witness',
        judge: (_history, trial) => {
          if (trial.intermediateValues.has(1)) writeFileSync(join(folder, 'reported'), '');
          return false;
        },
      },
    });
    await study.optimize(command(options), { trials: 1 });
    const [trial] = await study.trials();
    expect(trial?.values).toEqual([Number(trial?.params.learningRate) * 2]);
    expect(trial?.intermediateValues.get(0)).toBeNaN();
  });
});

describe('a placeholder that names nothing', () => {
  const params = { lr: float(0, 1), optimizer: variant({ adam: { beta1: float(0, 1) }, sgd: {} }) };

  it('fails the trial, and names the known ones', async () => {
    const trial = await trialOf('true {lrr}', { params: { lr: float(0, 1) }, settings: { epochs: 1 } });
    expect(failureOf(trial)).toBe(
      'HpoError: command(): {lrr} stands for nothing; there are {lr}, {settings.epochs}, {trial}, {seed}, {studySeed}, {paramsFile}, {checkpointFolder}, {lastCheckpoint}, {resumedStep} (write {{ for a brace).',
    );
  });

  it('is found when the study is known', () => {
    const study = { space: space(params), settings: { epochs: 1 } };
    const check = (run: string) => () => command({ run }).checkStudy(study);
    expect(check('a {lr} {optimizer} {optimizer.adam.beta1} {settings.epochs} {seed} {{x}}')).not.toThrow();
    expect(check('a {optimizer.adm.beta1}')).toThrow(
      'command(): {optimizer.adm.beta1} stands for nothing; there are {lr}, {optimizer}, {optimizer.adam.beta1}, {settings.epochs}, {trial}',
    );
    expect(check('a {settings.epoch}')).toThrow('{settings.epoch} stands for nothing');
    expect(check('a {toString}')).toThrow('{toString} stands for nothing');
  });
});

describe('a flag', () => {
  const booleans = categorical([true, false, null]);

  it.skipIf(!hasPython)("is present or absent, as Python's argparse expects", async () => {
    const folder = tempFolder();
    writeFileSync(
      join(folder, 'flags.py'),
      `import argparse, json
p = argparse.ArgumentParser()
p.add_argument('--amp', action='store_true')
p.add_argument('--bias', action=argparse.BooleanOptionalAction)
p.add_argument('--drop')
print(json.dumps({'value': 1, 'attr': vars(p.parse_args())}))`,
    );
    const params = { amp: categorical([true, false]), bias: booleans, drop: categorical([null, 'half']) };
    const run = 'python3 flags.py {amp?--amp} {bias?--bias:--no-bias} --drop {drop}';
    const trials = await search({ run, cwd: folder }, { params, trials: 12 });
    for (const { params, userAttrs } of trials) expect(userAttrs).toEqual(params);
    expect(new Set(trials.flatMap(({ params }) => [params.bias, params.drop]))).toEqual(
      new Set([true, false, null, 'half']),
    );
  });

  it('is for true and false alone, which is found when the study is known', () => {
    const params = { booleans, lr: float(0, 1), size: categorical(['s', 'l']) };
    const study = { space: space(params), settings: { amp: true, epochs: 1 } };
    const check = (run: string) => () => command({ run }).checkStudy(study);
    expect(check('a {booleans?--x} {settings.amp?--amp}')).not.toThrow();
    const mend = (name: string) => `a flag is for true and false; write {${name}} for its text.`;
    expect(check('a {lr?--lr}')).toThrow(`command(): {lr?…} is a flag, and it is a number; ${mend('lr')}`);
    expect(check('a {size?--size}')).toThrow(`{size?…} is a flag, and its choices are "s", "l"; ${mend('size')}`);
    expect(check('a {settings.epochs?-e}')).toThrow('{settings.epochs?…} is a flag, and it is 1;');
    expect(check('a {seed?-e}')).toThrow('{seed?…} is a flag, and it is a number or a text;');
    expect(check('a {lrr?-e}')).toThrow('{lrr} stands for nothing');
  });
});

it.each([
  [{ run: 7 }, '`run` is 7; give a command line as one string, or its words as an array of strings.'],
  [{ run: [] }, '`run` is empty; give a program to run.'],
  [{ run: ['a', 1] }, '`run` is an array; give a command line as one string, or its words as an array of strings.'],
  [undefined, '`run` is missing; give a command line as one string, or its words as an array of strings.'],
  [{ run: 'a', cwd: 1 }, '`cwd` is 1; give a string.'],
  [{ run: 'a', env: null }, '`env` is null; give an object of strings.'],
  [{ run: 'a', env: { A: 1 } }, '`env.A` is 1; give a string.'],
  [{ run: 'a', pruneSignal: 'TERM' }, `\`pruneSignal\` is "TERM"; give a signal such as 'SIGTERM' or 'SIGINT'.`],
  [{ run: 'a', grace: 1 }, 'there is no `grace`; there are run, cwd, env, pruneSignal, graceMs.'],
  [{ run: 'a', graceMs: -1 }, '`graceMs` is -1; give a number from 0 to 2147483647.'],
])('refuses the options %j', (options, problem) => {
  expect(() => command(options as never)).toThrow(
    expect.objectContaining({ code: 'HPO_INVALID_STUDY', message: `command(): ${problem}` }),
  );
});
