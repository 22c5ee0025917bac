import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The Python that runs the other side of a benchmark: the one that the environment variable names, or else the one in
 * `.venv` of this repository. Undefined where it lacks one of the packages, after a message with the command that would
 * install them.
 */
export function peerPython(
  variable: 'HPO_TORCH_PYTHON' | 'HPO_OPTUNA_PYTHON' | 'HPO_SKLEARN_PYTHON',
  ...packages: readonly string[]
): string | undefined {
  const python = process.env[variable] ?? join(import.meta.dirname, '../../.venv/bin/python');
  if (existsSync(python) && spawnSync(python, ['-c', `import ${packages}`]).status === 0) return python;
  console.log(`without the peer: ${python} has no ${packages.join(' and ')}; try: pip install ${packages.join(' ')}`);
  return undefined;
}
