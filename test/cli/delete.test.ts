import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, float, space } from 'hpo';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder, writeFiles } from '../support/run-hpo.ts';
import { hasTmux, Terminal } from '../support/terminal.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const hpo = new WarmHpo();

/** A folder with the studies `a` (of two trials) and `b` in its database, and with results of `a`. */
async function folderWithStudies(): Promise<string> {
  const folder = temporaryFolder({ 'runs/a/best.json': '{}' });
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['a', 'b']) {
    const study = await createStudy({ name, storage: join(folder, 'hpo.db'), space: space({ x: float(0, 1) }) });
    if (name === 'a') await study.optimize(({ params }) => params.x, { trials: 2 });
    await study.close();
  }
  return folder;
}

async function studiesIn(cwd: string): Promise<string> {
  const { stdout } = await hpo.run(['studies', '--format', 'value'], { cwd });
  return stdout
    .split('\n')
    .map((line) => line.split('\t')[0])
    .join('');
}

describe('hpo delete', () => {
  it('does nothing without --yes where there is no terminal, and deletes one study with it', async () => {
    const cwd = await folderWithStudies();
    expect(await hpo.run(['delete', 'a'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "hpo: There is no terminal on which to ask whether to delete the study 'a' with its 2 trials from sqlite:///hpo.db; give --yes.\n",
    });
    expect(await hpo.run(['delete', 'a', '--yes'], { cwd })).toEqual({
      code: 0,
      stdout: "Deleted the study 'a' with its 2 trials from sqlite:///hpo.db. What its runs wrote stays in runs/a/.\n",
      stderr: '',
    });
    expect(await studiesIn(cwd)).toBe('b');
    expect(existsSync(join(cwd, 'runs/a/best.json'))).toBe(true);
  });
});

/** Types a command and the answers to its questions; returns the text of the terminal then. */
async function inTerminal(cwd: string, command: string, talk: readonly (readonly [RegExp, string])[]): Promise<string> {
  writeFiles(cwd, { 'commands.sh': `${command}\n` });
  const terminal = new Terminal(cwd);
  try {
    terminal.press('clear; . ./commands.sh; echo END', 'Enter');
    for (const [question, answer] of talk) {
      await terminal.until(question);
      terminal.press(...answer.split(' '));
    }
    const shown = await terminal.until(/^END$/m);
    return shown.replace(/\nEND$/, '');
  } finally {
    terminal.close();
  }
}

describe.skipIf(!hasTmux())('in a terminal (tmux)', () => {
  it('hpo delete asks, and takes only a yes for one', async () => {
    const cwd = await folderWithStudies();
    const question = "Delete the study 'a' with its 2 trials from sqlite:///hpo.db? [y/N]";
    const asked = /\[y\/N\] ?$/;
    const shown = await inTerminal(cwd, 'hpo delete a; hpo delete a', [
      [asked, 'Enter'],
      [/Nothing was deleted\.\n.*\[y\/N\] ?$/, 'y Enter'],
    ]);
    expect(shown.split('\n').map((line) => line.trimEnd())).toEqual([
      question,
      'Nothing was deleted.',
      `${question} y`,
      "Deleted the study 'a' with its 2 trials from sqlite:///hpo.db. What its runs wro",
      'te stays in runs/a/.',
    ]);
    expect(await studiesIn(cwd)).toBe('b');
  });

  it('hpo trials keeps to the width, and names the columns that it leaves out', async () => {
    const cwd = temporaryFolder();
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const names = ['learningRate', 'weightDecay', 'dropout', 'momentum', 'smoothing'];
    const study = await createStudy({
      name: 'wide',
      storage: join(cwd, 'hpo.db'),
      space: space(Object.fromEntries(names.map((name) => [name, float(1, 1)]))),
    });
    await study.optimize(() => 0.5, { trials: 1 });
    await study.close();
    const shown = await inTerminal(cwd, 'hpo trials', []);
    expect(shown.replace(/\d+ ms +/, '0 ms      ')).toMatchInlineSnapshot(`
      "trial  state     value  duration  learningRate  weightDecay  dropout  momentum
      0      COMPLETE  0.5    0 ms      1             1            1        1

      Too wide for this terminal: params.smoothing left out; --columns picks columns,
      --format csv has all."
    `);
  });
});
