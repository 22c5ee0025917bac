import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { StatefulSet } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { Service } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { CHECKOUT, runProgram, temporaryFolder, writeFiles } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { EXAMPLES, ExampleProject, exampleFiles, hasGcc, hasPythonPackage, NAMES, PYTHON } from './example-project.ts';

// Each example by its README, in a copy outside of the checkout where hpo is installed, with fewer trials.

const hpo = new WarmHpo();
const few = (trials: number, ...more: readonly string[]) => [
  '--trials',
  `${trials}`,
  '--workers',
  '1',
  '--seed',
  '1',
  ...more,
];

/** The name of an example's test, with what it lacks here. */
const titled = (name: string, isThere: boolean, need: string) =>
  isThere ? name : `${name} (skipped: ${need} is missing)`;

it('all examples have the right types', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(join(CHECKOUT, 'node_modules/@tensorflow'), join(root, 'node_modules/@tensorflow'), 'junction');
  for (const name of NAMES) {
    writeFiles(root, Object.fromEntries(exampleFiles(name, /\.ts$/).map(([path, text]) => [`${name}/${path}`, text])));
  }
  const compilerOptions = {
    rootDir: '/',
    typeRoots: [join(CHECKOUT, 'node_modules/@types')],
    paths: {
      hpo: [join(CHECKOUT, 'src/index.ts')],
      'hpo/tfjs': [join(CHECKOUT, 'src/training/index.ts')],
      '@shop/ranker': [join(root, 'monorepo/packages/ranker/src/index.ts')],
      '@shop/ranker/space': [join(root, 'monorepo/packages/ranker/src/space.ts')],
    },
  };
  const config = { extends: join(CHECKOUT, 'tsconfig.json'), compilerOptions, include: ['**/*.ts'], exclude: [] };
  writeFiles(root, { 'package.json': '{ "type": "module" }', 'tsconfig.json': JSON.stringify(config) });
  const checked = await runProgram(join(CHECKOUT, 'node_modules/.bin/tsc'), ['--noEmit'], { cwd: root });
  expect(checked).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('all examples take this version of hpo, and of what it goes with', () => {
  const { version, dependencies, devDependencies, peerDependencies } = JSON.parse(
    readFileSync(join(CHECKOUT, 'package.json'), 'utf8'),
  );
  const known: Record<string, string> = { ...devDependencies, ...dependencies, hpo: `^${version}` };
  for (const [name, range] of Object.entries<string>(peerDependencies)) if (range !== '*') known[name] = range;
  for (const name of NAMES) {
    for (const [path, text] of exampleFiles(name, /package\.json$/)) {
      const taken: Record<string, string> = JSON.parse(text).dependencies ?? {};
      const own = Object.entries(taken).filter(([each]) => !each.startsWith('@shop/'));
      for (const [each, range] of own) expect(`${each} ${range}`, `${name}/${path}`).toBe(`${each} ${known[each]}`);
    }
  }
});

const hasSklearn = hasPythonPackage('sklearn');
it.skipIf(!hasSklearn)(titled('scikit-learn', hasSklearn, 'scikit-learn'), async () => {
  const project = new ExampleProject('scikit-learn', hpo);
  const outputs = await project.follow(few(2));
  const { params, value } = project.json('runs/digits/best.json');
  expect(params.model.kind).toMatch(/^(svm|forest|neighbours)$/);
  expect(value).toBeGreaterThan(0.5); // a tenth by chance
  expect([...outputs.values()].join('\n')).toMatch(/^accuracy on 450 images that no trial has seen: 0\.\d{4}$/m);
});

const hasTorch = hasPythonPackage('torch');
describe.skipIf(!hasTorch)(titled('pytorch', hasTorch, 'PyTorch'), () => {
  it('searches', async () => {
    const project = new ExampleProject('pytorch', hpo);
    await project.follow(few(2, '--set', 'epochs=3'));
    expect(project.json('runs/spirals/best.json')).toMatchObject({ settings: { epochs: 3 } });
  });

  it('goes on from a checkpoint as if it had not been interrupted', async () => {
    const folder = temporaryFolder();
    const args =
      '--seed 5 --learning-rate 0.01 --weight-decay 0.01 --batch-size 128 --layers 2 --width 16 --activation tanh';
    const train = async (env: Readonly<Record<string, string>>) => {
      const script = [join(EXAMPLES, 'pytorch/train.py'), '--epochs', '3', '--batch-norm', ...args.split(' ')];
      const { code, stdout, stderr } = await runProgram(PYTHON, script, { cwd: folder, env });
      expect(code, stderr).toBe(0);
      return stdout.trim().split('\n');
    };
    const whole = await train({ HPO_CHECKPOINT_FOLDER: folder });
    expect(whole).toHaveLength(6); // a report and a checkpoint of each epoch
    expect(await train({ HPO_LAST_CHECKPOINT: join(folder, '2') })).toEqual([whole[4]]);
  });
});

it('tf-layers', async () => {
  const project = new ExampleProject('tf-layers', hpo);
  await project.follow(few(2, '--set', 'epochs=1', '--no-retrain', '--backend', 'wasm'));
  const retrained = await project.hpo(['retrain', 'study.ts', '--set', 'epochs=1', '--backend', 'wasm']);
  expect(retrained.code, retrained.stdout + retrained.stderr).toBe(0);
  expect(project.json('runs/forecast/retrain/metrics.json')).toMatchObject({ metrics: { loss: expect.any(Number) } });
  expect(project.json('runs/forecast/retrain/model/model.json')).toHaveProperty('modelTopology');
});

it('http-service, where refused requests cost a constraint and not the trial', async () => {
  const project = new ExampleProject('http-service', hpo);
  await project.follow(few(1));
  const refusing = ['enqueue', 'search-service', '--params', '{"groups":16,"probes":16,"queue":1}'];
  expect(await project.hpo(refusing)).toMatchObject({ code: 0 });
  expect(await project.hpo(['run', 'study.ts', ...few(2)])).toMatchObject({ code: 0 });
  const { stdout } = await project.hpo(['trials', 'search-service', '--format', 'json']);
  const [first, second] = JSON.parse(stdout);
  expect([first.state, second.state], stdout).toEqual(['COMPLETE', 'COMPLETE']);
  expect(second.constraints.failed).toBeGreaterThan(0);
});

const isGccThere = hasGcc();
it.skipIf(!isGccThere)(titled('compiler-flags', isGccThere, 'gcc'), async () => {
  const project = new ExampleProject('compiler-flags', hpo);
  await project.follow(few(3, '--set', 'repeats=3'));
  expect(project.json('runs/gcc/best.json').value).toBeGreaterThan(1);
});

it('monorepo', async () => {
  const project = new ExampleProject('monorepo', hpo);
  for (const name of ['ranker', 'tuning']) project.linkWorkspace(`@shop/${name}`, `packages/${name}`);
  await project.follow(few(3));
  expect(project.json('packages/tuning/runs/ranking/retrain/metrics.json')).toHaveProperty('metrics.heldOut');
  const best = readFileSync(join(project.folder, 'packages/ranker/src/best.ts'), 'utf8');
  expect(best).toMatch(/^export const ranking: RankingParams = \{$/m); // the name that ranker's index.ts imports
});

describe('kubernetes', () => {
  const file = (name: string) => readFileSync(join(EXAMPLES, 'kubernetes', name), 'utf8');

  it('has the files that hpo manifest writes, and a study that a worker runs', async () => {
    const project = new ExampleProject('kubernetes', hpo);
    await project.follow([]); // hpo manifest refuses to write where another file is
    const worker = [
      'worker',
      'study.ts',
      '--trials',
      '2',
      '--set',
      'days=2000',
      '--storage',
      'one.db',
      '--workers',
      '1',
    ];
    expect(await project.hpo(worker)).toMatchObject({ code: 0 });
  });

  it('has objects of its API, and the database that the workers look for', () => {
    const objects = ['postgres.yaml', 'kubernetes.yaml'].flatMap((name) =>
      parseAllDocuments(file(name)).map((document) => document.toJS()),
    );
    const models = { Service, StatefulSet, Job };
    for (const object of objects) new models[object.kind as keyof typeof models](object).validate();
    expect(objects.map(({ kind }) => kind)).toEqual(['Service', 'StatefulSet', 'Job']);

    const { resources, secretGenerator } = parse(file('kustomization.yaml'));
    const [secret] = secretGenerator;
    expect(resources).toEqual(['postgres.yaml']);
    const [service, postgres, job] = objects;
    const keys = [postgres, job].flatMap(({ spec }) =>
      spec.template.spec.containers[0].env.flatMap(({ valueFrom }: { valueFrom?: { secretKeyRef: object } }) =>
        valueFrom === undefined ? [] : [valueFrom.secretKeyRef],
      ),
    );
    expect(keys).toEqual([
      { name: secret.name, key: 'password' },
      { name: secret.name, key: 'url' },
    ]);
    const [, url = ''] = /^\(umask .*\\nurl=(\S+?)\\n/m.exec(file('README.md')) ?? [];
    expect(new URL(url.replace('%s', 'x'))).toMatchObject({
      hostname: service.metadata.name,
      port: '5432',
      pathname: '/hpo',
    });
    expect(service.spec.selector).toEqual(postgres.spec.template.metadata.labels);
  });
});
