import { copyFileSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { HpoError } from '../../../src/base/errors.ts';
import type { Rng } from '../../../src/base/rng.ts';
import { Fuzz, oneOf, spoiltText } from '../../support/fuzz.ts';
import { makeGoodDatabase } from '../../support/hostile-databases.ts';
import { problemWith } from '../../support/read-hostile.ts';
import { scaled } from '../../support/sweep-size.ts';
import { memoryFolder } from '../../support/temp-folder.ts';
import { WarmHpo } from '../../support/warm-hpo.ts';
import { conclude } from './conclude.ts';

const HOUR = 3_600_000;
const warm = new WarmHpo();

/** Commands that end soon, whatever they are given: none that trains, downloads, installs or waits for keys. */
const LINES: readonly string[] = [
  'best good --format json',
  'trials good --state complete --sort value --desc --limit 5 --columns trial,value,params --reports',
  'trials front --sort values.1 --format csv',
  'studies --format yaml --storage hpo.db',
  'export good --format ts --trial 2',
  'importance good --evaluator fanova --format json',
  'plot history good -o history.svg',
  'plot contour good -o picture.png --metric accuracy',
  'report good -o report.html',
  'copy good other --to archive.db',
  'rename good better',
  'delete front --yes --trial 1',
  'enqueue good --set x=1 --set c=a --skip-if-exists',
  'enqueue good --params {"x":1,"lr":0.01}',
  'ask good --space {"x":{"name":"FloatDistribution","attributes":{"low":0,"high":1}}} --format json',
  'tell good --trial 14 --value 1 --values 1,2 --state complete',
  'completion bash',
  '--complete bash tri als',
  'backup copy.db --storage hpo.db',
  'repair --storage hpo.db --yes',
  'replay missing.ts --format json',
  'run missing.ts --trials 3 --timeout 5 --workers 2 --seed 1 --retries 1 --set a=1 --no-retrain --no-dashboard --json',
  'retrain missing.ts --trial 2 --config best.json --gpus 1 --no-dashboard',
  'init study.ts --force',
  '--version',
  'help trials',
];

const WORDS = [
  '',
  ' ',
  '-',
  '--',
  '--trial',
  '--trials=-1',
  '--limit=1e999',
  '--storage',
  '--storage=memory:',
  '--storage=sqlite:///',
  '--storage=nothing.db',
  '--format=xml',
  '--format=json',
  '--__proto__=1',
  '--constructor.prototype.x=1',
  '--no-retrain=maybe',
  '--help',
  '-o',
  '--set',
  '--set==',
  '--set=__proto__=1',
  'good',
  'front',
  '../..',
  'x'.repeat(600),
  '\u001b[2J',
  '\ud800',
  'NaN',
  '9007199254740993',
  '{"__proto__":1}',
  '[1',
];

/** Changes the words of a command line. */
function spoil(line: string, rng: Rng): readonly string[] {
  const words = line.split(' ');
  for (let changes = 1 + rng.integer(3); changes > 0; changes--) {
    const at = rng.integer(words.length + 1);
    switch (rng.integer(5)) {
      case 0:
        words.splice(at, 1);
        break;
      case 1:
        words.splice(at, 0, oneOf(rng, WORDS));
        break;
      case 2:
        words[Math.min(at, words.length - 1)] = oneOf(rng, WORDS);
        break;
      case 3:
        words.splice(at, 0, ...words.slice(at, at + 2));
        break;
      default:
        words[Math.min(at, words.length - 1)] = spoiltText(words[Math.min(at, words.length - 1)] ?? '', rng);
    }
  }
  return words.filter((word) => word !== undefined && !word.includes('\0'));
}

/** The first words that would run what this sweep is not about. */
const LEFT_OUT = /^(data|setup|doctor|dashboard)$/;

it('fuzzing arguments', { timeout: HOUR }, async () => {
  const good = join(memoryFolder(), 'good.db');
  await makeGoodDatabase(good);
  const folder = memoryFolder();
  const fuzz = new Fuzz('arguments of the command line');
  await fuzz.run(scaled(2_500, 60), async (rng) => {
    const args = spoil(oneOf(rng, LINES), rng);
    if (LEFT_OUT.test(args[0] ?? '')) return undefined;
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    copyFileSync(good, join(folder, 'hpo.db'));
    writeFileSync(join(folder, 'best.json'), '{"params": {"x": 1}}');
    const end = await warm.run(args, { cwd: folder });
    const said = JSON.stringify(args);
    const problem = problemWith(end);
    if (problem !== undefined && problem !== 'nothing') return `hpo ${said}: ${problem}`;
    const strays = readdirSync(join(folder, '..')).filter((name) => /^(other|study\.ts|archive\.db)/.test(name));
    if (strays.length > 0 || existsSync('/__proto__')) return `hpo ${said} wrote ${strays}`;
    if (end.code !== 0) throw new HpoError('HPO_INVALID_ARGUMENT', end.stderr.replace(/^hpo: /, ''));
    return undefined;
  });
  conclude(fuzz);
});
