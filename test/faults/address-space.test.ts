import { describe, expect, it } from 'vitest';
import { PROGRAM, runProgram } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';

const isLimitable = process.platform === 'linux';

/** Runs hpo with this address space in kB. */
function limited(kB: number, command: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const script = `ulimit -v ${kB}; exec "$0" "$@"`;
  const args = [process.execPath, PROGRAM, ...command];
  return runProgram('sh', ['-c', script, ...args], { cwd: tempFolder(), env });
}

describe.runIf(isLimitable)('a small address space', () => {
  it.each([2_000_000, 8_000_000, 16_000_000])('of %i kB is refused in one line', async (kB) => {
    const { code, stdout, stderr } = await limited(kB, ['run', 'study.ts']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^hpo: The address space is limited to [\d.]+ GB \(ulimit -v\), and Node needs some 24 GB here, of which it uses little; raise the limit \(ulimit -v unlimited\).*\.\n$/,
    );
  });

  it('is enough where Node checks bounds in another way', async () => {
    const flag = '--disable-wasm-trap-handler';
    const { code, stderr } = await limited(16_000_000, ['run', 'study.ts'], { NODE_OPTIONS: flag });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hpo: There is no study file study\.ts/);
    const small = await limited(4_000_000, ['run', 'study.ts'], { NODE_OPTIONS: flag });
    expect(small.code).toBe(1);
    expect(small.stderr).toMatch(/^hpo: The address space is limited to 4\.1 GB .* 10 GB here, .* unlimited\)\.\n$/);
  });

  it('is enough for a command that loads no study', async () => {
    const { code, stderr } = await limited(2_000_000, ['studies']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hpo: There is no database at /);
  });
});
