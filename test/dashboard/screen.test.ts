import { join } from 'node:path';
import { createStudy, random, space } from 'hpo';
import { describe, expect, it } from 'vitest';
import { expectSane, terminalInFolder } from '../support/dashboard-terminal.ts';
import { until } from '../support/hpo-process.ts';
import { hasTmux, type Terminal } from '../support/terminal.ts';

const HOSTILE = '名前🎉👨‍👩‍👧é\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eabc\r\nx';

/** A study of trials with names and attributes that are hard to draw, watched in a terminal. */
async function watched(trials: number, options = ''): Promise<Terminal> {
  const { cwd, terminal } = terminalInFolder();
  const study = await createStudy({
    name: `study ${HOSTILE}`,
    space: space({}),
    storage: join(cwd, 'hpo.db'),
    sampler: random(),
  });
  await study.optimize(
    async ({ trial }) => {
      await trial.suggestCategorical(HOSTILE, [HOSTILE, 'b']);
      const x = await trial.suggestFloat('x', 0, 1);
      await trial.setUserAttr(HOSTILE, HOSTILE);
      await trial.setUserAttr('halves', '\ud83c');
      await trial.report(x, 1);
      if (trial.number === 1) throw new Error(HOSTILE);
      return x;
    },
    { trials },
  );
  await study.close();
  terminal.press(`clear; ${options} hpo dashboard`, 'Enter');
  await terminal.until(/watching; runs elsewhere/);
  return terminal;
}

/** The terminal's codes that place the cursor and set styles. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
const OWN_CODES = /\u001b\[(\?(1049|25|7|2004|2026)[hl]|\d+;1H|H\u001b\[J|K|(0|[\d;]*)m)/g;

describe.skipIf(!hasTmux())('the screen of the dashboard in a terminal (tmux)', () => {
  it('gets only text from names and attributes, and is never cleared', async () => {
    const terminal = await watched(12);
    const written = terminal.record();
    for (const tab of ['5', '4', '3', '2', '1']) {
      terminal.press(tab);
      await until(() => new RegExp(`\u001b\\[7m ${tab} `).test(written()), `tab ${tab} is open`);
    }
    terminal.press('2', 'G', 'k', 'Enter'); // the trial that failed
    await terminal.until(/^trial 1 .*\n\n.*Error: 名前/m);
    expect(
      written()
        .replace(OWN_CODES, '')
        .match(/[\p{Cc}\p{Bidi_Control}]+/gu),
    ).toBeNull();
    expect(written()).not.toContain('\ufffd');
    for (const row of terminal.screen().split('\n').slice(0, 3)) expect(row).toMatch(/^(hpo study 名前|● 11|watching)/);
  });

  it('is whole at every size', async () => {
    const terminal = await watched(40);
    for (const [columns, rows] of [
      [40, 10],
      [250, 70],
      [80, 24],
      [60, 40],
      [120, 12],
    ] as const) {
      terminal.resize(columns, rows);
      for (const tab of ['1', '2', '3', '4', '5']) {
        terminal.press(tab);
        const isWhole = () => {
          const lines = terminal.screen().split('\n');
          const [head = '', last = ''] = [lines[0], lines.at(-1)];
          return lines.length === rows && head.startsWith('hpo study') && last.endsWith('q close');
        };
        await until(isWhole, `tab ${tab} in ${columns} columns and ${rows} rows:\n${terminal.screen()}`);
      }
    }
    terminal.press('q');
    await expectSane(terminal);
  });

  it('moves by the number of trials that it shows', async () => {
    const terminal = await watched(60);
    terminal.press('2');
    await terminal.until(/^› +59 /m);
    terminal.press('NPage');
    const isPageOn = () => {
      const screen = terminal.screen(); // perhaps half drawn
      const shown = screen.split('\n').filter((row) => /^[› ] +\d+ +[●✗]/.test(row)).length;
      return shown > 10 && Number(/^› +(\d+) /m.exec(screen)?.[1]) === 59 - shown;
    };
    await until(isPageOn, 'the selection has moved by as many trials as there are on the screen');
    terminal.press('PPage', 'Down');
    await terminal.until(/^› +58 /m);
  });

  it('scrolls past parameters with long names, whose values it always shows', async () => {
    const { cwd, terminal } = terminalInFolder();
    const names = [0, 1, 2, 3].map((block) => `encoder_block_${block}/attention/a_long_parameter_name`);
    const study = await createStudy({ name: 'wide', space: space({}), storage: join(cwd, 'hpo.db') });
    await study.optimize(
      async ({ trial }) => {
        for (const [at, name] of names.entries()) await trial.suggestInt(name, 70 + at, 70 + at);
        return 0.5;
      },
      { trials: 2 },
    );
    await study.close();
    terminal.resize(40, 20);
    terminal.press('clear; hpo dashboard', 'Enter');
    await terminal.until(/^hpo wide .*/m);
    terminal.press('2');
    await terminal.until(/parameters 1 of 4 →\n.*…block_0\/attention\/…\n› 1 +● +0\.5 +70$/m);
    terminal.press('Right', 'l', 'l');
    await terminal.until(/← parameters 4 of 4\n.*…block_3\/attention\/…\n› 1 +● +0\.5 +73$/m);
    terminal.press('Left');
    await terminal.until(/← parameters 3 of 4 →/);
    terminal.press('3');
    for (const at of names.keys()) await terminal.until(new RegExp(`^…\\S*block_${at}/\\S+ +7${at} `, 'm'));
    terminal.press('q');
    await expectSane(terminal);
  });

  it('has no colours where none are wanted, and marks the selection still', async () => {
    const terminal = await watched(12, 'NO_COLOR=1');
    const written = terminal.record();
    terminal.press('2');
    await terminal.until(/^› +11 /m);
    await until(() => written().includes('● complete'), 'the trials are written');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
    const styles = new Set(written().match(/\u001b\[[\d;]*m/g));
    expect([...styles].sort()).toEqual(['1', '22', '27', '2', '7'].map((code) => `\u001b[${code}m`));
  });
});
