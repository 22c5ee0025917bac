import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqlite } from '../support/open-sqlite.ts';
import { type Files, runHpo, temporaryProject } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// Every mistake that a user can make at the command line ends in one line on stderr that names the value and the
// remedy, in exit code 2, and with all files unchanged.

/** A mistake, and the message about it, with `<folder>` for the working directory. */
interface Mistake {
  readonly args: readonly string[];
  /** Files in the working directory besides {@link STUDY} in `study.ts`. */
  readonly files?: Files;
  /** A database that is in the working directory as `hpo.db`. */
  readonly database?: keyof typeof databases;
  readonly env?: Readonly<Record<string, string>>;
  readonly says: string;
}

const STUDY = `import { categorical, defineStudy, float, space } from 'hpo';

export default defineStudy({
  name: 'parabola',
  space: space({ x: float(-5, 5), rate: float(1e-4, 1, { log: true }), shape: categorical(['a', 'b']) }),
  trials: 2,
  seed: 3,
  settings: { epochs: 2, fast: true, optimizer: 'adam' },
  profiles: { quick: { epochs: 1 } },
  objective: ({ params }) => params.x ** 2,
  retrain: { settings: { epochs: 10 }, run: () => ({ loss: 0 }) },
});
`;

/** {@link STUDY} with one thing in it changed. */
function changed(from: string, to: string): string {
  if (!STUDY.includes(from)) throw new Error(`The study has no ${from}`);
  return STUDY.replace(from, to);
}

const databases = {
  /** A database of {@link STUDY} with two complete trials. */
  finished: '',
  /** A database of {@link STUDY} with one failed trial. */
  failed: '',
  /** A database of another program. */
  foreign: '',
};

let templates: string;
const hpo = new WarmHpo();

beforeAll(async () => {
  templates = temporaryProject({
    'study.ts': STUDY,
    'failing.ts': changed('params.x ** 2', "{ throw new Error('no luck') }"),
  });
  const run = (file: string, database: string, trials: string) =>
    runHpo(['run', file, '--workers', '1', '--storage', database, '--trials', trials, '--no-retrain'], {
      cwd: templates,
    });
  const [finished, failed] = await Promise.all([
    run('study.ts', 'finished.db', '2'),
    run('failing.ts', 'failed.db', '1'),
  ]);
  expect([finished.code, failed.code]).toEqual([0, 1]);
  const foreign = openSqlite(join(templates, 'foreign.db'));
  foreign.exec('CREATE TABLE recipes (name TEXT)');
  foreign.close();
  for (const name of ['finished', 'failed', 'foreign'] as const) databases[name] = join(templates, `${name}.db`);
});

afterAll(() => rmSync(templates, { recursive: true }));

/** A test for each mistake. */
function mistakes(table: Readonly<Record<string, Mistake>>): void {
  for (const [name, { args, files, database, env, says }] of Object.entries(table)) {
    it.concurrent(name, async ({ expect, onTestFinished }) => {
      const folder = temporaryProject({ 'study.ts': STUDY, ...files });
      onTestFinished(() => rmSync(folder, { recursive: true }));
      if (database !== undefined) copyFileSync(databases[database], join(folder, 'hpo.db'));
      const before = contents(folder);
      const { code, stdout, stderr } = await hpo.run(args, { cwd: folder, ...(env && { env }) });
      expect(stderr.replaceAll(folder, '<folder>')).toBe(`hpo: ${says}\n`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(contents(folder)).toEqual(before);
    });
  }
}

/** A study file that is refused, and why. */
interface StudyFileMistake {
  /** The study's file; default `study.ts`. */
  readonly file?: string;
  readonly files?: Files;
  readonly says: string;
}

/** A test for each study file. */
function studyFileMistakes(table: Readonly<Record<string, StudyFileMistake>>): void {
  const runs = Object.entries(table).map(([name, { file = 'study.ts', ...mistake }]) => [
    name,
    { ...mistake, args: ['run', file] },
  ]);
  mistakes(Object.fromEntries(runs));
}

/**
 * Each file below a folder with a hash of its bytes; `node_modules`, where the whole checkout is linked, is left out.
 */
function contents(folder: string, below = ''): Files {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below)).sort()) {
    const path = join(below, name);
    const file = join(folder, path);
    if (name === 'node_modules') continue;
    if (statSync(file).isDirectory()) Object.assign(found, { [path]: 'a folder' }, contents(folder, path));
    else found[path] = createHash('sha256').update(readFileSync(file)).digest('hex');
  }
  return found;
}

const run = ['run', 'study.ts'];

