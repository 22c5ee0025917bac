import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { device } from './backend/device.ts';
import { readEnvironment } from './environment.ts';

const none = {
  backend: undefined,
  found: undefined,
  gpu: undefined,
  threads: undefined,
  simd: 'auto',
  cache: undefined,
  cifar10: undefined,
};

afterEach(() => void vi.unstubAllEnvs());

describe('the environment', () => {
  test('is undefined where its variables are unset or empty', () => {
    for (const value of [undefined, '']) {
      for (const name of ['BACKEND', 'BACKEND_FOUND', 'GPU', 'THREADS', 'SIMD', 'CACHE', 'CIFAR10'])
        vi.stubEnv(`HPO_${name}`, value);
      expect(readEnvironment()).toEqual(none);
    }
  });

  test('is read anew each time', () => {
    vi.stubEnv('HPO_BACKEND', 'wasm');
    vi.stubEnv('HPO_BACKEND_FOUND', 'cpu');
    vi.stubEnv('HPO_GPU', '0');
    vi.stubEnv('HPO_THREADS', '12');
    vi.stubEnv('HPO_SIMD', 'plain');
    vi.stubEnv('HPO_CACHE', '/cache');
    vi.stubEnv('HPO_CIFAR10', 'data');
    expect(readEnvironment()).toEqual({
      backend: 'wasm',
      found: 'cpu',
      gpu: 0,
      threads: 12,
      simd: 'plain',
      cache: '/cache',
      cifar10: 'data',
    });
    vi.stubEnv('HPO_GPU', '3');
    expect(readEnvironment().gpu).toBe(3);
  });

  test.each([
    ['HPO_BACKEND', 'foo', 'HPO_BACKEND', "HPO_BACKEND takes one of auto, tensorflow, webgpu, wasm, cpu, not 'foo'."],
    ['HPO_GPU', '-1', 'HPO_INVALID_ARGUMENT', "HPO_GPU takes a whole number from 0 on, not '-1'."],
    ['HPO_GPU', 'cuda:0', 'HPO_INVALID_ARGUMENT', "HPO_GPU takes a whole number from 0 on, not 'cuda:0'."],
    ['HPO_GPU', '0,1', 'HPO_INVALID_ARGUMENT', "HPO_GPU takes a whole number from 0 on, not '0,1'."],
    ['HPO_THREADS', 'abc', 'HPO_INVALID_ARGUMENT', "HPO_THREADS takes a whole number from 1 on, not 'abc'."],
    ['HPO_THREADS', '0', 'HPO_INVALID_ARGUMENT', "HPO_THREADS takes a whole number from 1 on, not '0'."],
    ['HPO_THREADS', '1.5', 'HPO_INVALID_ARGUMENT', "HPO_THREADS takes a whole number from 1 on, not '1.5'."],
    ['HPO_THREADS', '9'.repeat(20), 'HPO_INVALID_ARGUMENT', /from 1 on/],
    ['HPO_SIMD', 'avx', 'HPO_INVALID_ARGUMENT', "HPO_SIMD takes auto or plain, not 'avx'."],
  ])('%s=%s is refused in a line that names it, whichever variable is read', async (variable, value, code, message) => {
    vi.stubEnv(variable, value);
    expect(readEnvironment).toThrow(message);
    expect(readEnvironment).toThrow(expect.objectContaining({ code, data: { variable, value } }));
    await expect(device({ backend: 'cpu' })).rejects.toThrow(message);
  });

  test('is read by no other file of src/training', () => {
    const folder = import.meta.dirname;
    const readers = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'environment.ts')
      .filter((name) => {
        const code = readFileSync(join(folder, name), 'utf8');
        return /process\.env\s*(\.\s*HPO_|\[)/.test(code) || /\{[^{}]*\bHPO_[^{}]*\}\s*=\s*process\.env\b/.test(code);
      });
    expect(readers).toEqual([]);
  });

  test('is in the documentation', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/environment.md'), 'utf8');
    const variables = readFileSync(join(import.meta.dirname, 'environment.ts'), 'utf8').matchAll(
      /^ {2}\/\*\* `(HPO_\w+)`/gm,
    );
    const listed = [...page.matchAll(/^\| `(HPO_\w+)` \|/gm)].map(([, name]) => name);
    expect(listed).toEqual(expect.arrayContaining([...variables].map(([, name]) => name)));
  });
});
