import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, float, space } from 'hpo';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const program = new WarmHpo();

it('hpo copy and hpo rename report their work, the files that stay, and the reason of a refusal', async () => {
  const cwd = temporaryFolder({ 'runs/a/best.json': '{}' });
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const study = await createStudy({ name: 'a', storage: join(cwd, 'hpo.db'), space: space({ x: float(0, 1) }) });
  await study.optimize(({ params }) => params.x, { trials: 2 });
  const hpo = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await program.run(args, { cwd });
    return [code, stdout + stderr];
  };
  expect(await hpo('copy', 'a', 'b')).toEqual([
    0,
    "Copied the study 'a' with its 2 trials to 'b' in sqlite:///hpo.db.\n",
  ]);
  expect(await hpo('copy', 'a', '--to', 'archive.db')).toEqual([
    0,
    "Copied the study 'a' with its 2 trials to 'a' in sqlite:///archive.db.\n",
  ]);
  expect(await hpo('copy', 'a')).toEqual([
    2,
    "hpo: There is a study 'a' in sqlite:///hpo.db already; give the copy another name.\n",
  ]);
  const running = await study.ask();
  expect(await hpo('rename', 'a', 'c')).toEqual([
    2,
    expect.stringMatching(
      /^hpo: The study 'a' is being run by process \d+ on .+; stop that first, or give --force to rename it all the same\.\n$/,
    ),
  ]);
  await study.tell(running, 'FAIL');
  await study.close();
  expect(await hpo('rename', 'a', 'b')).toEqual([
    2,
    "hpo: There is a study 'b' in sqlite:///hpo.db already; give another name.\n",
  ]);
  expect(await hpo('rename', 'a', 'c')).toEqual([
    0,
    "Renamed the study 'a' to 'c' in sqlite:///hpo.db; name it so in its file, too. What its runs wrote stays in runs/a/.\n",
  ]);
  expect(await hpo('rename', 'c')).toEqual([
    2,
    'hpo: hpo rename lacks an argument; write: hpo rename <study> <new>, and see `hpo rename --help`.\n',
  ]);
  expect((await hpo('studies', '--format', 'value'))[1]).toMatch(/^c\t.*\nb\t.*\n$/);
});
