import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

// The program of a process in which `hpo` runs again and again: each line of stdin gives the folder, the arguments and
// the environment, or a module to import in place of the arguments, each line of stdout the end of the run. The argument
// is the root of the installed hpo.

const root = process.argv[2];
const { start } = await import(`${root}/bin/bootstrap.js`);
const { main } = await start('cli/main', { study: 'study.ts' });

const home = { ...process.env };
const write = process.stdout.write.bind(process.stdout);
process.stdout.setMaxListeners(0);

async function run({ args, module, cwd, env }) {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    process[stream].write = (text, ...rest) => {
      written[stream] += text;
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    };
  }
  process.chdir(cwd);
  process.env = { ...home, ...env };
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...(args ?? []));
  process.exitCode = 0;
  if (module === undefined) await main();
  else await importModule(module);
  return { code: process.exitCode, ...written };
}

async function importModule(path) {
  try {
    await import(pathToFileURL(path));
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  }
}

for await (const line of createInterface({ input: process.stdin }))
  write(`${JSON.stringify(await run(JSON.parse(line)))}\n`);
process.exitCode = 0;