describe('a study file', () => {
  mistakes({
    'that is not there': {
      args: ['run', 'studies/nope.ts'],
      says: 'There is no study file studies/nope.ts; is its path right?',
    },
    'that is not there, for best': {
      args: ['best', 'nope.ts'],
      database: 'finished',
      says: 'There is no study file nope.ts; is its path right?',
    },
    'that is not there, for retrain': {
      args: ['retrain', 'nope.ts'],
      database: 'finished',
      says: 'There is no study file nope.ts; is its path right?',
    },
    'that is not named': {
      args: ['run'],
      says: 'hpo run lacks an argument; write: hpo run <study>, and see `hpo run --help`.',
    },
    'that --tensorboard takes for its folder': {
      args: ['run', '--tensorboard', 'study.ts'],
      says: "hpo run takes 'study.ts' for the folder of --tensorboard; write --tensorboard behind the study.",
    },
    'that is not named, for retrain': {
      args: ['retrain'],
      says: 'hpo retrain lacks an argument; write: hpo retrain <study>, and see `hpo retrain --help`.',
    },
    'without a study': {
      args: run,
      files: { 'study.ts': 'export const study = 1;\n' },
      says: 'study.ts has no default export; write `export default defineStudy({ … })`.',
    },
    'with a syntax error': {
      args: run,
      files: { 'study.ts': 'const a = 1;\nexport default {{;\n' },
      says: 'study.ts:2:16: syntax error: Expected identifier but found "{"',
    },
    'that imports what is not there': {
      args: run,
      files: { 'study.ts': "import './model.ts';\n" },
      says: "study.ts:1: cannot find the file 'model.ts'; is its path right?",
    },
    'that throws': {
      args: run,
      files: { 'study.ts': "\nthrow new RangeError('no luck');\n" },
      says: 'study.ts:2: RangeError: no luck',
    },
    'with a bad space': {
      args: run,
      files: { 'study.ts': changed('-5, 5', '5, -5') },
      says: 'study.ts:5: float(5, -5): the lower bound is above the upper bound; swap them.',
    },
    'with a bad definition': {
      args: run,
      files: { 'study.ts': changed('trials: 2', 'trials: 0') },
      says: 'study.ts:3: defineStudy(): `trials` is 0; give a whole number from 1 on.',
    },
  });
});

describe('a study file that is none', () => {
  studyFileMistakes({
    'is not there': { file: 'studies/nope.ts', says: 'There is no study file studies/nope.ts; is its path right?' },
    'is a folder': {
      file: 'studies',
      files: { 'studies/a.ts': STUDY },
      says: 'studies is not a file; name a study file such as studies/cifar-cnn.ts.',
    },
    'is a text file': {
      file: 'study.txt',
      files: { 'study.txt': 'hello' },
      says: 'study.txt is no TypeScript or JavaScript file (.ts, .mts, .js, .mjs, …).',
    },
    'has no default export': {
      files: { 'study.ts': 'export const study = 1;\n' },
      says: 'study.ts has no default export; write `export default defineStudy({ … })`.',
    },
    'is empty': {
      files: { 'study.ts': '' },
      says: 'study.ts has no default export; write `export default defineStudy({ … })`.',
    },
    'exports a number': {
      files: { 'study.ts': 'export default 3;\n' },
      says: 'study.ts: its default export is a number, not a study; write `export default defineStudy({ … })`.',
    },
    'exports an object': {
      files: { 'study.ts': "export default { name: 'parabola' };\n" },
      says: 'study.ts: its default export is an object, not a study; write `export default defineStudy({ … })`.',
    },
    'exports a function': {
      files: { 'study.ts': 'export default () => 3;\n' },
      says: 'study.ts: its default export is a function, not a study; write `export default defineStudy({ … })`.',
    },
    'exports an array': {
      files: { 'study.ts': 'export default [];\n' },
      says: 'study.ts: its default export is an array, not a study; write `export default defineStudy({ … })`.',
    },
    'exports null': {
      files: { 'study.ts': 'export default null;\n' },
      says: 'study.ts: its default export is null, not a study; write `export default defineStudy({ … })`.',
    },
    'is CommonJS and exports a number': {
      file: 'study.cjs',
      files: { 'study.cjs': 'module.exports = 3;\n' },
      says: 'study.cjs: its default export is a number, not a study; write `export default defineStudy({ … })`.',
    },
  });
});

const importing = (file: string) => `import './${file}';\n${STUDY}`;

