import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHpo, runNode, temporaryProject } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const STUDY = `import { command, defineStudy, float, space } from 'hpo';
import { appendFileSync } from 'node:fs';

const program = command({ run: 'node program.cjs' });

export default defineStudy({
  name: 'parabola',
  space: space({ x: float(0, 1) }),
  seed: 3,
  async objective(context) {
    appendFileSync('environment.txt', JSON.stringify(process.env));
    return program(context);
  },
});
`;

const SECRET = 'hu5h';
const PROGRAM = `console.log(process.env.HPO_STORAGE); console.log(JSON.stringify({ value: 1 }))`;

const URL = `postgresql://ada:${SECRET}@db.example/studies`;
const hpo = new WarmHpo();

describe('a password in a command line', () => {
  it.each([
    ['studies', '--storage', URL],
    ['run', 'study.ts', `--storage=${URL}`],
    ['copy', 'a', 'b', '--to', URL.replace(`:${SECRET}`, '').concat(`?password=${SECRET}`)],
    ['doctor', '--storage', URL.replace('postgresql', 'postgres+psycopg').replace('@', '/@')],
    ['best', '--storage', 'hpo.db', '--storage', URL],
  ])('is refused: %s %s %s …', async (...args) => {
    const cwd = temporaryProject();
    const { code, stdout, stderr } = await hpo.run(args, { cwd });
    const where = args.find((arg) => arg.startsWith('--storage=')) ? '--storage' : 'The command line';
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `hpo: ${where} holds a password, which \`ps\` shows to every user of this machine; leave it out of the URL and give it by PGPASSWORD or ~/.pgpass, or give the whole URL by HPO_STORAGE in the environment.\n`,
    });
    expect(readdirSync(cwd).sort()).toEqual(['node_modules', 'package.json']);
  });
});

describe('HPO_STORAGE', () => {
  it('names the storage of commands and programs that name none', async () => {
    const cwd = temporaryProject({
      'study.ts': STUDY,
      'program.js': `import { createStudy, copyStudy, loadStudy, renameStudy } from 'hpo';
        const study = await createStudy({ name: 'direct', direction: 'minimize' });
        await study.close();
        await copyStudy({ name: 'direct', newName: 'copy' });
        await renameStudy({ name: 'copy', newName: 'renamed' });
        await (await loadStudy({ name: 'renamed' })).close();`,
    });
    const env = { HPO_STORAGE: 'sqlite:///other.db' };
    expect(await runNode(['program.js'], { cwd, env })).toEqual({ code: 0, stdout: '', stderr: '' });
    const { stdout } = await hpo.run(['studies', '--format', 'csv'], { cwd, env });
    expect(stdout).toMatch(/^direct,/m);
    expect(stdout).toMatch(/^renamed,/m);
    expect(readdirSync(cwd)).not.toContain('hpo.db');
    const missing = await hpo.run(['studies', '--storage', 'sqlite:///hpo.db'], { cwd, env });
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('no database at sqlite:///hpo.db')]);
    const unset = await hpo.run(['studies'], { cwd, env: { HPO_STORAGE: '' } });
    expect(unset.stderr).toContain('no database at sqlite:///hpo.db');
  });

  it('may hold a password, which no help shows', async () => {
    const cwd = temporaryProject();
    for (const args of [
      ['best', '--help'],
      ['run', '--help'],
      ['best', '--no-such-option'],
    ]) {
      const { stdout, stderr } = await hpo.run(args, { cwd, env: { HPO_STORAGE: URL } });
      expect(stdout + stderr).not.toContain(SECRET);
      if (args[1] === '--help') expect(stdout).toContain('HPO_STORAGE, else sqlite:///hpo.db');
    }
  });

  it('is without its password in the environment of trials and of their programs', async () => {
    const cwd = temporaryProject({ 'study.ts': STUDY, 'program.cjs': PROGRAM });
    const env = { HPO_STORAGE: URL, OTHER: 'stays' };
    const args = ['run', 'study.ts', '--trials', '1', '--workers', '1', '--storage', 'hpo.db', '--json'];
    const { code, stdout, stderr } = await runHpo(args, { cwd, env });
    expect({ code, stderr, stdout }).toMatchObject({ code: 0, stderr: '' });
    const environment = JSON.parse(readFileSync(join(cwd, 'environment.txt'), 'utf8'));
    expect(environment).toMatchObject({ HPO_STORAGE: 'postgresql://ada@db.example/studies', OTHER: 'stays' });
    expect(stdout).toContain('postgresql://ada@db.example/studies');
    expect(stdout + JSON.stringify(environment)).not.toContain(SECRET);
  });
});
