import { expect, it } from 'vitest';
import { complaintOf } from './installer-complaint.ts';
import { ProgramFailed } from './program.ts';

it.each([
  [
    'npm',
    {
      stderr:
        'npm error code E404\nnpm error 404 Not Found - GET http://localhost/webgpu - Not found\nnpm error 404\nnpm error 404  The requested resource could not be found.\nnpm error A complete log of this run can be found in: /a/x.log\n',
    },
    '404 Not Found - GET http://localhost/webgpu - Not found',
  ],
  [
    'npm, of a conflict',
    {
      stderr:
        'npm error code ERESOLVE\nnpm error ERESOLVE could not resolve\nnpm error\nnpm error While resolving: a@1.0.0\nnpm error Found: webgpu@0.5.0\nnpm error\nnpm error Could not resolve dependency:\nnpm error peerOptional webgpu@"0.6.2" from hpo@0.1.0\nnpm error\nnpm error Fix the upstream dependency conflict, or retry\n',
    },
    'there are conflicting versions: peerOptional webgpu@"0.6.2" from hpo@0.1.0',
  ],
  ['an install script', { stderr: 'npm error code 1\nError: no compiler\n    at main (a.js:1:1)\n' }, 'no compiler'],
  [
    'pnpm',
    { stdout: '\u2009ERR_PNPM_FETCH_404\u2009 GET http://localhost/webgpu: Not Found - 404\n' },
    'GET http://localhost/webgpu: Not Found - 404',
  ],
  [
    'Yarn 1',
    { stderr: 'error Couldn\'t find any versions for "webgpu" that matches "9.9.9"\ninfo Visit …\n' },
    'Couldn\'t find any versions for "webgpu" that matches "9.9.9"',
  ],
  [
    'a later Yarn',
    {
      stdout:
        '➤ YN0000: ┌ Resolution step\n➤ YN0082: │ webgpu@npm:9.9.9: No candidates found\n➤ YN0000: └ Completed\n➤ YN0000: · Failed with errors in 0s 93ms\n',
    },
    'webgpu@npm:9.9.9: No candidates found',
  ],
  [
    'Bun',
    { stderr: 'error: No version matching "9.9.9" found for specifier "webgpu"\n' },
    'No version matching "9.9.9" found for specifier "webgpu"',
  ],
  ['a program that says nothing', {}, 'npm ended with code 1'],
])('a failure of %s in one line', (_, output, line) => {
  expect(complaintOf(new ProgramFailed('npm ended with code 1', { stdout: '', stderr: '', ...output }))).toBe(line);
});