describe('a study file that cannot be loaded', () => {
  studyFileMistakes({
    'has a syntax error': {
      files: { 'study.ts': 'const a = 1;\nexport default {{;\n' },
      says: 'study.ts:2:16: syntax error: Expected identifier but found "{"',
    },
    'has a syntax error in JavaScript': {
      file: 'broken.js',
      files: { 'broken.js': 'const a = 1;\nexport default {{;\n' },
      says: "broken.js, or a file that it imports: syntax error: Unexpected token '{'",
    },
    'has a syntax error in CommonJS': {
      file: 'study.cjs',
      files: { 'study.cjs': 'const a = 1;\nmodule.exports = {{;\n' },
      says: "study.cjs:2: syntax error: Unexpected token '{'",
    },
    'imports a file with a syntax error': {
      files: { 'study.ts': importing('lib/model.ts'), 'lib/model.ts': '\n\nlet 3 = 4;\n' },
      says: 'lib/model.ts:3:4: syntax error: Expected ";" but found "3"',
    },
    'imports a package that is not there': {
      files: { 'study.ts': `${STUDY}import lodashes from 'lodashes';\nconsole.log(lodashes);\n` },
      says: "study.ts:13: cannot find 'lodashes'; is its name right, and is it installed?",
    },
    'imports a scoped package that is not there': {
      files: { 'study.ts': `${STUDY}import '@acme/models/cnn';\n` },
      says: "study.ts:13: cannot find '@acme/models'; is its name right, and is it installed?",
    },
    'imports a file that is not there': {
      files: { 'study.ts': importing('model.ts') },
      says: "study.ts:1: cannot find the file 'model.ts'; is its path right?",
    },
    'imports a file that imports a package that is not there': {
      files: { 'study.ts': importing('lib/model.ts'), 'lib/model.ts': "\nimport 'lodashes';\n" },
      says: "lib/model.ts:2: cannot find 'lodashes'; is its name right, and is it installed?",
    },
    'imports a file that imports a file that is not there': {
      files: { 'study.ts': importing('lib/model.ts'), 'lib/model.ts': "\n\nexport * from '../layers.ts';\n" },
      says: "lib/model.ts:3: cannot find the file 'layers.ts'; is its path right?",
    },
    'requires a package that is not there': {
      file: 'study.cjs',
      files: { 'study.cjs': "\nrequire('lodashes');\n" },
      says: "study.cjs:2: cannot find 'lodashes'; is its name right, and is it installed?",
    },
    'requires a file that is not there': {
      file: 'study.cjs',
      files: { 'study.cjs': "\nrequire('./model.cjs');\n" },
      says: "study.cjs:2: cannot find the file './model.cjs'; is its path right?",
    },
    'imports a name that is not exported': {
      files: { 'study.ts': "import { defineStudies } from 'hpo';\nexport default defineStudies({});\n" },
      says: "study.ts:1: The requested module 'hpo' does not provide an export named 'defineStudies'",
    },
    'imports a subpath that is not exported': {
      files: { 'study.ts': "import { tpe } from 'hpo/samplers';\nexport default tpe;\n" },
      says: "study.ts:1: cannot find 'hpo/samplers'; the package 'hpo' exports no such module.",
    },
    'throws an error': {
      files: { 'study.ts': "\nthrow new RangeError('no\\nluck');\n" },
      says: 'study.ts:2: RangeError: no',
    },
    'throws a string': {
      files: { 'study.ts': "\nthrow 'no luck';\n" },
      says: "study.ts throws 'no luck' when it is loaded.",
    },
    'throws nothing': {
      files: { 'study.ts': '\nthrow undefined;\n' },
      says: 'study.ts throws undefined when it is loaded.',
    },
    'uses what is undefined': {
      files: { 'study.ts': '\n\nexport default missing.study;\n' },
      says: 'study.ts:3: ReferenceError: missing is not defined',
    },
    'imports a file that throws': {
      files: {
        'study.ts': importing('lib/model.ts'),
        'lib/model.ts': "const fail = (): never => {\n  throw new Error('no luck');\n};\nfail();\n",
      },
      says: 'lib/model.ts:2: Error: no luck',
    },
    'imports a file with a bad space': {
      files: {
        'study.ts': importing('lib/space.ts'),
        'lib/space.ts': "import { float, space } from 'hpo';\n\nexport const cnn = space({\n  x: float(5, 1),\n});\n",
      },
      says: 'lib/space.ts:4: float(5, 1): the lower bound is above the upper bound; swap them.',
    },
  });
});

describe('a bad search space', () => {
  const bad = (parameter: string): Files => ({
    'study.ts': changed('x: float(-5, 5)', parameter),
  });
  studyFileMistakes({
    'bounds the wrong way round': {
      files: bad('x: float(5, -5)'),
      says: 'study.ts:5: float(5, -5): the lower bound is above the upper bound; swap them.',
    },
    'a bound that is NaN': {
      files: bad('x: float(NaN, 5)'),
      says: 'study.ts:5: float(NaN, 5): the bound `low` is NaN; give a finite number.',
    },
    'a bound that is a string': {
      files: bad("x: float('1', 5)"),
      says: 'study.ts:5: float("1", 5): the bound `low` is "1"; give a finite number.',
    },
    'a bound that is left out': {
      files: bad('x: float(1)'),
      says: 'study.ts:5: float(1, undefined): the bound `high` is missing; give a finite number.',
    },
    'a logarithm of 0': {
      files: bad('x: float(0, 5, { log: true })'),
      says: 'study.ts:5: float(0, 5): with `log` the lower bound must be above 0.',
    },
    'a step of 0': {
      files: bad('x: float(0, 5, { step: 0 })'),
      says: 'study.ts:5: float(0, 5): `step` is 0; give a number above 0.',
    },
    'a categorical without choices': {
      files: bad('x: categorical([])'),
      says: 'study.ts:5: categorical([]): give an array of at least one choice.',
    },
    'a categorical with an object': {
      files: bad('x: categorical([{ a: 1 }])'),
      says: 'study.ts:5: categorical([an object]): choice 0 is object; choices are strings, numbers, booleans or null.',
    },
    'a categorical with a choice twice': {
      files: bad("x: categorical(['a', 'b', 'a'])"),
      says: 'study.ts:5: categorical(["a","b","a"]): "a" stands there twice.',
    },
    'a name that a branch of a variant has': {
      files: {
        'study.ts': changed('x: float(-5, 5)', "o: variant({ a: { lr: float(0, 1) } }), 'o.a.lr': float(0, 1)").replace(
          'float, space }',
          'float, space, variant }',
        ),
      },
      says: 'study.ts:5: The parameter `o.a.lr` has the name of one in the branch `o.a` of a variant; give one of them another.',
    },
    'a number for a distribution': {
      files: bad('x: 3'),
      says: 'study.ts:5: The parameter `x` is 3; declare it with float(), int(), categorical() or variant().',
    },
    'a function for a distribution': {
      files: bad('x: float'),
      says: 'study.ts:5: The parameter `x` is a function; declare it with float(), int(), categorical() or variant().',
    },
    'no object': {
      files: {
        'study.ts': changed(
          "space({ x: float(-5, 5), rate: float(1e-4, 1, { log: true }), shape: categorical(['a', 'b']) })",
          'space()',
        ),
      },
      says: 'study.ts:5: space(): give an object of parameters: space({ x: float(0, 1) }).',
    },
  });
});

