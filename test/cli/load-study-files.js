import { start } from '../../bin/bootstrap.js';

// Loads the study files of its arguments, as the command line does, and prints as JSON the reason why each is refused.

await start('runner/study-file');
const { loadStudyFile } = await import('../../src/runner/study-file.ts');

const refusals = [];
for (const file of process.argv.slice(2)) {
  const { code, message } = await loadStudyFile(file).catch((error) => error);
  refusals.push({ code, message });
}
console.log(JSON.stringify(refusals));
