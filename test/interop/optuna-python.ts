// Optuna itself, as the judge of our stored data. Tests that need it are skipped where there is none, and say why.

import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from 'vitest';
import { type JsonValue, parsePythonJson } from '../../src/base/json.ts';

/** The version whose behaviour is the standard for ours. */
export const OPTUNA_VERSION = '5.0.0';

const SCRIPTS = join(import.meta.dirname, 'python');
const HINT = `python -m venv .venv && .venv/bin/pip install optuna==${OPTUNA_VERSION}`;

/**
 * The time in milliseconds that a test or a hook may take; Python takes seconds to import Optuna, and many on a busy
 * machine.
 */
export const PATIENCE_MS = 300_000;

const { python, missing } = find();

/** The Python that has Optuna; empty where there is none. */
export const PYTHON = python;

/** A Python that has Optuna: HPO_OPTUNA_PYTHON, or the one in `.venv` of this repository. */
function find(): { python: string; missing?: string } {
  const local = join(import.meta.dirname, '../../.venv/bin/python');
  const found = process.env.HPO_OPTUNA_PYTHON ?? (existsSync(local) ? local : undefined);
  if (found === undefined) return { python: '', missing: `no Python with Optuna; try: ${HINT}` };
  const { stdout } = spawnSync(found, ['-c', 'import optuna; print(optuna.__version__)'], { encoding: 'utf8' });
  const version = stdout?.trim();
  if (version === OPTUNA_VERSION) return { python: found };
  return { python: '', missing: `${found} has ${version ? `Optuna ${version}` : 'no Optuna'}; try: ${HINT}` };
}

/** Like `describe`, for tests that need Optuna; where it is missing they are skipped, and their name says why. */
export function describeWithOptuna(name: string, tests: () => void): void {
  const title = missing === undefined ? name : `${name} (skipped: ${missing})`;
  describe.skipIf(missing !== undefined)(title, { timeout: PATIENCE_MS }, tests);
}

/**
 * Runs a script of `test/interop/python` and returns its output, parsed as JSON; null where it prints nothing.
 * @throws Error with Python's message, where the script fails.
 */
export async function runPython(script: string, ...args: readonly string[]): Promise<JsonValue> {
  const stdout = await run([join(SCRIPTS, script), ...args]);
  return stdout.trim() === '' ? null : parsePythonJson(stdout);
}

/** Runs Optuna's command line and returns its output: `runOptuna('studies', '--storage', url)`. */
export async function runOptuna(...args: readonly string[]): Promise<string> {
  return run(['-c', 'import sys; from optuna.cli import main; sys.exit(main())', ...args]);
}

async function run(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(python, args, { maxBuffer: 2 ** 28 });
  return stdout;
}