describe('a bad definition', () => {
  const bad = (from: string, to: string): Files => ({ 'study.ts': changed(from, to) });
  studyFileMistakes({
    'no options': {
      files: { 'study.ts': "import { defineStudy } from 'hpo';\nexport default defineStudy();\n" },
      says: 'study.ts:2: defineStudy(): give an object with name, space and objective.',
    },
    'no objective': {
      files: bad('({ params }) => params.x ** 2', 'undefined'),
      says: 'study.ts:3: defineStudy(): `objective` is missing; give the function that runs a trial.',
    },
    'an objective that is a number': {
      files: bad('({ params }) => params.x ** 2', '3'),
      says: 'study.ts:3: defineStudy(): `objective` is 3; give the function that runs a trial.',
    },
    'no name': {
      files: bad("name: 'parabola',", ''),
      says: 'study.ts:3: defineStudy(): `name` is missing; give a string of 1 to 512 characters.',
    },
    'an empty name': {
      files: bad("'parabola'", "''"),
      says: 'study.ts:3: defineStudy(): `name` is ""; give a string of 1 to 512 characters.',
    },
    'no space': {
      files: bad('space: space(', 'space: void ('),
      says: 'study.ts:3: defineStudy(): `space` is missing; give a search space, declared with space({ … }).',
    },
    'a misspelt field': {
      files: bad('seed: 3', 'sede: 3'),
      says: 'study.ts:3: defineStudy(): there is no `sede`; there are name, space, direction, directions, sampler, pruner, trials, stopWhen, duplicates, seed, enqueue, transferFrom, retries, trialTimeoutMs, trialMemoryMb, settings, profiles, defaultProfile, device, prepare, objective, retrain, onEvent.',
    },
    'a space that is a plain object': {
      files: bad('space: space({', 'space: ({'),
      says: 'study.ts:3: defineStudy(): `space` is an object; give a search space, declared with space({ … }).',
    },
    'an unknown direction': {
      files: bad('seed: 3', "direction: 'down'"),
      says: `study.ts:3: defineStudy(): the direction "down" is neither 'minimize' nor 'maximize'.`,
    },
    'no directions': {
      files: bad('seed: 3', 'directions: []'),
      says: 'study.ts:3: defineStudy(): `directions` must be a list of at least one.',
    },
    'direction and directions': {
      files: bad('seed: 3', "direction: 'minimize', directions: ['minimize']"),
      says: 'study.ts:3: defineStudy(): give `direction` or `directions`, not both.',
    },
    'no trials': {
      files: bad('trials: 2', 'trials: 0'),
      says: 'study.ts:3: defineStudy(): `trials` is 0; give a whole number from 1 on.',
    },
    'a seed below 0': {
      files: bad('seed: 3', 'seed: -1'),
      says: 'study.ts:3: defineStudy(): `seed` is -1; give a whole number from 0 on.',
    },
    'a time limit of 0': {
      files: bad('seed: 3', 'trialTimeoutMs: 0'),
      says: 'study.ts:3: defineStudy(): `trialTimeoutMs` is 0; give a whole number from 1 on.',
    },
    'a sampler that is not called': {
      files: { 'study.ts': `import { tpe } from 'hpo';\n${changed('seed: 3', 'sampler: tpe')}` },
      says: 'study.ts:4: defineStudy(): `sampler` is a function; give a sampler, such as auto().',
    },
    'a pruner that is a string': {
      files: bad('seed: 3', "pruner: 'median'"),
      says: 'study.ts:3: defineStudy(): `pruner` is "median"; give a pruner, such as median().',
    },
    'a setting that is NaN': {
      files: bad('epochs: 2', 'epochs: NaN'),
      says: 'study.ts:3: defineStudy(): `settings.epochs` is NaN; give a finite number, a string or a boolean.',
    },
    'a setting that is an object': {
      files: bad('epochs: 2', 'epochs: {}'),
      says: 'study.ts:3: defineStudy(): `settings.epochs` is an object; give a finite number, a string or a boolean.',
    },
    'settings that are a number': {
      files: bad("{ epochs: 2, fast: true, optimizer: 'adam' }", '3'),
      says: 'study.ts:3: defineStudy(): `settings` is 3; give an object of settings.',
    },
    'a profile with an unknown setting': {
      files: bad('quick: { epochs: 1 }', 'quick: { epoch: 1 }'),
      says: 'study.ts:3: defineStudy(): the profile `quick` sets `epoch`, which is no setting; the settings are epochs, fast, optimizer.',
    },
    'a profile with a setting of another type': {
      files: bad('quick: { epochs: 1 }', "quick: { epochs: 'one' }"),
      says: 'study.ts:3: defineStudy(): `profiles.quick.epochs` is "one"; give a number, as in `settings`.',
    },
    'an unknown default profile': {
      files: bad('seed: 3', "defaultProfile: { cpu: 'fast' }"),
      says: 'study.ts:3: defineStudy(): `defaultProfile.cpu` is "fast"; the profiles are quick.',
    },
    'a default profile of an unknown device': {
      files: bad('seed: 3', "defaultProfile: { tpu: 'quick' }"),
      says: 'study.ts:3: defineStudy(): `defaultProfile.tpu` is for no kind of device; use cpu and gpu.',
    },
    'a retraining without a function': {
      files: bad(', run: () => ({ loss: 0 })', ''),
      says: 'study.ts:3: defineStudy(): `retrain.run` is missing; give the function that trains the winner.',
    },
  });
});

