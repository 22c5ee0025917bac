import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { categorical } from '../../src/space/categorical-distribution.ts';
import { float } from '../../src/space/float-distribution.ts';
import { openStorage } from '../../src/storage/index.ts';
import { temporaryFolder, writeFiles } from '../support/run-hpo.ts';
import { hasTmux, Terminal } from '../support/terminal.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// Names, values and messages in a database, and words of the command line, that would take a terminal over.

const TITLE = '\u001b]0;pwned\u0007';
const STUDY = `evil${TITLE}\u202e\nstudy\u009b2J`;
const PARAM = `lr${TITLE}\u2066`;
const CHOICE = `relu\u001b[2J\u202e${TITLE}`;
const ATTR = `note\u200b${TITLE}`;
const MESSAGE = `it broke${TITLE}\nat all`;

/**
 * Control characters except line breaks and tabs, and characters that are invisible or turn the direction of writing.
 */
const HARMFUL = /[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\p{Bidi_Control}\u200b]/u;

async function folderWithStudy(): Promise<string> {
  const cwd = temporaryFolder();
  const storage = await openStorage(join(cwd, 'hpo.db'), { create: true });
  const study = await storage.createStudy({ name: STUDY, directions: ['minimize'] });
  const distribution = categorical([CHOICE, 'tanh']);
  for (const state of ['COMPLETE', 'FAIL'] as const) {
    await storage.createTrial(study, {
      state,
      params: [
        { name: PARAM, value: CHOICE, distribution },
        { name: 'x', value: 0.5, distribution: float(0, 1) },
      ],
      ...(state === 'COMPLETE' && { values: [0.25] }),
      userAttrs: { [ATTR]: CHOICE },
      ...(state === 'FAIL' && {
        systemAttrs: {
          'hpo:error': { name: `Odd${TITLE}`, message: MESSAGE, stderr: `\u001b[31mred\u001b[0m${TITLE}` },
        },
      }),
    });
  }
  await storage.close();
  return cwd;
}

describe('text from a database, in a pipe', () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = await folderWithStudy();
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  const program = new WarmHpo();

  it.each([
    ['trials', '--columns', 'trial,state,params,user,error,stderr'],
    ['best'],
    ['studies'],
    ['importance', '--format', 'json'],
    ['best', `no${TITLE}\u202e`],
    ['export', 'nothing', '--storage', `gone${TITLE}.db`],
    ['delete', STUDY],
    ['tell', STUDY, '--trial', '0', '--value', '1'],
    ['trials', '--sort', `x${TITLE}`],
    ['trials', '--columns', 'nothing'],
    ['plot', 'contour', '--params', `nothing${TITLE}`],
    ['ask', STUDY, '--space', `{"${TITLE}": 1}`],
    [`run${TITLE}`],
    ['run', `--trials${TITLE}`, '3'],
    ['run', 'a.ts', '--trials', `3${TITLE}`],
    ['run', `study${TITLE}.ts`],
    ['best', '--format', `json${TITLE}`],
    ['init', `study${TITLE}`],
  ])('is shown to people without hidden characters, %#', async (...args) => {
    const { stdout, stderr } = await program.run(args, { cwd });
    expect(stdout + stderr).not.toMatch(HARMFUL);
    expect((stdout + stderr).length).toBeGreaterThan(10);
    if (stderr !== '') expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('is unchanged data for programs', async () => {
    const [value, csv, json, yaml] = await Promise.all(
      ['value', 'csv', 'json', 'yaml'].map((format) =>
        program.run(['trials', '--columns', 'params', '--state', 'complete', '--format', format], { cwd }),
      ),
    );
    expect(value?.stdout).toBe(`${CHOICE}\t0.5\n`);
    expect(csv?.stdout).toBe(`params.${PARAM},params.x\n${CHOICE},0.5\n`);
    expect(JSON.parse(json?.stdout ?? '')).toEqual([{ params: { [PARAM]: CHOICE, x: 0.5 } }]);
    expect(parseYaml(yaml?.stdout ?? '')).toEqual([{ params: { [PARAM]: CHOICE, x: 0.5 } }]);
    expect(yaml?.stdout).not.toMatch(HARMFUL);
  });

  it('is not offered by completion', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      expect(await program.run(['--complete', shell, 'best', ''], { cwd })).toMatchObject({ stdout: '', stderr: '' });
    }
  });
});

describe.skipIf(!hasTmux())('text from a database, in a terminal (tmux)', () => {
  it('never reaches it as it is, whatever the format', async () => {
    const cwd = await folderWithStudy();
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const formats = ['value', 'csv', 'json'].map((format) => `hpo trials --format ${format}`);
    const exported = ['yaml', 'ts', 'env'].map((format) => `hpo export --format ${format}`);
    writeFiles(cwd, { 'commands.sh': [...formats, ...exported, `hpo delete '${STUDY}'`].join('\n') });
    const terminal = new Terminal(cwd, 200, 100);
    onTestFinished(() => terminal.close());
    const written = terminal.record();
    terminal.press('. ./commands.sh; echo EN""D', 'Enter');
    await terminal.until(/\[y\/N\]/);
    terminal.press('n', 'Enter');
    await terminal.until(/^END$/m);
    expect(written()).not.toContain(TITLE);
    expect(written()).not.toMatch(/[\u009b\u202e\u2066\u200b]/);
    expect(written().match(/pwned/g)?.length).toBeGreaterThan(10);
  });
});
