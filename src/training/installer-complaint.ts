import type { ProgramFailed } from './program.ts';

/** The forms in which npm, pnpm, Yarn and Bun tell of an error, each with the text in its last group. */
const COMPLAINTS: readonly RegExp[] = [
  /^npm (?:ERR!|error) (.+)/, // npm
  /^\[?(?:ERR_PNPM_\w+)\]?\s+(.+)/, // pnpm
  /^➤ YN\d+: (?:[│└┌] )?(.*(?:error|[Cc]ouldn't|[Ff]ail|not found|No candidates).*)/, // Yarn 2 and later
  /^(?:Usage Error|Internal Error|error):? (.+)/, // Yarn 1 and 2, Bun
];

/** Lines of npm's that do not say what is wrong. */
const BESIDES = /^(?:code|path|command|errno|syscall|gyp info|A complete log|Exit handler never called)\b/;

/** The error of a package's install script where there is one, or else the package manager's first meaningful line. */
export function complaintOf({ stderr, stdout, message }: ProgramFailed): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const thrown = lines.findLast((line) => /^\w*Error: /.test(line));
  if (thrown) return thrown.replace(/^Error: /, '');
  const own = lines.flatMap((line) => COMPLAINTS.flatMap((form) => form.exec(line)?.[1] ?? []).slice(0, 1));
  const conflict = own[own.indexOf('Could not resolve dependency:') + 1];
  if (own.includes('Could not resolve dependency:')) return `there are conflicting versions: ${conflict}`;
  return own.find((line) => !BESIDES.test(line)) ?? message;
}