describe('a bad option', () => {
  it('is reported alike by a process of its own', async () => {
    const says = 'hpo: --trials is "0"; give a whole number from 1 on.\n';
    const told = await runHpo(['run', 'study.ts', '--trials', '0'], { cwd: templates });
    expect(told).toEqual({ code: 2, stdout: '', stderr: says });
  });

  mistakes({
    'trials below 0': { args: [...run, '--trials', '-1'], says: '--trials is "-1"; give a whole number from 1 on.' },
    'trials in words': {
      args: [...run, '--trials', 'abc'],
      says: '--trials is "abc"; give a whole number from 1 on.',
    },
    'trials and a half': {
      args: [...run, '--trials', '1.5'],
      says: '--trials is "1.5"; give a whole number from 1 on.',
    },
    'no trials': { args: [...run, '--trials', '0'], says: '--trials is "0"; give a whole number from 1 on.' },
    'empty trials': { args: [...run, '--trials', ''], says: '--trials is ""; give a whole number from 1 on.' },
    'trials left out': { args: [...run, '--trials'], says: '--trials needs a value; see `hpo run --help`.' },
    'no workers': { args: [...run, '--workers', '0'], says: '--workers is "0"; give a whole number from 1 on.' },
    'a timeout of 0': {
      args: [...run, '--timeout', '0'],
      says: '--timeout is "0"; give a number of seconds above 0.',
    },
    'a timeout in words': {
      args: [...run, '--timeout', 'abc'],
      says: '--timeout is "abc"; give a number of seconds above 0.',
    },
    'a seed below 0': { args: [...run, '--seed', '-1'], says: '--seed is "-1"; give a whole number from 0 on.' },
    'a seed too large': {
      args: [...run, '--seed', '1e300'],
      says: '--seed is "1e300"; give a whole number from 0 on.',
    },
    'an unknown flag': {
      args: [...run, '--trails', '3'],
      says: 'hpo run has no option --trails; see `hpo run --help`.',
    },
    'an unknown flag in its negative form': {
      args: ['resume', 'study.ts', '--trial', '0', '--no-retrain'],
      says: 'hpo resume has no option --no-retrain; see `hpo resume --help`.',
    },
    'two unknown flags': {
      args: [...run, '--trails', '3', '-q'],
      says: 'hpo run has no option --trails, -q; see `hpo run --help`.',
    },
    'a second study': {
      args: [...run, 'other.ts'],
      says: "hpo run takes no further argument 'other.ts'; see `hpo run --help`.",
    },
    'another language of the user': {
      args: [...run, '--trails', '3'],
      env: { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' },
      says: 'hpo run has no option --trails; see `hpo run --help`.',
    },
    'a value left out of a choice': {
      args: ['best', '--format'],
      says: '--format needs a value; see `hpo best --help`.',
    },
    'a value that looks like an option': {
      args: ['tell', 'parabola', '--trial', '0', '--value', '-inf'],
      says: '--value needs a value; write --value=-inf if -inf is it; see `hpo tell --help`.',
    },
    'an argument that is none of its choices': {
      args: ['completion', 'tcsh'],
      says: '<shell> of hpo completion takes one of bash, zsh, fish, not "tcsh".',
    },
    'an unknown command without a likeness': {
      args: ['xyzzy'],
      says: "There is no command 'xyzzy'; see `hpo --help`.",
    },
    'a kind left out of a set-up': {
      args: ['setup'],
      says: 'hpo setup lacks an argument; write: hpo setup <kind>, and see `hpo setup --help`.',
    },
    'a release of TensorFlow that is none': {
      args: ['setup', 'native', '--tensorflow', 'latest'],
      says: "--tensorflow 'latest' is no release to build against: give one from 2.14 on, such as 2.21 or 2.21.0",
    },
    'a release of TensorFlow without a library': {
      args: ['setup', 'gpu', '--tensorflow', '1.15'],
      says: "--tensorflow '1.15' is no release to build against: give one from 2.14 on, such as 2.21 or 2.21.0",
    },
    'an option of another kind of set-up': {
      args: ['setup', 'tfjs', '--tensorflow', '2.21'],
      says: '--tensorflow is an option of hpo setup gpu or native, not of tfjs.',
    },
    'WebGPU left out of what has none': {
      args: ['setup', 'gpu', '--no-webgpu'],
      says: '--webgpu is an option of hpo setup tfjs, not of gpu.',
    },
    'a build without its tools': {
      args: ['setup', 'native', '--tensorflow', '2.21'],
      env: { PATH: '/nowhere' },
      says:
        '--tensorflow compiles a binding and lacks python3 with pip, g++, make: install them ' +
        '(Debian, Ubuntu: apt-get install python3-pip g++ make)',
    },
    'no command': { args: [], says: 'Name a command; `hpo --help` lists them.' },
    'data of an unknown name': {
      args: ['data', 'mnist'],
      says: '[name] of hpo data takes one of cifar10, resnet18, not "mnist".',
    },
    'weights without their sum': {
      args: ['data', 'resnet18', '--from', 'weights.safetensors'],
      says: '--from needs --sha256 with it: the file, and its SHA-256.',
    },
    'weights with a sum that is none': {
      args: ['data', 'resnet18', '--from', 'weights.safetensors', '--sha256', 'abc'],
      says: '--sha256 is "abc"; give 64 hexadecimal digits.',
    },
    'weights of a file that is not there': {
      args: ['data', 'resnet18', '--from', 'weights.safetensors', '--sha256', '0'.repeat(64)],
      env: { HPO_CACHE: 'cache' },
      says: '<folder>/weights.safetensors could not be read: there is no such file.',
    },
    'weights for CIFAR-10': {
      args: ['data', '--from', 'weights.safetensors'],
      says: '--from and --sha256 are for hpo data resnet18; CIFAR-10 has its own.',
    },
    'an unknown command': { args: ['train'], says: "There is no command 'train'; did you mean retrain?" },
    'a command with a letter missing': {
      args: ['rn', 'study.ts'],
      says: "There is no command 'rn'; did you mean run?",
    },
    'an unknown format': {
      args: ['best', '--format', 'xml'],
      database: 'finished',
      says: '--format takes one of table, json, yaml, csv, value, not "xml".',
    },
    'an unknown profile': {
      args: [...run, '--profile', 'slow'],
      says: "The study 'parabola' has no profile 'slow'; it has quick.",
    },
    'an unknown setting': {
      args: [...run, '--set', 'nope=1'],
      says: "--set nope=1: there is no setting 'nope'; the settings are epochs, fast, optimizer.",
    },
    'an unknown setting before the study': {
      args: ['run', '--set', 'nope=1', 'study.ts'],
      says: "--set nope=1: there is no setting 'nope'; the settings are epochs, fast, optimizer.",
    },
    'a setting of another type': {
      args: [...run, '--set', 'epochs=abc'],
      says: `--set epochs=abc: 'epochs' is a number, not "abc".`,
    },
    'a setting that is neither true nor false': {
      args: [...run, '--set', 'fast=1'],
      says: `--set fast=1: 'fast' is true or false, not "1".`,
    },
    'an empty setting': { args: [...run, '--set', 'epochs='], says: `--set epochs=: 'epochs' is a number, not "".` },
    'a setting without a value': { args: [...run, '--set', 'epochs'], says: '--set epochs: write it as name=value.' },
    'no setting': { args: [...run, '--set'], says: '--set needs a value; see `hpo run --help`.' },
    'an unknown setting of the retraining': {
      args: [...run, '--set', 'retrain.nope=1'],
      says: "--set retrain.nope=1: there is no setting 'nope'; the settings of the retraining are epochs, fast, optimizer.",
    },
    'a setting of the retraining of another type': {
      args: [...run, '--set', 'retrain.epochs=abc'],
      says: `--set retrain.epochs=abc: 'epochs' is a number, not "abc".`,
    },
    'a setting of a retraining that is not there': {
      args: [...run, '--set', 'retrain.epochs=5'],
      files: { 'study.ts': changed('retrain: {', 'retrain: undefined && {') },
      says: "--set retrain.epochs=5: the study 'parabola' has no `retrain`; add it to defineStudy({ … }).",
    },
    'an unknown backend': {
      args: [...run, '--backend', 'tpu'],
      says: '--backend takes one of auto, tensorflow, webgpu, wasm, cpu, not "tpu".',
    },
    'GPUs that are no numbers': {
      args: [...run, '--gpus', '0,first'],
      says: '--gpus is "0,first"; give numbers of GPUs, such as 0,1, or all.',
    },
    'all GPUs where there are none': {
      args: [...run, '--gpus', 'all'],
      env: { CUDA_VISIBLE_DEVICES: '-1' },
      says: '--gpus all: there are no GPUs, since CUDA_VISIBLE_DEVICES is "-1"; leave --gpus out.',
    },
    'a backend that is not there': {
      args: [...run, '--backend', 'tensorflow'],
      files: { 'study.ts': `import { device } from 'hpo/tfjs';\n${changed('seed: 3', 'device: () => device()')}` },
      env: { HPO_CACHE: 'cache' },
      says: "the backend 'tensorflow' is not available: @tensorflow/tfjs-node-gpu is not installed (try: hpo setup gpu); @tensorflow/tfjs-node is not installed (try: hpo setup native)",
    },
    'an unknown evaluator': {
      args: ['importance', '--evaluator', 'shap'],
      database: 'finished',
      says: '--evaluator takes one of ped-anova, fanova, not "shap".',
    },
    'an unknown parameter to assess': {
      args: ['importance', '--params', 'x,depth'],
      database: 'finished',
      says: "--params: the study 'parabola' has no parameter 'depth'; it has x, rate, shape.",
    },
    'no parameter to assess': {
      args: ['importance', '--params', ','],
      database: 'finished',
      says: "--params: the study 'parabola' has no parameter ''; it has x, rate, shape.",
    },
    'a direction that the study has not': {
      args: ['importance', '--direction', '1'],
      database: 'finished',
      says: "--direction 1: the study 'parabola' has one direction, 0.",
    },
    'no direction at all': {
      args: ['importance', '--direction', 'loss'],
      database: 'finished',
      says: '--direction is "loss"; give a whole number from 0 on.',
    },
  });
});

describe('a bad database', () => {
  const text =
    'This is not a database at all, and it is longer than a header of one hundred bytes would ever be: see?\n';
  mistakes({
    'of an unknown kind': {
      args: [...run, '--storage', 'mysql://root:secret@localhost/hpo'],
      says: 'Storage of the kind mysql: is not supported; use sqlite:///file.db, postgresql://host/database or memory:.',
    },
    'without a file': {
      args: [...run, '--storage', 'sqlite:///'],
      says: '"sqlite:///" does not name a file; use sqlite:///file.db, postgresql://host/database or memory:.',
    },
    'an empty name': {
      args: [...run, '--storage', ''],
      says: '"" does not name a file; use sqlite:///file.db, postgresql://host/database or memory:.',
    },
    'a text file': {
      args: [...run, '--storage', 'notes.db'],
      files: { 'notes.db': text },
      says: 'sqlite:///notes.db is not an SQLite database; name another file.',
    },
    'a text file, to be read': {
      args: ['trials', '--storage', 'notes.db'],
      files: { 'notes.db': text },
      says: 'sqlite:///notes.db is not an SQLite database; name another file.',
    },
    'in a folder that is not there': {
      args: [...run, '--storage', 'sqlite:///data/hpo.db'],
      says: 'sqlite:///data/hpo.db cannot be opened: there is no folder <folder>/data; make it first.',
    },
    'a database that cannot be used, before a worker looks for its device': {
      args: run,
      database: 'foreign',
      files: {
        'study.ts': `import { writeFileSync } from 'node:fs';\n${changed('seed: 3', "device: () => writeFileSync('found', '')")}`,
      },
      says: 'sqlite:///hpo.db is a database of something else (it has no table of studies); name another file.',
    },
    'a folder': {
      args: [...run, '--storage', 'data'],
      files: { 'data/notes.txt': '' },
      says: 'sqlite:///data cannot be opened: <folder>/data is not a file.',
    },
    'of something else': {
      args: run,
      database: 'foreign',
      says: 'sqlite:///hpo.db is a database of something else (it has no table of studies); name another file.',
    },
    'of something else, to be read': {
      args: ['best'],
      database: 'foreign',
      says: 'sqlite:///hpo.db is a database of something else (it has no table of studies); name another file.',
    },
  });
});

describe('nothing to show', () => {
  mistakes({
    'of several databases, the last of which is not there': {
      args: ['studies', '--storage', 'hpo.db', '--storage', 'other.db'],
      database: 'finished',
      says: 'There is no database at sqlite:///other.db; the first run of a study makes it.',
    },
    'best without a database': {
      args: ['best'],
      says: 'There is no database at sqlite:///hpo.db; the first run of a study makes it.',
    },
    'best of a study without a database': {
      args: ['best', 'parabola'],
      says: 'There is no database at sqlite:///hpo.db; the first run of a study makes it.',
    },
    'trials without a database': {
      args: ['trials', 'parabola'],
      says: 'There is no database at sqlite:///hpo.db; the first run of a study makes it.',
    },
    'studies without a database': {
      args: ['studies'],
      says: 'There is no database at sqlite:///hpo.db; the first run of a study makes it.',
    },
    'export without a database': {
      args: ['export', 'parabola'],
      says: 'There is no database at sqlite:///hpo.db; the first run of a study makes it.',
    },
    'retrain without a database': {
      args: ['retrain', 'study.ts'],
      says: 'There is no database at sqlite:///hpo.db; the first run of a study makes it.',
    },
    'best of an unknown study': {
      args: ['best', 'hyperbola'],
      database: 'finished',
      says: "There is no study 'hyperbola' in sqlite:///hpo.db. It holds 'parabola'.",
    },
    'trials of an unknown study': {
      args: ['trials', 'hyperbola'],
      database: 'finished',
      says: "There is no study 'hyperbola' in sqlite:///hpo.db. It holds 'parabola'.",
    },
    'export of an unknown study': {
      args: ['export', 'hyperbola'],
      database: 'finished',
      says: "There is no study 'hyperbola' in sqlite:///hpo.db. It holds 'parabola'.",
    },
    'export of an unknown study by its file': {
      args: ['export', 'study.ts'],
      files: { 'study.ts': changed("'parabola'", "'hyperbola'") },
      database: 'finished',
      says: "There is no study 'hyperbola' in sqlite:///hpo.db. It holds 'parabola'.",
    },
    'retrain of an unknown study': {
      args: ['retrain', 'study.ts'],
      files: { 'study.ts': changed("'parabola'", "'hyperbola'") },
      database: 'finished',
      says: "There is no study 'hyperbola' in sqlite:///hpo.db. It holds 'parabola'.",
    },
    'best without a complete trial': {
      args: ['best'],
      database: 'failed',
      says: "The study 'parabola' in sqlite:///hpo.db has no complete trial among its 1; `hpo trials` lists them.",
    },
    'export without a complete trial': {
      args: ['export'],
      database: 'failed',
      says: "The study 'parabola' in sqlite:///hpo.db has no complete trial among its 1; `hpo trials` lists them.",
    },
    'retrain without a complete trial': {
      args: ['retrain', 'study.ts'],
      database: 'failed',
      says: "The study 'parabola' in sqlite:///hpo.db has no complete trial among its 1; `hpo trials` lists them.",
    },
    'export of an unknown trial': {
      args: ['export', '--trial', '99'],
      database: 'finished',
      says: "The study 'parabola' in sqlite:///hpo.db has no trial 99; it has 2, counted from 0.",
    },
    'retrain of an unknown trial': {
      args: ['retrain', 'study.ts', '--trial', '99'],
      database: 'finished',
      says: "The study 'parabola' in sqlite:///hpo.db has no trial 99; it has 2, counted from 0.",
    },
    'export of a trial in words': {
      args: ['export', '--trial', 'best'],
      database: 'failed',
      says: '--trial is "best"; give a whole number from 0 on.',
    },
    'export into a folder that is not there': {
      args: ['export', '-o', 'config/best.json'],
      database: 'finished',
      says: '--output config/best.json cannot be written: there is no folder config; make it first.',
    },
    'retrain of a study that has none': {
      args: ['retrain', 'study.ts'],
      files: { 'study.ts': changed('retrain: {', 'retrain: undefined && {') },
      database: 'finished',
      says: 'study.ts has no `retrain`; add it to defineStudy({ … }).',
    },
    'of the importance of parameters': {
      args: ['importance'],
      database: 'failed',
      says: 'There is no complete trial with a finite value; importance takes at least two.',
    },
    'of a study that is not there, of its importance': {
      args: ['importance', 'hyperbola'],
      database: 'finished',
      says: "There is no study 'hyperbola' in sqlite:///hpo.db. It holds 'parabola'.",
    },
  });
});

describe('a bad configuration to retrain', () => {
  const retrain = ['retrain', 'study.ts', '--config', 'best.json'];
  mistakes({
    'is not there': {
      args: retrain,
      says: '--config best.json is not there; name a best.json, or a file with an object of parameters.',
    },
    'is a folder': {
      args: retrain,
      files: { 'best.json/a.txt': '' },
      says: '--config best.json is a folder; name a best.json, or a file with an object of parameters.',
    },
    'is not JSON': {
      args: retrain,
      files: { 'best.json': 'x: 1\n' },
      says: '--config best.json is not JSON; name a best.json, or a file with an object of parameters.',
    },
    'is a list': {
      args: retrain,
      files: { 'best.json': '[1, 2]' },
      says: '--config best.json holds no object of parameters; name a best.json, or a file with an object of parameters.',
    },
    'lacks a parameter': {
      args: retrain,
      files: { 'best.json': '{ "x": 1, "rate": 0.1 }' },
      says: '--config best.json has no `shape`.',
    },
    'has a parameter out of range': {
      args: retrain,
      files: { 'best.json': '{ "x": 7, "rate": 0.1, "shape": "a" }' },
      says: '--config best.json has 7 for `x`, which is no value of float(-5, 5).',
    },
    'has an unknown choice': {
      args: retrain,
      files: { 'best.json': '{ "x": 1, "rate": 0.1, "shape": "c" }' },
      says: '--config best.json has "c" for `shape`, which is no value of categorical(["a","b"]).',
    },
    'is given besides a trial': {
      args: [...retrain, '--trial', '1'],
      database: 'finished',
      says: '--trial and --config do not go together; leave one out.',
    },
    'with an unknown setting': {
      args: [...retrain, '--set', 'epoch=1'],
      files: { 'best.json': '{ "x": 1, "rate": 0.1, "shape": "a" }' },
      says: "--set epoch=1: there is no setting 'epoch'; the settings of the retraining are epochs, fast, optimizer.",
    },
    'with an unknown profile': {
      args: [...retrain, '--profile', 'slow'],
      files: { 'best.json': '{ "x": 1, "rate": 0.1, "shape": "a" }' },
      says: "The study 'parabola' has no profile 'slow'; it has quick.",
    },
  });
});

describe('a study that cannot be continued', () => {
  const other = (from: string, to: string): Files => ({ 'study.ts': changed(from, to) });
  mistakes({
    'with another seed': {
      args: [...run, '--seed', '4'],
      database: 'finished',
      says: "The study 'parabola' in sqlite:///hpo.db cannot be continued: its seed was 3 and is 4 now. Undo the change or give the study another name.",
    },
    'with another setting': {
      args: [...run, '--set', 'epochs=5'],
      database: 'finished',
      says: "The study 'parabola' in sqlite:///hpo.db cannot be continued: its setting `epochs` was 2 and is 5 now. Undo the change or give the study another name.",
    },
    'with another profile': {
      args: [...run, '--profile', 'quick'],
      database: 'finished',
      says: "The study 'parabola' in sqlite:///hpo.db cannot be continued: its setting `epochs` was 2 and is 1 now. Undo the change or give the study another name.",
    },
    'with a new setting': {
      args: run,
      files: other('epochs: 2', 'epochs: 2, images: 10'),
      database: 'finished',
      says: "The study 'parabola' in sqlite:///hpo.db cannot be continued: its setting `images` was not there and is 10 now. Undo the change or give the study another name.",
    },
    'without a setting': {
      args: run,
      files: other('fast: true, ', ''),
      database: 'finished',
      says: "The study 'parabola' in sqlite:///hpo.db cannot be continued: its setting `fast` was true and is not there now. Undo the change or give the study another name.",
    },
    'in another direction': {
      args: run,
      files: other('seed: 3', "direction: 'maximize'"),
      database: 'finished',
      says: "The study 'parabola' in sqlite:///hpo.db cannot be continued: its directions were minimize and are maximize now. Undo the change or give the study another name.",
    },
    'with another kind of parameter': {
      args: run,
      files: other('x: float(-5, 5)', 'x: categorical([1, 2])'),
      database: 'finished',
      says: "The study 'parabola' in sqlite:///hpo.db cannot be continued: of its parameter `x`, it was float and is categorical now. Undo the change or give the study another name.",
    },
    'with another scale': {
      args: run,
      files: other(', { log: true }', ''),
      database: 'finished',
      says: "The study 'parabola' in sqlite:///hpo.db cannot be continued: of its parameter `rate`, it was logarithmic and is linear now. Undo the change or give the study another name.",
    },
    'with another choice': {
      args: run,
      files: other("['a', 'b']", "['a', 'b', 'c']"),
      database: 'finished',
      says: 'The study \'parabola\' in sqlite:///hpo.db cannot be continued: of its parameter `shape`, its choices were ["a","b"] and are ["a","b","c"] now. Undo the change or give the study another name.',
    },
  });
});
