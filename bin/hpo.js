#!/usr/bin/env node
import { start } from './bootstrap.js';

try {
  // Whatever the command, a study is named by its file.
  const study = process.argv.slice(2).find((argument) => /\.[cm]?[jt]s$/.test(argument));
  const { main } = await start('cli/main', { study });
  await main();
} catch (error) {
  const [, imported, required] =
    /^Cannot find (?:package '([^'/]+)' imported from|module '([^'/.]+))/.exec(error.message) ?? [];
  const name = imported ?? required;
  if (name === undefined) throw error;
  process.stderr.write(`hpo: the package '${name}' is not installed; install hpo again (in a checkout: npm ci).\n`);
  process.exitCode = 2;
}
